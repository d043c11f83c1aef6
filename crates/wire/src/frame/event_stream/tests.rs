//! Frames of our own, frames of AWS's own library, and frames that are none.

use aws_smithy_eventstream::frame::{read_message_from, write_message_to};
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const MAX: usize = 16 << 20;

fn event(name: &str, payload: &serde_json::Value) -> Vec<u8> {
    let mut out = Vec::new();
    write_event(name, payload, &mut out);
    out
}

/// A frame from headers and payload as bytes, its lengths and checksums right.
fn sealed(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0; PRELUDE];
    out.extend_from_slice(headers);
    out.extend_from_slice(payload);
    seal(&mut out, 0, headers.len()).unwrap();
    out
}

/// A prelude with these lengths and the right checksum.
fn prelude(total: u32, headers: u32) -> Vec<u8> {
    let mut out = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    out.extend(crc32fast::hash(&out).to_be_bytes());
    out
}

/// All frames of `pieces`, read as they come.
fn read(pieces: &[&[u8]]) -> Result<Vec<Frame>, Broken> {
    let (mut reader, mut frames) = (FrameReader::new(MAX), Vec::new());
    for piece in pieces {
        reader.push(piece);
        while let Some(frame) = reader.next_frame()? {
            frames.push(frame);
        }
    }
    Ok(frames)
}

fn string(name: &str, value: &str) -> Vec<u8> {
    let lengths = [u8::try_from(name.len()).unwrap()];
    let value_length = u16::try_from(value.len()).unwrap().to_be_bytes();
    [&lengths[..], name.as_bytes(), &[STRING], &value_length, value.as_bytes()].concat()
}

/// `{"a":1}` as event `e`: lengths counted and checksums computed by hand (zlib's crc32).
#[test]
fn an_event_byte_for_byte() {
    let mut expected = vec![0, 0, 0, 0x5e, 0, 0, 0, 0x47];
    expected.extend(0x0ab9_7af0_u32.to_be_bytes());
    expected.extend(b"\x0b:event-type\x07\x00\x01e");
    expected.extend(b"\x0d:content-type\x07\x00\x10application/json");
    expected.extend(b"\x0d:message-type\x07\x00\x05event");
    expected.extend(b"{\"a\":1}");
    expected.extend(0x45f7_f5aa_u32.to_be_bytes());
    assert_eq!(event("e", &json!({"a": 1})), expected);
}

#[test]
fn where_the_bytes_are_split_makes_no_difference() {
    let mut bytes = event("messageStart", &json!({"role": "assistant"}));
    write_exception("throttlingException", &json!({"message": "slow \u{4f60}"}), &mut bytes);
    bytes.extend(sealed(&[], b""));
    let whole = read(&[&bytes]).unwrap();
    assert_eq!(whole.len(), 3);
    assert_eq!(whole[0].kind(), Kind::Event("messageStart"));
    assert_eq!(whole[0].payload(), br#"{"role":"assistant"}"#);
    assert_eq!(whole[1].kind(), Kind::Exception("throttlingException"));
    assert_eq!((whole[2].kind(), whole[2].payload()), (Kind::Unknown, &b""[..]));
    for at in 0..=bytes.len() {
        assert_eq!(read(&[&bytes[..at], &bytes[at..]]).unwrap(), whole, "split at {at}");
    }
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(read(&single).unwrap(), whole);
    let raw: Vec<u8> = whole.iter().flat_map(|frame| frame.raw().to_vec()).collect();
    assert_eq!(raw, bytes);
}

#[test]
fn half_a_frame_waits() {
    let bytes = event("e", &json!({}));
    for at in 0..bytes.len() {
        assert_eq!(read(&[&bytes[..at]]), Ok(Vec::new()), "{at}");
    }
    let mut reader = crate::frame::Framing::EventStream.reader(MAX);
    reader.push(&bytes[..bytes.len() - 1]);
    assert!(reader.next_frame().unwrap().is_none() && reader.rest().is_none());
}

#[test]
fn lengths_are_judged_before_anything_is_waited_for() {
    for (total, headers, broken) in [
        (0, 0, Broken::Lengths),
        (15, 0, Broken::Lengths),
        (20, 5, Broken::Lengths),
        (16, u32::MAX, Broken::TooLong(MAX_HEADERS)),
        (1 << 20, (128 << 10) + 1, Broken::TooLong(MAX_HEADERS)),
        ((16 << 20) + 1, 0, Broken::TooLong(MAX)),
        (u32::MAX, 0, Broken::TooLong(MAX)),
        (u32::MAX, u32::MAX, Broken::TooLong(MAX)),
    ] {
        assert_eq!(read(&[&prelude(total, headers)]), Err(broken), "{total} {headers}");
    }
    // the longest that is allowed
    assert_eq!(read(&[&prelude(16 << 20, 128 << 10)]), Ok(Vec::new()));
}

#[test]
fn no_single_bit_goes_wrong_unnoticed() {
    let bytes = event("contentBlockStop", &json!({"contentBlockIndex": 0}));
    for at in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        let expected = if at / 8 < PRELUDE { Broken::PreludeChecksum } else { Broken::Checksum };
        assert_eq!(read(&[&flipped]), Err(expected), "bit {at}");
    }
}

#[test]
fn nothing_is_read_behind_a_broken_frame() {
    let mut broken = event("e", &json!({}));
    *broken.last_mut().unwrap() ^= 1;
    let mut reader = FrameReader::new(MAX);
    reader.push(&broken);
    reader.push(&event("e", &json!({})));
    for _ in 0..3 {
        assert_eq!(reader.next_frame(), Err(Broken::Checksum));
    }
}

#[test]
fn headers_of_every_type_are_passed_over() {
    let others: [&[u8]; 10] = [
        b"\x01a\x00",
        b"\x01b\x01",
        b"\x01c\x02\xff",
        b"\x01d\x03\xff\xff",
        b"\x01e\x04\xff\xff\xff\xff",
        b"\x01f\x05\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x01g\x06\x00\x03\x00\xff\x07",
        b"\x01h\x07\x00\x00",
        b"\x01i\x08\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x01j\x09\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ];
    let headers = [others.concat(), string(":message-type", "event"), string(":event-type", "e")].concat();
    let frames = read(&[&sealed(&headers, b"x")]).unwrap();
    assert_eq!((frames[0].kind(), frames[0].payload()), (Kind::Event("e"), &b"x"[..]));
    // and each that ends too soon is noticed
    for header in others.into_iter().skip(2) {
        for end in 1..header.len() {
            let cut = &header[..end];
            assert_eq!(read(&[&sealed(cut, b"")]), Err(Broken::Headers), "{cut:?}");
        }
    }
    // as is a type that there is not
    for kind in 10..=u8::MAX {
        assert_eq!(read(&[&sealed(&[1, b'a', kind, 0, 0], b"")]), Err(Broken::Headers), "{kind}");
    }
    assert_eq!(read(&[&sealed(b"\x01a\x07\x00\x01\xff", b"")]), Err(Broken::Headers), "not UTF-8");
}

#[test]
fn a_header_that_stands_twice_is_refused() {
    let first = [string(":message-type", "event"), string(":event-type", "e")].concat();
    for second in [string(":event-type", "e"), string(":message-type", "exception"), b"\x0b:event-type\x00".to_vec()] {
        let headers = [first.clone(), string("between", ""), second].concat();
        assert_eq!(read(&[&sealed(&headers, b"{}")]), Err(Broken::Headers));
    }
    // names are compared in one go, however many there are
    let many: Vec<u8> = (0_u16..20_000).flat_map(|n| [&[2][..], &n.to_be_bytes(), &[0]].concat()).collect();
    assert!(read(&[&sealed(&many, b"")]).is_ok());
}

#[test]
fn the_kind_of_a_message() {
    let error = &[("error", ":message-type"), ("c", ":error-code"), ("m", ":error-message")][..];
    let cases: [(&[(&str, &str)], Kind<'_>); 8] = [
        (&[("event", ":message-type"), ("e", ":event-type")], Kind::Event("e")),
        (&[("e", ":event-type"), ("exception", ":message-type"), ("x", ":exception-type")], Kind::Exception("x")),
        (error, Kind::Error { code: "c", message: "m" }),
        (&[("error", ":message-type")], Kind::Error { code: "", message: "" }),
        (&[("exception", ":message-type")], Kind::Exception("")),
        (&[("event", ":message-type")], Kind::Unknown),
        (&[("e", ":event-type")], Kind::Unknown),
        (&[("telegram", ":message-type"), ("e", ":event-type")], Kind::Unknown),
    ];
    for (headers, kind) in cases {
        let headers: Vec<u8> = headers.iter().flat_map(|(value, name)| string(name, value)).collect();
        assert_eq!(read(&[&sealed(&headers, b"")]).unwrap()[0].kind(), kind);
    }
}

fn any_value() -> impl Strategy<Value = HeaderValue> {
    prop_oneof![
        any::<bool>().prop_map(HeaderValue::Bool),
        any::<i8>().prop_map(HeaderValue::Byte),
        any::<i16>().prop_map(HeaderValue::Int16),
        any::<i32>().prop_map(HeaderValue::Int32),
        any::<i64>().prop_map(HeaderValue::Int64),
        prop::collection::vec(any::<u8>(), 0..9).prop_map(|bytes| HeaderValue::ByteArray(bytes.into())),
        any::<String>().prop_map(|text| HeaderValue::String(text.into())),
        any::<u128>().prop_map(HeaderValue::Uuid),
    ]
}

/// Messages whose headers have names of their own.
fn any_message() -> impl Strategy<Value = Message> {
    let headers = prop::collection::btree_map("[a-z:-]{1,9}", any_value(), 0..5);
    let word = |name: &'static str| {
        ("[a-zA-Z]{0,12}").prop_map(move |value: String| Header::new(name, HeaderValue::String(value.into())))
    };
    (headers, word(":event-type"), prop::collection::vec(any::<u8>(), 0..64)).prop_map(|(headers, named, payload)| {
        let headers = headers.into_iter().filter(|(name, _)| !name.starts_with(':'));
        let headers = headers.map(|(name, value)| Header::new(name, value));
        let kind = Header::new(":message-type", HeaderValue::String("event".into()));
        Message::new_from_parts(headers.chain([named, kind]).collect(), payload)
    })
}

fn words(message: &Message, name: &str) -> Option<String> {
    let header = message.headers().iter().find(|header| header.name().as_str() == name)?;
    Some(header.value().as_string().ok()?.as_str().to_owned())
}

proptest! {
    #[test]
    fn reads_what_aws_writes_however_it_is_cut(messages in prop::collection::vec(any_message(), 0..4), sizes in prop::collection::vec(1_usize..40, 1..8)) {
        let mut bytes = Vec::new();
        for message in &messages {
            write_message_to(message, &mut bytes).unwrap();
        }
        let (mut pieces, mut rest) = (Vec::new(), &bytes[..]);
        for size in sizes.iter().cycle() {
            if rest.is_empty() { break }
            let (piece, more) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = more;
        }
        let frames = read(&pieces).unwrap();
        prop_assert_eq!(frames.len(), messages.len());
        for (frame, message) in frames.iter().zip(&messages) {
            prop_assert_eq!(frame.payload(), &message.payload()[..]);
            let named = words(message, ":event-type").unwrap();
            prop_assert_eq!(frame.kind(), Kind::Event(&named));
        }
    }

    #[test]
    fn aws_reads_what_is_written(name in "[a-zA-Z]{1,24}", text in any::<String>(), exception in any::<bool>()) {
        let mut bytes = Vec::new();
        let payload = json!({"text": text});
        if exception { write_exception(&name, &payload, &mut bytes) } else { write_event(&name, &payload, &mut bytes) }
        let message = read_message_from(&bytes[..]).unwrap();
        let (kind, header) = if exception { ("exception", ":exception-type") } else { ("event", ":event-type") };
        prop_assert_eq!(words(&message, ":message-type").unwrap(), kind);
        prop_assert_eq!(words(&message, header).unwrap(), name);
        prop_assert_eq!(words(&message, ":content-type").unwrap(), "application/json");
        prop_assert_eq!(serde_json::from_slice::<serde_json::Value>(message.payload()).unwrap(), payload);
    }

    #[test]
    fn headers_of_any_bytes_are_read_as_aws_reads_them(headers in prop::collection::vec(0_u8..10, 0..24)) {
        let bytes = sealed(&headers, b"payload");
        let theirs = read_message_from(&bytes[..]).ok().filter(|message| {
            let names: std::collections::BTreeSet<_> = message.headers().iter().map(|header| header.name().as_bytes().to_vec()).collect();
            names.len() == message.headers().len()
        });
        let ours = read(&[&bytes]);
        prop_assert_eq!(ours.is_ok(), theirs.is_some(), "{:?}", ours);
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..64), headers in prop::collection::vec(any::<u8>(), 0..32)) {
        drop(read(&[&bytes]));
        if let Ok(frames) = read(&[&sealed(&headers, &bytes)]) {
            prop_assert_eq!(frames.len(), 1);
            frames[0].kind();
        }
    }
}
