//! Client and provider speak the same dialect: the body goes on as the client's own bytes but for the named edits, and the
//! answer comes back as the provider's. Nothing is decoded, so nothing can be lost.

use engine::secret::Secret;
use serde_json::json;
use testkit::Script;
use wire::Dialect::{self, Anthropic, Bedrock, Cohere, OpenAiChat, OpenAiResponses};

use crate::kit::{CLAUDE, GPT, Got, Kit, MASTER, deployment, group};
use crate::seen;

/// Bodies that no decoder of ours would take, with `MODEL` where the model's name stands.
const STRANGE: &[(Dialect, &str)] = &[
    (OpenAiChat, r#"{"model":"MODEL","messages":[{"role":"martian","content":[{"type":"smell","of":1.50}]}]}"#),
    (
        OpenAiChat,
        "{ \"messages\" : [ {\"role\":\"user\",\"content\":\"\\u0041\"} ] ,\n\t\"model\":  \"MODEL\", \"x_future\": {\"a\":[1e2, -0]}, \"seed\":007e0 }",
    ),
    (
        OpenAiChat,
        r#"{"model":"MODEL","messages":[{"role":"user","content":"x","model":"inner","stream":9}],"temperature":"warm"}"#,
    ),
    (
        OpenAiResponses,
        "{ \"input\" : [ {\"role\":\"user\",\"content\":\"\\u0041\"} ] ,\n\t\"model\":  \"MODEL\", \"temperature\":1.00, \"top_p\" : 1e0 }",
    ),
    (
        Anthropic,
        r#"{"model":"MODEL","max_tokens":9,"messages":[{"role":"martian","content":[{"type":"smell"}]}],"effort":{}}"#,
    ),
    (
        Anthropic,
        r#"{"system":7,"messages":[{"role":"user","content":"x","cache_control":"odd"}], "max_tokens":9 ,"model":"MODEL"}"#,
    ),
    (
        Cohere,
        r#"{ "documents":[ "a",{"id":"\u0062","data":{"n":1.50}}],"messages":[{"role":"user","content":"x"}] ,"k":0,"model" : "MODEL","p":0.750 }"#,
    ),
];

#[tokio::test]
async fn a_body_goes_on_byte_for_byte() {
    let kit = Kit::start().await;
    let master = Secret::new(MASTER);
    for (dialect, body) in STRANGE {
        let body = body.replace("007e0", "7");
        let group = group(*dialect);
        let got = kit.call_as(&master, *dialect, body.replace("MODEL", group)).await;
        assert_eq!(got.status, 200, "{body}: {}", got.text());
        let served = kit.upstream.last().unwrap();
        assert_eq!(served.body, body.replace("MODEL", &format!("{group}-model")), "{body}");
    }
}

/// The gateway asks for the usage of a stream: one edit, which keeps the client's other options.
#[tokio::test]
async fn only_the_wish_for_usage_is_added_to_a_stream() {
    let kit = Kit::start().await;
    let asked = r#"{"model":"openai","messages":[{"role":"user","content":"x"}],"stream":true"#;
    let wish = r#""stream_options":{"include_usage":true}"#;
    for (rest, expected) in [
        (String::new(), format!(r#"{{{wish},"model":"openai-model","#)),
        (r#","stream_options":null"#.to_owned(), format!(r#"],"stream":true,{wish}}}"#)),
        (r#","stream_options":{}"#.to_owned(), format!(r#"],"stream":true,{wish}}}"#)),
        (
            r#","stream_options":{"x":[1]}"#.to_owned(),
            r#","stream_options":{"include_usage":true,"x":[1]}}"#.to_owned(),
        ),
        (format!(",{wish}"), format!(r#"],"stream":true,{wish}}}"#)),
    ] {
        let got = kit.call_as(&Secret::new(MASTER), OpenAiChat, format!("{asked}{rest}}}")).await;
        let body = String::from_utf8(kit.upstream.last().unwrap().body.to_vec()).unwrap();
        assert!(body.contains(&expected), "{rest}: {body}");
        assert_eq!(body.matches("\"stream_options\"").count(), 1, "{rest}: {body}");
        let row = kit.rows_of(&got.id).await.pop().unwrap();
        assert_eq!(row.provenance, store::ledger::Provenance::Final, "{rest}");
        // who did not ask for the usage chunk does not get it
        let asked = rest.contains("include_usage");
        assert_eq!(!seen::read(OpenAiChat, &got).usage.is_empty(), asked, "{rest}: {}", got.text());
    }
}

#[tokio::test]
async fn an_answer_comes_back_byte_for_byte() {
    let kit = Kit::start().await;
    let direct = Client::to(&kit);
    for dialect in Dialect::SQUARE {
        for stream in [false, true] {
            let script = || Script {
                extra: serde_json::from_str(r#"{"x_new":{"deep":[1,null]},"note":"\u00e9"}"#).unwrap(),
                extra_inner: serde_json::from_str(r#"{"x_inner":"kept","annotations":[{"type":"odd"}]}"#).unwrap(),
                chunk_bytes: Some(7),
                ..Script::default()
            };
            kit.upstream.script(script());
            let mut body = json!({"model": group(dialect), "max_tokens": 50, "stream": stream,
                "messages": [{"role": "user", "content": "[[say:some words]]"}]});
            if dialect == OpenAiChat {
                body["stream_options"] = json!({"include_usage": true});
            }
            let got = kit.call(dialect, &body).await;
            kit.upstream.script(script());
            let sent = kit.upstream.last().unwrap();
            let expected = direct.post(&sent).await;
            if dialect == Bedrock {
                assert_eq!(got.body, expected, "stream {stream}");
            }
            let expected = String::from_utf8_lossy(&expected);
            assert_eq!(bare(&got.text()), bare(&expected), "{dialect:?} {stream}");
        }
    }
}

/// Two answers of the upstream differ in their ids only: the digits behind these prefixes.
fn bare(text: &str) -> String {
    let mut text = text.to_owned();
    for prefix in ["chatcmpl-", "resp_", "msg_", "call_", "toolu_", "gen-", "fc-", "c0c0c0c0-0000-4000-8000-000000"] {
        let mut pieces = text.split(prefix);
        let first = pieces.next().unwrap_or_default().to_owned();
        text = pieces.fold(first, |all, piece| all + prefix + piece.get(6..).unwrap_or_default());
    }
    text
}

/// A bare client: the upstream without a gateway before it.
struct Client {
    address: std::net::SocketAddr,
}

impl Client {
    fn to(kit: &Kit) -> Self {
        Self { address: kit.upstream.address() }
    }

    async fn post(&self, sent: &testkit::Served) -> bytes::Bytes {
        use http_body_util::{BodyExt as _, Full};
        let stream = tokio::net::TcpStream::connect(self.address).await.unwrap();
        let io = hyper_util::rt::TokioIo::new(stream);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        let request = http::Request::post(&sent.path).header("host", "upstream");
        let request = request.header("accept", sent.header("accept").unwrap());
        let request = request.body(Full::new(bytes::Bytes::from(sent.body.to_vec()))).unwrap();
        let exchange = async { sender.send_request(request).await.unwrap().into_body().collect().await.unwrap() };
        tokio::select! {
            body = exchange => body.to_bytes(),
            _ = connection => panic!("the upstream closed"),
        }
    }
}

/// What could be read in two ways, or chooses where a call goes, is refused by its name and never leaves.
#[tokio::test]
async fn ambiguous_and_reserved_fields_never_leave() {
    let kit = Kit::start().await;
    for (field, named) in [
        (r#""model":"other""#, "model"),
        (r#""m\u006fdel":"other""#, "model"),
        (r#""Model":"other""#, "Model"),
        (r#""stream":false,"stream":true"#, "stream"),
        (r#""stream":null,"stream":true"#, "stream"),
        (r#""CEILING":null,"CEILING":5"#, "CEILING"),
        (r#""CEILING":5,"CEILING":null"#, "CEILING"),
        (r#""UPPER":5"#, "UPPER"),
        (r#""api_base":"http://evil""#, "api_base"),
        (r#""api_key":"sk-evil""#, "api_key"),
        (r#""base_url":"http://evil""#, "base_url"),
        (r#""API_BASE":"http://evil""#, "API_BASE"),
        (r#""\u0061pi_base":"http://evil""#, "api_base"),
        (r#""extra_headers":{"a":"b"}"#, "extra_headers"),
        (r#""fallbacks":["x"]"#, "fallbacks"),
        (r#""mock_response":"x""#, "mock_response"),
    ] {
        for dialect in [OpenAiChat, OpenAiResponses, Anthropic, Cohere] {
            let (turns, ceiling) =
                if dialect == OpenAiResponses { ("input", "max_output_tokens") } else { ("messages", "max_tokens") };
            let told = |text: &str| text.replace("CEILING", ceiling).replace("UPPER", &ceiling.to_uppercase());
            let (group, field) = (group(dialect), told(field));
            let body = format!(r#"{{"model":"{group}","{turns}":[{{"role":"user","content":"x"}}],{field}}}"#);
            let got = kit.call_as(&Secret::new(MASTER), dialect, body).await;
            refused(dialect, &got, &told(named));
        }
    }
    assert_eq!((kit.upstream.count(), kit.rows().await.len()), (0, 0));
}

fn refused(client: Dialect, got: &Got, named: &str) {
    assert_eq!(got.status, 400, "{named}: {}", got.text());
    let error = seen::read(client, got).error;
    let said = error["message"].as_str().unwrap();
    assert!(said.contains(named), "{named}: {said}");
}

/// A body that only one dialect can carry is served by the deployment that speaks it, whichever is chosen first.
#[tokio::test]
async fn a_deployment_that_cannot_carry_a_body_leaves_it_to_one_that_can() {
    let kit = Kit::with(|setup| {
        let base = setup.base.clone();
        for (at, provider) in [CLAUDE, GPT].into_iter().enumerate() {
            let mut member = deployment(provider, &base);
            member.group = "either".to_owned();
            member.weight = u64::from(at == 0);
            setup.deployments.push(member);
        }
    })
    .await;
    let body = json!({"model": "either", "messages": [{"role": "martian", "content": "[[say:hi]]"}, {"role": "user", "content": "[[say:hi]]"}]});
    let got = kit.call(OpenAiChat, &body).await;
    assert_eq!(seen::read(OpenAiChat, &got).text, "hi", "{}", got.text());
    assert_eq!(kit.assert_one_row_an_attempt().await.len(), 1);
}
