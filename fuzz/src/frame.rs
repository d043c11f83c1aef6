//! The transports of streams: where the bytes are cut makes no difference, none is lost, and no more are held than allowed.

use wire::Dialect;
use wire::frame::{FrameReader, Framing};
use wire::gemini::array::Array;

use super::pieces;

/// `<transport><seed of the pieces><16th part of the longest frame><bytes>`. The transport is `s` (server-sent events), `e` (AWS
/// event stream, whose checksums are made right) or `j` (the list of JSON that is made of server-sent events).
pub fn frame(input: &[u8]) {
    let Some(([transport, seed, max], bytes)) = input.split_first_chunk::<3>() else { return };
    let max = usize::from(*max) * 16;
    let framing = match transport {
        b's' => Framing::Sse,
        b'e' => Framing::EventStream,
        b'j' => return list(bytes, *seed, max),
        _ => return,
    };
    let mut bytes = bytes.to_vec();
    if framing == Framing::EventStream {
        seal(&mut bytes);
    }
    let whole = cut(framing.reader(max), max, &[&bytes]);
    assert_eq!(cut(framing.reader(max), max, &pieces(&bytes, *seed)), whole);
}

/// The frames, and the error that ended them.
fn cut(mut reader: FrameReader, max: usize, pieces: &[&[u8]]) -> (Vec<Vec<u8>>, Option<String>) {
    let (mut frames, mut held) = (Vec::new(), 0);
    for piece in pieces {
        reader.push(piece);
        held += piece.len();
        loop {
            match reader.next_frame() {
                Ok(Some(frame)) => {
                    assert!(frame.raw().len() <= max);
                    held -= frame.raw().len();
                    frame.data();
                    frame.is_comment();
                    for dialect in Dialect::ALL {
                        dialect.note(&frame);
                    }
                    frames.push(frame.raw().to_vec());
                }
                // the lengths of a binary frame are looked at when they are there
                Ok(None) => break assert!(held <= max.max(16), "{held} bytes are held"),
                Err(error) => return (frames, Some(error.to_string())),
            }
        }
    }
    frames.extend(reader.rest().map(|frame| frame.raw().to_vec()));
    (frames, None)
}

fn list(bytes: &[u8], seed: u8, max: usize) {
    let make = |pieces: &[&[u8]]| {
        let (mut array, mut out) = (Array::new(max), Vec::new());
        let broken = pieces.iter().any(|piece| array.push(piece, &mut out).is_err());
        if !broken {
            array.finish(&mut out);
        }
        (out, broken)
    };
    let (out, broken) = make(&[bytes]);
    assert_eq!(make(&pieces(bytes, seed)), (out.clone(), broken));
    if !broken {
        assert!(super::json(&out, "a list").starts_with('['));
    }
}

/// Makes the checksums of all messages right, whose lengths are.
fn seal(mut bytes: &mut [u8]) {
    while let Some((lengths, rest)) = bytes.split_first_chunk_mut::<8>() {
        let [a, b, c, d, ..] = *lengths;
        let total = u32::from_be_bytes([a, b, c, d]) as usize;
        let prelude = crc32fast::hash(lengths);
        let Some(checksum) = rest.first_chunk_mut::<4>() else { return };
        *checksum = prelude.to_be_bytes();
        let Some((message, behind)) = bytes.split_at_mut_checked(total) else { return };
        let Some((checked, checksum)) = message.split_last_chunk_mut::<4>().filter(|(checked, _)| checked.len() >= 12)
        else {
            return;
        };
        *checksum = crc32fast::hash(checked).to_be_bytes();
        bytes = behind;
    }
}
