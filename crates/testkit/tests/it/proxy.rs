//! The fault proxy before a server that sends back what it gets.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use testkit::{Accept, BreakKind, Fault, FaultProxy, Way};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Sends back every byte; at the end of a client's it ends too. It goes with its test's runtime.
async fn echo() -> (SocketAddr, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut open = JoinSet::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            open.spawn(async move {
                let (mut from, mut to) = stream.split();
                if tokio::io::copy(&mut from, &mut to).await.is_ok() {
                    to.shutdown().await.ok();
                }
            });
        }
    });
    (address, tasks)
}

struct Stage {
    proxy: FaultProxy,
    _echo: JoinSet<()>,
}

impl Stage {
    async fn with(fault: Fault) -> Self {
        let (address, echo) = echo().await;
        let proxy = FaultProxy::start(address).await;
        proxy.set(fault);
        Self { proxy, _echo: echo }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.proxy.address()).await.unwrap()
    }

    /// Sends some bytes, ends, and reads to the end.
    async fn ask(&self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await?;
        stream.shutdown().await?;
        read(&mut stream).await
    }
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut got = Vec::new();
    stream.read_to_end(&mut got).await?;
    Ok(got)
}

async fn exchange(stream: &mut TcpStream, word: &[u8]) {
    stream.write_all(word).await.unwrap();
    let mut got = vec![0; word.len()];
    stream.read_exact(&mut got).await.unwrap();
    assert_eq!(got, word);
}

#[tokio::test]
async fn without_a_fault_everything_passes_and_is_counted() {
    let stage = Stage::with(Fault::default()).await;
    let large: Vec<u8> = (0..3_000_000_u32).map(|i| i.to_le_bytes()[0] ^ i.to_le_bytes()[2]).collect();
    let mut stream = stage.connect().await;
    let (mut from, mut to) = stream.split();
    let mut got = Vec::new();
    let send = async {
        to.write_all(&large).await.unwrap();
        to.shutdown().await.unwrap();
    };
    let ((), read) = tokio::join!(send, from.read_to_end(&mut got));
    read.unwrap();
    assert!(got == large);
    let traffic = stage.proxy.wait_for(|traffic| traffic.open == 0).await.unwrap();
    assert_eq!((traffic.accepted, traffic.to_target, traffic.to_client), (1, 3_000_000, 3_000_000));
}

#[tokio::test]
async fn open_connections_are_counted() {
    let stage = Stage::with(Fault::default()).await;
    let (one, two) = (stage.connect().await, stage.connect().await);
    stage.proxy.wait_for(|traffic| traffic.open == 2).await.unwrap();
    drop(one);
    stage.proxy.wait_for(|traffic| traffic.open == 1).await.unwrap();
    drop(two);
    let traffic = stage.proxy.wait_for(|traffic| traffic.open == 0).await.unwrap();
    assert_eq!(traffic.accepted, 2);
}

#[tokio::test]
async fn a_delay_each_way() {
    let delay = Duration::from_millis(30);
    let way = Way { jitter: Duration::from_millis(5), seed: 7, ..Way::delayed(delay) };
    let stage = Stage::with(Fault::both(way)).await;
    let mut stream = stage.connect().await;
    let begun = Instant::now();
    exchange(&mut stream, b"ping").await;
    assert!(begun.elapsed() >= 2 * delay);
}

#[tokio::test]
async fn a_limited_rate() {
    let stage = Stage::with(Fault::to_client(Way::limited(10_000))).await;
    let begun = Instant::now();
    assert_eq!(stage.ask(&[b'x'; 2_000]).await.unwrap().len(), 2_000);
    // the first fiftieth of a second's bytes are free
    assert!(begun.elapsed() >= Duration::from_millis(180));
}

#[tokio::test]
async fn refused_at_the_door() {
    let stage = Stage::with(Fault::refuse()).await;
    assert_eq!(read(&mut stage.connect().await).await.unwrap(), b"");
    let traffic = stage.proxy.wait_for(|traffic| traffic.accepted == 1 && traffic.open == 0).await.unwrap();
    assert_eq!(traffic.to_target, 0);
    stage.proxy.set(Fault::default());
    assert_eq!(stage.ask(b"again").await.unwrap(), b"again");
}

#[tokio::test]
async fn reset_at_the_door_and_in_the_middle() {
    let stage = Stage::with(Fault::default()).await;
    let mut stream = stage.connect().await;
    exchange(&mut stream, b"before").await;
    stage.proxy.set(Fault::reset());
    assert_eq!(read(&mut stream).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(read(&mut stage.connect().await).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    stage.proxy.wait_for(|traffic| traffic.open == 0).await.unwrap();
}

#[tokio::test]
async fn reset_after_some_bytes() {
    let stage = Stage::with(Fault::to_client(Way::breaking(3, BreakKind::Reset))).await;
    let mut stream = stage.connect().await;
    stream.write_all(b"hello").await.unwrap();
    assert_eq!(read(&mut stream).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(stage.proxy.traffic().to_client, 3);
}

#[tokio::test]
async fn a_blackhole_that_heals_loses_nothing() {
    let stage = Stage::with(Fault::default()).await;
    let mut old = stage.connect().await;
    exchange(&mut old, b"before").await;
    stage.proxy.set(Fault::blackhole());
    let mut new = stage.connect().await;
    new.write_all(b"new").await.unwrap();
    old.write_all(b"old").await.unwrap();
    let before = stage.proxy.wait_for(|traffic| traffic.accepted == 2 && traffic.open == 2).await.unwrap();
    // nothing comes: neither bytes nor an end
    for stream in [&mut old, &mut new] {
        let waited = tokio::time::timeout(Duration::from_millis(20), stream.read_u8()).await;
        assert!(waited.is_err(), "{waited:?}");
    }
    assert_eq!(stage.proxy.traffic(), before);
    stage.proxy.set(Fault::default());
    for (stream, expect) in [(&mut old, b"old"), (&mut new, b"new")] {
        let mut got = [0; 3];
        stream.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, expect);
    }
}

#[tokio::test]
async fn a_blackhole_after_some_bytes() {
    let stage = Stage::with(Fault::to_client(Way::breaking(4, BreakKind::Blackhole))).await;
    let mut stream = stage.connect().await;
    stream.write_all(b"hello there").await.unwrap();
    let mut got = [0; 4];
    stream.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"hell");
    let traffic = stage.proxy.wait_for(|traffic| traffic.to_target == 11).await.unwrap();
    assert_eq!((traffic.to_client, traffic.open), (4, 1));
    stage.proxy.set(Fault::default());
    let mut got = [0; 7];
    stream.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"o there");
}

#[tokio::test]
async fn cut_after_some_bytes() {
    for (fault, to_target, to_client) in [
        (Fault::to_client(Way::breaking(5, BreakKind::Cut)), 11, 5),
        (Fault::to_client(Way::breaking(0, BreakKind::Cut)), 0, 0),
        (Fault::to_target(Way::breaking(0, BreakKind::Cut)), 0, 0),
    ] {
        let stage = Stage::with(fault).await;
        let mut stream = stage.connect().await;
        // a cut may come before what is sent, and bytes that nobody read turn it into a reset
        stream.write_all(b"hello there").await.ok();
        let mut got = Vec::new();
        stream.read_to_end(&mut got).await.ok();
        assert!(b"hello there".starts_with(&got) && got.len() <= to_client, "{got:?}");
        let traffic = stage.proxy.wait_for(|traffic| traffic.accepted == 1 && traffic.open == 0).await.unwrap();
        assert!(traffic.to_target <= to_target);
        assert_eq!(traffic.to_client, to_client as u64);
    }
}

#[tokio::test]
async fn half_closed_after_some_bytes() {
    // the server sees an end after five bytes and answers all the same
    let stage = Stage::with(Fault::to_target(Way::breaking(5, BreakKind::HalfClose))).await;
    let mut stream = stage.connect().await;
    stream.write_all(b"hello there").await.unwrap();
    assert_eq!(read(&mut stream).await.unwrap(), b"hello");
    assert_eq!(stage.proxy.traffic().to_target, 5);
    drop(stream);
    stage.proxy.wait_for(|traffic| traffic.open == 0).await.unwrap();

    // the client sees an end after five bytes, and what it sends still arrives
    let stage = Stage::with(Fault::to_client(Way::breaking(5, BreakKind::HalfClose))).await;
    let mut stream = stage.connect().await;
    stream.write_all(b"hello there").await.unwrap();
    assert_eq!(read(&mut stream).await.unwrap(), b"hello");
    stream.write_all(b" and more").await.unwrap();
    let traffic = stage.proxy.wait_for(|traffic| traffic.to_target == 20).await.unwrap();
    assert_eq!((traffic.to_client, traffic.open), (5, 1));
}

#[tokio::test]
async fn one_wrong_byte() {
    for (at, expect) in [(0, &b"\x97ello"[..]), (4, b"hell\x90"), (5, b"hello")] {
        let stage = Stage::with(Fault::to_client(Way::corrupted(at))).await;
        assert_eq!(stage.ask(b"hello").await.unwrap(), expect, "{at}");
    }
}

#[tokio::test]
async fn a_target_that_is_not_there() {
    // bound, so that nobody else gets the port, but not listening
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let proxy = FaultProxy::start(socket.local_addr().unwrap()).await;
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(read(&mut stream).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_condition_that_never_comes_true() {
    let stage = Stage::with(Fault { accept: Accept::Reset, ..Fault::default() }).await;
    let waited = stage.proxy.wait_for_within(Duration::from_millis(1), |traffic| traffic.open == 9).await;
    assert_eq!(waited.unwrap_err().open, 0);
}

#[tokio::test]
async fn stopped_it_closes_everything() {
    for fault in [Fault::default(), Fault::blackhole()] {
        let Stage { proxy, _echo } = Stage::with(fault).await;
        let address = proxy.address();
        let mut stream = TcpStream::connect(address).await.unwrap();
        proxy.wait_for(|traffic| traffic.open == 1).await.unwrap();
        proxy.stop().await;
        assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
        assert_eq!(TcpStream::connect(address).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    }
}

#[tokio::test]
async fn dropped_it_closes_everything_too() {
    let Stage { proxy, _echo } = Stage::with(Fault::default()).await;
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    exchange(&mut stream, b"hi").await;
    drop(proxy);
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
}
