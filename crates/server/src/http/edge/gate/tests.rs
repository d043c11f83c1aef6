//! The gate: any bytes, cut anywhere, are judged alike.

use proptest::collection::vec;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use super::*;
use crate::http::edge::Refusal;

/// Bytes that come in these pieces, one a read.
struct Pieces(std::collections::VecDeque<Vec<u8>>);

impl AsyncRead for Pieces {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Some(mut piece) = self.0.pop_front() {
            let rest = piece.split_off(piece.len().min(buf.remaining()));
            buf.put_slice(&piece);
            if !rest.is_empty() {
                self.0.push_front(rest);
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// What passes of `bytes`, cut at `cuts` and read into rooms of `room` bytes, and what is refused.
fn through(bytes: &[u8], cuts: &[usize], room: usize) -> (Vec<u8>, Option<Refused>) {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let pieces = cuts.windows(2).map(|cut| bytes[cut[0]..cut[1]].to_vec()).collect();
    let conversation = Arc::<Conversation>::default();
    let mut gate = Gate::new(Pieces(pieces), Arc::clone(&conversation));
    let mut cx = Context::from_waker(std::task::Waker::noop());
    let mut passed = Vec::new();
    loop {
        let mut memory = vec![0; room];
        let mut buf = ReadBuf::new(&mut memory);
        match Pin::new(&mut gate).poll_read(&mut cx, &mut buf) {
            Poll::Ready(read) if !buf.filled().is_empty() => {
                read.unwrap();
                passed.extend_from_slice(buf.filled());
            }
            // the end, or nothing more to come
            _ => return (passed, conversation.refused()),
        }
    }
}

const GOOD: &[&str] = &[
    "GET /a HTTP/1.1\r\nhost: a\r\n\r\n",
    "\r\nPOST /b HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nGET /",
    "POST /c HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n4;x=\"\r\nab\r\n\r\n0a\r\n0123456789\r\n0\r\nt: v\r\n\r\n",
    "GET /d HTTP/1.0\r\ncontent-length: 0\r\n\r\n",
];

/// Each with what of it passes when it is no head that is refused.
const BAD: &[(&str, Result<&str, Refusal>)] = &[
    ("POST /v1/messages HTTP/1.1\r\nhost: a\nx: y\r\n\r\n", Err(Refusal::BareLineFeed)),
    (
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
        Err(Refusal::LengthAndEncoding),
    ),
    ("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n", Err(Refusal::NoHost)),
    (
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n4\nabcd",
        Ok("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n4"),
    ),
    (
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabcd",
        Ok("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\na"),
    ),
];

proptest! {
    #[test]
    fn good_bytes_pass_unchanged_however_they_are_cut(
        requests in vec(0..GOOD.len(), 1..5),
        cuts in vec(any::<usize>(), 0..40),
        room in 1_usize..200,
    ) {
        let bytes: Vec<u8> = requests.iter().flat_map(|number| GOOD[*number].bytes()).collect();
        prop_assert_eq!(through(&bytes, &cuts, room), (bytes, None));
    }

    #[test]
    fn a_verdict_does_not_depend_on_the_cuts(
        requests in vec(0..GOOD.len(), 0..4),
        bad in 0..BAD.len(),
        cuts in vec(any::<usize>(), 0..40),
        room in 1_usize..200,
    ) {
        let good: Vec<u8> = requests.iter().flat_map(|number| GOOD[*number].bytes()).collect();
        let (text, verdict) = BAD[bad];
        let bytes = [&good[..], text.as_bytes()].concat();
        let (passed, refused) = through(&bytes, &cuts, room);
        match verdict {
            Err(refusal) => {
                prop_assert_eq!(refused, Some(Refused { request: requests.len() as u64, refusal }));
                let substitute = passed.strip_prefix(&good[..]).unwrap();
                prop_assert!(substitute.starts_with(b"GET /") && substitute.ends_with(b"close\r\n\r\n"));
            }
            Ok(part) => prop_assert_eq!((passed, refused), ([&good[..], part.as_bytes()].concat(), None)),
        }
    }

    #[test]
    fn whatever_comes_is_judged_in_one_way(
        bytes in vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b':'), Just(b' '), any::<u8>()], 0..200),
        cuts in vec(any::<usize>(), 0..40),
    ) {
        let at_once = through(&bytes, &[], 1000).1;
        prop_assert_eq!(through(&bytes, &cuts, 7).1, at_once);
    }
}

#[test]
fn every_byte_boundary() {
    for (text, verdict) in BAD {
        for cut in 0..text.len() {
            let (passed, refused) = through(text.as_bytes(), &[cut], 64);
            assert_eq!(refused.map(|refused| refused.refusal), verdict.err(), "{text:?} {cut}");
            assert!(verdict.is_err() || *verdict == Ok(std::str::from_utf8(&passed).unwrap()), "{text:?} {cut}");
        }
    }
}

#[test]
fn extensions_and_trailers_are_bounded() {
    for (body, limit) in [("1;?\r\na\r\n0\r\n\r\n", 4 << 10), ("0\r\n?: a\r\n\r\n", (4 << 10) - 3)] {
        for (size, passes) in [(limit - 2, true), (limit - 1, true), (limit + 1, false)] {
            let head = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
            let bytes = format!("{head}{}", body.replace('?', &"x".repeat(size)));
            assert_eq!(through(bytes.as_bytes(), &[], 1 << 20).0 == bytes.as_bytes(), passes, "{body} {size}");
        }
    }
}

#[tokio::test]
async fn waits_for_a_client_that_still_sends() {
    for (said, unfinished) in [
        ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", false),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nab", false),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nab", true),
    ] {
        let (mut client, server) = duplex(1024);
        let mut gate = Gate::new(server, Arc::default());
        client.write_all(said.as_bytes()).await.unwrap();
        let mut read = vec![0; said.len()];
        gate.read_exact(&mut read).await.unwrap();
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let ended = Pin::new(&mut gate).poll_shutdown(&mut cx);
        assert_eq!(ended.is_pending(), unfinished, "{said}");
        client.write_all(b"more").await.unwrap();
        drop(client);
        gate.shutdown().await.unwrap();
    }
}
