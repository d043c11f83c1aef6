//! The way of a stream to its client: what waits for a slow client is bounded, in pieces and in bytes, and one place is kept
//! free for the last word.

use std::collections::VecDeque;

use bytes::Bytes;
use tokio::sync::mpsc::{self, OwnedPermit};

use super::client::Left;

/// Pieces that may wait for a slow client before the provider is made to wait.
const PIECES: usize = 32;
/// Bytes likewise; a single piece may be larger.
const WAITING: usize = 16 << 10;

pub(super) struct Pieces {
    queue: mpsc::Sender<Bytes>,
    /// A place for an error: also the slowest client is told.
    last_word: Option<OwnedPermit<Bytes>>,
    /// Lengths of the pieces sent last, the newest first.
    lengths: VecDeque<usize>,
}

impl Pieces {
    /// The sending end and the client's.
    pub(super) fn new() -> (Self, mpsc::Receiver<Bytes>) {
        let (queue, body) = mpsc::channel(PIECES + 1);
        let last_word = queue.clone().try_reserve_owned().ok();
        (Self { queue, last_word, lengths: VecDeque::with_capacity(PIECES) }, body)
    }

    /// Sends a piece; waits while the client is slow.
    pub(super) async fn send(&mut self, piece: Bytes) -> Result<(), Left> {
        self.lengths.truncate(PIECES.saturating_sub(self.queue.capacity()));
        let mut bytes = piece.len();
        let fits_beside = |length: &&usize| {
            bytes += **length;
            bytes <= WAITING
        };
        let beside = self.lengths.iter().take_while(fits_beside).count().min(PIECES - 1);
        // so many places are free when no more than those pieces are left
        let mut free = self.queue.reserve_many(PIECES - beside).await.map_err(|_| Left)?;
        self.lengths.push_front(piece.len());
        if let Some(place) = free.next() {
            place.send(piece);
        }
        Ok(())
    }

    /// Sends what comes last, without waiting.
    pub(super) fn finish(&mut self, last: Bytes) {
        if let Some(place) = self.last_word.take() {
            drop(place.send(last));
        }
    }

    /// Waits until the client leaves.
    pub(super) async fn left(&self) {
        self.queue.closed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pieces of that length are taken before the sender must wait.
    async fn taken(length: usize) -> usize {
        let (mut pieces, _body) = Pieces::new();
        let mut count = 0;
        loop {
            let next = pieces.send(Bytes::from(vec![0; length]));
            tokio::select! {
                biased;
                result = next => result.unwrap(),
                () = std::future::ready(()) => return count,
            }
            count += 1;
        }
    }

    #[tokio::test]
    async fn waits_for_a_slow_client_by_pieces_and_by_bytes() {
        for (length, expected) in [(1, PIECES), (WAITING / 4, 4), (WAITING / 4 + 1, 3), (WAITING, 1), (WAITING * 9, 1)]
        {
            assert_eq!(taken(length).await, expected, "{length}");
        }
    }

    #[tokio::test]
    async fn goes_on_when_there_is_room_and_always_has_a_last_word() {
        let (mut pieces, mut body) = Pieces::new();
        let piece = || Bytes::from(vec![0; WAITING / 2]);
        for _ in 0..9 {
            pieces.send(piece()).await.unwrap();
            pieces.send(piece()).await.unwrap();
            assert_eq!((body.recv().await, body.recv().await), (Some(piece()), Some(piece())));
        }
        for _ in 0..PIECES {
            pieces.send(Bytes::from_static(b"x")).await.unwrap();
        }
        pieces.finish(Bytes::from_static(b"error"));
        drop(pieces);
        let mut last = None;
        while let Some(piece) = body.recv().await {
            last = Some(piece);
        }
        assert_eq!(last.unwrap(), "error");
    }

    #[tokio::test]
    async fn notices_that_the_client_left() {
        let (mut pieces, body) = Pieces::new();
        drop(body);
        pieces.left().await;
        assert_eq!(pieces.send(Bytes::new()).await, Err(Left));
    }
}
