//! What the log says, above all of exchanges that do not end well.

use std::time::Duration;

use http_body_util::BodyExt;
use serde_json::{Value, json};
use testkit::{Dialect, Options, Script, Served, State, Upstream};
use tokio::io::AsyncWriteExt;

use crate::client::{CHAT, MESSAGES, chat, get, message, open, post, read, request};

#[tokio::test]
async fn a_record_says_what_was_asked_and_answered() {
    let upstream = Upstream::start().await;
    let body = message("[[say:hi]]", json!({}));
    let got = post(&upstream, "/v1/messages?beta=true", &body).await;
    let served = upstream.served().remove(0);
    assert_eq!((served.seq, served.state, served.status), (1, State::Complete, Some(200)));
    assert_eq!((served.dialect, served.model.as_deref()), (Some(Dialect::Anthropic), Some("m")));
    assert_eq!((served.path.as_str(), served.header("x-turnpike-attempt")), ("/v1/messages?beta=true", Some("a-1")));
    assert_eq!((served.body.as_ref(), served.json()), (body.to_string().as_bytes(), body));
    assert_eq!(served.bytes_sent, got.body.len() as u64);
    assert_eq!(served.usage, Some(served.measured));
    assert_eq!(served.usage_json.unwrap(), got.json()["usage"]);
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_a_stream() {
    let upstream = Upstream::start().await;
    upstream.script(Script { stall_after_bytes: Some(50), ..Script::default() });
    let mut response = open(&upstream, CHAT, &chat("[[long:50]]", json!({"stream": true}))).await;
    let first = response.body_mut().frame().await.unwrap().unwrap();
    assert!(first.is_data());
    let served = upstream.wait_for(|log| log[0].bytes_sent == 50).await.unwrap();
    assert!(!served[0].is_over());
    drop(response);
    let served = upstream.wait_for_ended(1).await.unwrap();
    assert_eq!((served[0].state, served[0].bytes_sent), (State::ClientGone, 50));
}

#[tokio::test]
async fn a_client_that_leaves_between_frames() {
    let upstream = Upstream::start().await;
    upstream.script(Script { between_ms: 1, ..Script::default() });
    let mut response = open(&upstream, MESSAGES, &message("[[long:90000]]", json!({"stream": true}))).await;
    response.body_mut().frame().await.unwrap().unwrap();
    drop(response);
    let served = upstream.wait_for_ended(1).await.unwrap();
    assert_eq!((served[0].state, served[0].terminal_sent), (State::ClientGone, false));
    assert!(served[0].bytes_sent > 0);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_head() {
    let upstream = Upstream::start().await;
    let body = chat("[[sleep:600000]]", json!({})).to_string();
    let asking = request(&upstream, "POST", CHAT, body);
    let begun = upstream.wait_for(|log| log.len() == 1);
    tokio::select! {
        _ = asking => panic!("it answered"),
        begun = begun => assert_eq!(begun.unwrap()[0].state, State::Begun),
    }
    let served = upstream.wait_for_ended(1).await.unwrap();
    assert_eq!((served[0].state, served[0].status, served[0].bytes_sent), (State::ClientGone, None, 0));
}

#[tokio::test]
async fn a_client_that_leaves_while_it_sends() {
    let upstream = Upstream::start().await;
    let mut stream = tokio::net::TcpStream::connect(upstream.address()).await.unwrap();
    let head = format!("POST {CHAT} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{{");
    stream.write_all(head.as_bytes()).await.unwrap();
    drop(stream);
    let served = upstream.wait_for_ended(1).await.unwrap();
    assert_eq!((served[0].state, served[0].status), (State::ClientGone, None));
}

#[tokio::test]
async fn a_client_that_does_not_read_a_large_reply() {
    let upstream = Upstream::start().await;
    let response = open(&upstream, CHAT, &chat("[[long:3000000]]", json!({}))).await;
    drop(response);
    let served = upstream.wait_for_ended(1).await.unwrap();
    assert_eq!(served[0].state, State::ClientGone);
}

#[tokio::test]
async fn a_condition_that_never_comes_true() {
    let upstream = Upstream::start().await;
    let waited = upstream.wait_for_within(Duration::from_millis(1), |log| !log.is_empty()).await;
    assert!(waited.unwrap_err().served.is_empty());
}

#[tokio::test]
async fn the_file_has_a_line_at_the_beginning_and_one_at_the_end() {
    let file = std::env::temp_dir().join(format!("testkit-log-{}", std::process::id()));
    let options = Options { log: Some(file.clone()), ..Options::default() };
    let upstream = Upstream::bind(options).await.unwrap();
    upstream.script(Script { stall_after_bytes: Some(5), ..Script::default() });
    let response = open(&upstream, CHAT, &chat("x", json!({}))).await;
    let lines = || -> Vec<Served> {
        let text = std::fs::read_to_string(&file).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert_eq!(lines().iter().map(|line| line.state).collect::<Vec<_>>(), [State::Begun]);
    drop(response);
    let served = upstream.wait_for_ended(1).await.unwrap();
    let [begun, ended] = lines().try_into().unwrap();
    assert_eq!((begun.body, ended.state), (served[0].body.clone(), State::ClientGone));
    let listed: Vec<Served> = serde_json::from_str(&get(&upstream, "/testkit/log").await.body).unwrap();
    assert_eq!(listed, served);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn a_body_that_is_not_text_survives_the_log() {
    let upstream = Upstream::start().await;
    post(&upstream, CHAT, &Value::Null).await;
    let mut served = upstream.served().remove(0);
    served.body = vec![0xff, 0x00, b'a'].into();
    let back: Served = serde_json::from_str(&serde_json::to_string(&served).unwrap()).unwrap();
    assert_eq!(back, served);
}

#[tokio::test]
async fn hundreds_of_streams_at_once() {
    let upstream = Upstream::start().await;
    let mut streams = Vec::new();
    for _ in 0..300 {
        upstream.script(Script { first_byte_ms: 50, between_ms: 5, ..Script::default() });
        streams.push(open(&upstream, CHAT, &chat("[[long:20]]", json!({"stream": true}))).await);
    }
    for stream in streams {
        assert!(read(stream).await.whole);
    }
    let served = upstream.wait_for_ended(300).await.unwrap();
    assert!(served.iter().all(|served| served.state == State::Complete && served.terminal_sent));
}

#[tokio::test]
async fn dropped_it_accepts_no_more() {
    let upstream = Upstream::start().await;
    let address = upstream.address();
    post(&upstream, CHAT, &chat("x", json!({}))).await;
    drop(upstream);
    // the listener goes with its task, which runs when this one yields
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}
