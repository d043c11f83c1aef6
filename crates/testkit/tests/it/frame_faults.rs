//! Event streams that are broken frame by frame, and streams that are cut up or joined on their way.

use serde_json::json;
use testkit::{FrameFault, FrameFaultKind, Script, Served, State, Upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{CONVERSE, CONVERSE_STREAM, Got, converse, open, post, request};
use crate::event_stream::{Flaw, Message, decode, messages};

const ALL: [&str; 6] =
    ["messageStart", "contentBlockDelta", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"];

async fn run(script: Script) -> (Got, Served) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let got = post(&upstream, CONVERSE_STREAM, &converse("[[say:hello there]]", json!({}))).await;
    (got, upstream.wait_for_ended(1).await.unwrap().remove(0))
}

fn struck(at: usize, kind: FrameFaultKind) -> Script {
    Script { frame_fault: Some(FrameFault { at, kind }), ..Script::default() }
}

fn names(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(Message::name).collect()
}

#[tokio::test]
async fn frames_that_no_reader_gets_over() {
    for (kind, flaw) in [
        (FrameFaultKind::HalfPrelude, Flaw::Short(4)),
        (FrameFaultKind::BadPreludeCrc, Flaw::PreludeCrc),
        (FrameFaultKind::BadMessageCrc, Flaw::MessageCrc),
        (FrameFaultKind::Length(0), Flaw::Length(0)),
        (FrameFaultKind::Length((16 << 20) + 1), Flaw::Length((16 << 20) + 1)),
        (FrameFaultKind::Length(u32::MAX), Flaw::Length(u32::MAX as usize)),
        (FrameFaultKind::UnknownHeaderType, Flaw::HeaderType(10)),
    ] {
        for at in [0, 2, 5] {
            let (got, served) = run(struck(at, kind.clone())).await;
            let (messages, found) = decode(&got.bytes);
            assert_eq!((names(&messages), found.as_ref()), (ALL[..at].to_vec(), Some(&flaw)), "{kind:?}");
            assert_eq!((got.whole, served.state), (true, State::Complete), "{kind:?}");
            assert_eq!((served.terminal_sent, served.usage), (at == 5, None), "{kind:?} at {at}");
        }
    }
}

#[tokio::test]
async fn half_a_frame_and_then_a_clean_end() {
    let (got, served) = run(struck(2, FrameFaultKind::Truncated)).await;
    let (messages, flaw) = decode(&got.bytes);
    assert_eq!(names(&messages), ALL[..2]);
    assert!(matches!(flaw, Some(Flaw::Short(length)) if length > 12), "{flaw:?}");
    assert_eq!((got.whole, served.state, served.terminal_sent), (true, State::Complete, false));
}

#[tokio::test]
async fn errors_in_the_place_of_a_frame() {
    for name in ["throttlingException", "modelStreamErrorException", "somethingNew"] {
        let (got, served) = run(struck(3, FrameFaultKind::Exception(name.to_owned()))).await;
        let messages = messages(&got);
        assert_eq!(names(&messages), [&ALL[..3], &[name]].concat());
        assert_eq!(messages[3].header(":message-type"), Some("exception"));
        assert_eq!(messages[3].json(), json!({"message": "mock exception"}));
        assert_eq!((got.whole, served.state, served.terminal_sent), (true, State::Error, false));
    }
    let kind = FrameFaultKind::Error { code: "InternalFailure".to_owned(), message: "went wrong".to_owned() };
    let (got, served) = run(struck(0, kind)).await;
    let messages = messages(&got);
    assert_eq!((messages.len(), messages[0].header(":message-type")), (1, Some("error")));
    assert_eq!(messages[0].header(":error-code"), Some("InternalFailure"));
    assert_eq!(messages[0].header(":error-message"), Some("went wrong"));
    assert_eq!((served.state, messages[0].payload.len()), (State::Error, 0));
}

#[tokio::test]
async fn frames_that_a_reader_passes_over() {
    let (got, served) = run(struck(1, FrameFaultKind::UnknownEvent("somethingNew".to_owned()))).await;
    assert_eq!(names(&messages(&got)), [&ALL[..1], &["somethingNew"], &ALL[1..]].concat());
    assert_eq!((served.usage, served.terminal_sent), (Some(served.measured), true));
    let (got, served) = run(struck(1, FrameFaultKind::NoEventType)).await;
    let messages = messages(&got);
    assert_eq!((messages[1].header(":event-type"), messages[1].header(":message-type")), (None, Some("event")));
    assert_eq!(names(&messages)[2..], ALL[2..]);
    assert_eq!((served.usage, served.terminal_sent), (Some(served.measured), true));
}

#[tokio::test]
async fn a_frame_that_is_not_there_is_not_struck() {
    let (got, _) = run(struck(6, FrameFaultKind::BadMessageCrc)).await;
    assert_eq!(names(&messages(&got)), ALL);
    let (got, served) = run(struck(99, FrameFaultKind::Exception("internalServerException".to_owned()))).await;
    assert_eq!(names(&messages(&got)), [&ALL[..], &["internalServerException"]].concat());
    assert_eq!((served.state, served.terminal_sent, served.usage), (State::Error, true, Some(served.measured)));
}

#[tokio::test]
async fn endings_that_do_not_come() {
    let (got, served) = run(Script { omit_terminal: true, ..Script::default() }).await;
    assert_eq!(names(&messages(&got)), [&ALL[..4], &ALL[5..]].concat());
    assert_eq!((served.terminal_sent, served.usage), (false, Some(served.measured)));
    let (got, served) = run(Script { omit_metadata: true, ..Script::default() }).await;
    assert_eq!(names(&messages(&got)), ALL[..5]);
    assert_eq!((served.terminal_sent, served.usage, served.state), (true, None, State::Complete));
}

#[tokio::test]
async fn a_frame_in_good_order_whose_payload_is_not_json() {
    let (got, _) = run(Script { malformed_after: Some(1), ..Script::default() }).await;
    let messages = messages(&got);
    assert_eq!(names(&messages)[1], "contentBlockDelta");
    assert!(serde_json::from_slice::<serde_json::Value>(&messages[1].payload).is_err());
    assert_eq!(messages.len(), 7);
}

#[tokio::test]
async fn cuts_and_ends_at_a_byte() {
    let (whole, _) = run(Script::default()).await;
    for bytes in [0, 1, 11, 12, 100, whole.bytes.len() - 1] {
        let (got, served) = run(Script { cut_after_bytes: Some(bytes), ..Script::default() }).await;
        assert_eq!((got.bytes.as_slice(), got.whole, served.state), (&whole.bytes[..bytes], false, State::Cut));
        let (got, served) = run(Script { end_after_bytes: Some(bytes), ..Script::default() }).await;
        assert_eq!((got.bytes.as_slice(), got.whole, served.state), (&whole.bytes[..bytes], true, State::Complete));
    }
}

#[tokio::test]
async fn faults_that_know_no_dialect() {
    let (got, served) = run(Script { status: Some(503), ..Script::default() }).await;
    assert_eq!(
        (&got.headers["x-amzn-errortype"], got.status.as_u16()),
        (&"ServiceUnavailableException".parse().unwrap(), 503)
    );
    assert_eq!(served.state, State::Error);
    let headers = [("x-amzn-requestid".to_owned(), "mine".to_owned())].into();
    let timed = Script { headers, delay_ms: 1, first_byte_ms: 1, between_ms: 1, ..Script::default() };
    let (got, _) = run(timed).await;
    assert_eq!((names(&messages(&got)), &got.headers["x-amzn-requestid"]), (ALL.to_vec(), &"mine".parse().unwrap()));
    let (got, _) = run(Script { raw_body: Some(b"<html>".to_vec()), ..Script::default() }).await;
    assert_eq!((got.body.as_str(), decode(&got.bytes).1), ("<html>", Some(Flaw::Short(6))));
    let (got, _) = run(Script { text: Some("else".to_owned()), ..Script::default() }).await;
    assert_eq!(messages(&got)[1].json()["delta"]["text"], "else");

    let upstream = Upstream::start().await;
    upstream.script(Script { malformed_after: Some(0), ..Script::default() });
    let reply = post(&upstream, CONVERSE, &converse("x", json!({}))).await;
    assert!(serde_json::from_str::<serde_json::Value>(&reply.body).is_err());
    upstream.script(Script { hang_up: true, ..Script::default() });
    let body = converse("x", json!({})).to_string();
    assert!(request(&upstream, "POST", CONVERSE_STREAM, body).await.is_err());
}

#[tokio::test]
async fn a_stream_that_stalls_inside_a_frame() {
    let upstream = Upstream::start().await;
    upstream.script(Script { stall_after_bytes: Some(200), ..Script::default() });
    let response = open(&upstream, CONVERSE_STREAM, &converse("[[long:50]]", json!({}))).await;
    upstream.wait_for(|log| log[0].bytes_sent == 200).await.unwrap();
    drop(response);
    let served = upstream.wait_for_ended(1).await.unwrap().remove(0);
    assert_eq!((served.state, served.bytes_sent, served.usage), (State::ClientGone, 200, None));
}

/// The sizes of the chunks, each of which is one write.
async fn chunks(script: Script) -> (Vec<usize>, Vec<u8>) {
    let upstream = Upstream::start().await;
    upstream.script(script);
    let body = converse("[[say:hello there]]", json!({})).to_string();
    let length = body.len();
    let request = format!(
        "POST {CONVERSE_STREAM} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut stream = tokio::net::TcpStream::connect(upstream.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = |bytes: &[u8], mark: &[u8]| bytes.windows(mark.len()).position(|window| window == mark).unwrap();
    let mut rest = &bytes[end(&bytes, b"\r\n\r\n") + 4..];
    let (mut sizes, mut content) = (Vec::new(), Vec::new());
    loop {
        let line = end(rest, b"\r\n");
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return (sizes, content);
        }
        content.extend(&rest[line + 2..][..size]);
        sizes.push(size);
        rest = &rest[line + 2 + size + 2..];
    }
}

#[tokio::test]
async fn writes_of_some_bytes_and_of_some_frames() {
    let (frames, whole) = chunks(Script::default()).await;
    assert_eq!(frames.len(), 6);
    for size in [1, 2, 3, 7, 64] {
        let (sizes, bytes) = chunks(Script { chunk_bytes: Some(size), ..Script::default() }).await;
        assert_eq!(bytes, whole);
        assert!(sizes.iter().all(|chunk| *chunk <= size), "{sizes:?}");
        assert!(size > 1 || sizes.len() == whole.len());
    }
    for (count, expect) in [(2, 3), (4, 2), (6, 1), (100, 1)] {
        let script = Script { frames_per_write: Some(count), ..Script::default() };
        let (sizes, bytes) = chunks(script).await;
        assert_eq!((bytes, sizes.len()), (whole.clone(), expect));
    }
}

#[tokio::test]
async fn joined_frames_tell_what_each_tells() {
    let (got, served) = run(Script { frames_per_write: Some(100), ..Script::default() }).await;
    assert_eq!(names(&messages(&got)), ALL);
    assert_eq!((served.terminal_sent, served.usage), (true, Some(served.measured)));
}

#[test]
fn faults_read_from_json() {
    for (json, kind) in [
        (r#""half_prelude""#, FrameFaultKind::HalfPrelude),
        (r#"{"length":16777217}"#, FrameFaultKind::Length(16_777_217)),
        (r#"{"exception":"throttlingException"}"#, FrameFaultKind::Exception("throttlingException".to_owned())),
        (
            r#"{"error":{"code":"c","message":"m"}}"#,
            FrameFaultKind::Error { code: "c".to_owned(), message: "m".to_owned() },
        ),
    ] {
        let script: Script = serde_json::from_str(&format!(r#"{{"frame_fault":{{"at":2,"kind":{json}}}}}"#)).unwrap();
        assert_eq!(script.frame_fault, Some(FrameFault { at: 2, kind }));
    }
}
