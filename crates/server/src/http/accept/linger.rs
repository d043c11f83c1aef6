//! The end of a connection whose client may still be sending. Closed at once, its system would throw away the answer that it
//! has not read yet.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long a client may go on sending what nobody reads before its connection is closed, and how many bytes of it.
const LONGEST: Duration = Duration::from_secs(2);
const MOST: usize = 1 << 20;

/// The wait for a client to stop, when all has been said to it.
#[derive(Debug, Default)]
pub(crate) struct Linger {
    end: Option<Pin<Box<Sleep>>>,
    forgotten: usize,
}

impl Linger {
    /// Whether the wait has begun.
    pub(crate) fn has_begun(&self) -> bool {
        self.end.is_some()
    }

    /// Reads and forgets until the client stops, has sent too much or the time is over.
    pub(crate) fn poll<S: AsyncRead + Unpin>(&mut self, io: &mut S, cx: &mut Context<'_>) -> Poll<()> {
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(LONGEST)));
        if end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let mut room = [0; 4096];
        // all that is there in one turn: it is bounded, and then only the client or the timer wakes us
        while self.forgotten < MOST {
            let mut buf = ReadBuf::new(&mut room);
            match ready!(Pin::new(&mut *io).poll_read(cx, &mut buf)) {
                Ok(()) if !buf.filled().is_empty() => self.forgotten += buf.filled().len(),
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncWriteExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_for_a_client_that_sends_and_not_for_ever() {
        let (mut client, mut server) = tokio::io::duplex(64);
        client.write_all(b"more").await.unwrap();
        let began = tokio::time::Instant::now();
        let mut linger = Linger::default();
        poll_fn(|cx| linger.poll(&mut server, cx)).await;
        assert_eq!(began.elapsed(), LONGEST);

        let (client, mut server) = tokio::io::duplex(64);
        drop(client);
        let mut linger = Linger::default();
        poll_fn(|cx| linger.poll(&mut server, cx)).await;
        assert!(linger.has_begun());
        assert_eq!(began.elapsed(), LONGEST, "who has left is not waited for");
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_stop_is_not_listened_to_for_ever() {
        let mut pours = tokio::io::repeat(b'x');
        let began = tokio::time::Instant::now();
        let mut linger = Linger::default();
        poll_fn(|cx| linger.poll(&mut pours, cx)).await;
        assert_eq!((linger.forgotten, began.elapsed()), (MOST, Duration::ZERO));
    }
}
