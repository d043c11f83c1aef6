//! Clients that nobody wants: wrong keys, half headers, streams that are not read.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::connection::Connection;
use super::{Outcome, Plan};

/// Stands in the request where the number of the key goes, and is as long as that.
pub(crate) const NUMBER: &str = "0000000000";
/// The smallest receive buffer that the system gives.
const WINDOW: u32 = 2048;
const REST: Duration = Duration::from_millis(20);

struct Shared {
    plan: Plan,
    end: Instant,
    serial: Cell<u64>,
    outcome: RefCell<Outcome>,
}

impl Shared {
    fn new(plan: Plan, run_ms: u64) -> Rc<Self> {
        let end = Instant::now() + Duration::from_millis(run_ms);
        Rc::new(Self { plan, end, serial: Cell::new(0), outcome: RefCell::default() })
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    fn next(&self) -> u64 {
        self.serial.set(self.serial.get() + 1);
        self.serial.get()
    }
}

/// Runs `one` on every connection, again when it failed, until SIGTERM or the end of the time.
async fn everywhere(
    shared: Rc<Shared>,
    connections: usize,
    one: impl AsyncFn(&Shared) -> Result<(), String> + Clone + 'static,
) -> Outcome {
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..connections {
        let (shared, one) = (Rc::clone(&shared), one.clone());
        workers.spawn_local(async move {
            while !shared.is_over() {
                let left = shared.end.saturating_duration_since(Instant::now());
                if let Ok(Err(error)) = timeout(left, one(&shared)).await {
                    shared.outcome.borrow_mut().failed(&error);
                    sleep(REST).await;
                }
            }
        });
    }
    let finished = async { while workers.join_next().await.is_some() {} };
    match signal(SignalKind::terminate()) {
        Ok(mut stopped) => {
            tokio::select! {
                () = finished => {}
                _ = stopped.recv() => {}
            }
        }
        Err(error) => shared.outcome.borrow_mut().failed(&error.to_string()),
    }
    let mut outcome = shared.outcome.take();
    outcome.seconds = began.elapsed().as_secs_f64();
    outcome
}

#[expect(clippy::cast_precision_loss, reason = "a few connections and a few thousand requests")]
pub(super) async fn bad_keys(plan: Plan, connections: usize, rate: u64, run_ms: u64) -> Outcome {
    let pause = Duration::from_secs_f64(connections as f64 / rate as f64);
    let began = Instant::now();
    everywhere(Shared::new(plan, run_ms), connections, async move |shared| {
        let mut connection = Connection::open(shared.plan.address).await?;
        // from the clock, so that what was late is made up for
        let mut due = began;
        while due < Instant::now() {
            due += pause;
        }
        loop {
            sleep(due.saturating_duration_since(Instant::now())).await;
            due += pause;
            let request = shared.plan.request(0).replace(NUMBER, &format!("{:010}", shared.next()));
            connection.call(request.as_bytes(), &shared.plan.expect).await?;
            shared.outcome.borrow_mut().answered += 1;
        }
    })
    .await
}

pub(super) async fn dribble(plan: Plan, connections: usize, run_ms: u64) -> Outcome {
    everywhere(Shared::new(plan, run_ms), connections, async |shared| {
        let mut stream = TcpStream::connect(shared.plan.address).await.map_err(|error| error.to_string())?;
        shared.outcome.borrow_mut().answered += 1;
        stream.write_all(b"POST / HTTP/1.1\r\nhost: bench\r\nx-slow: ").await.map_err(|error| error.to_string())?;
        loop {
            sleep(Duration::from_secs(1)).await;
            stream.write_all(b"a").await.map_err(|error| format!("dribbling: {error}"))?;
        }
    })
    .await
}

pub(super) async fn stall(plan: Plan, connections: usize, run_ms: u64) -> Outcome {
    everywhere(Shared::new(plan, run_ms), connections, async |shared| {
        let opening = async {
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(WINDOW)?;
            let mut stream = socket.connect(shared.plan.address).await?;
            stream.write_all(shared.plan.request(0).as_bytes()).await?;
            std::io::Result::Ok(stream)
        };
        let stream = opening.await.map_err(|error| error.to_string())?;
        shared.outcome.borrow_mut().answered += 1;
        sleep(shared.end.saturating_duration_since(Instant::now())).await;
        drop(stream);
        Ok(())
    })
    .await
}
