//! A Bedrock provider that is signed for: what arrived is recomputed here by AWS's rules, with an HMAC of our own. And what
//! happens when there is nothing to sign with.

use std::fmt::Write as _;

use engine::cloud::aws::{AwsAuth, Base, Keys, Role, Settings, Source, Sources, Token};
use engine::secret::Secret;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::ledger::{AttemptStatus, Provenance};
use testkit::{Auth, Script, Served};
use wire::Dialect;
use wire::envelope::Address;

use crate::aws::Server;
use crate::frames;
use crate::kit::{BEDROCK, Got, INVOKE, Kit, MASTER, Setup, collect};
use crate::seen;

const ID: &str = "AKIDEXAMPLE0000000001";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "a-session-token==";
const REGION: &str = "eu-central-1";
const MODEL: &str = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.x-v1:0";

fn auth(source: Source, sts: Option<&str>) -> AwsAuth {
    let sts_endpoint = sts.map(str::to_owned);
    Sources::default().auth("bedrock", Settings { region: REGION.to_owned(), source, sts_endpoint })
}

fn keys(token: Option<&str>) -> Base {
    Base::Keys(Keys {
        access_key_id: Secret::new(ID),
        secret_access_key: Secret::new(SECRET),
        session_token: token.map(Secret::new),
    })
}

fn role() -> Role {
    Role { arn: "arn:aws:iam::123456789012:role/r".to_owned(), session: None }
}

/// The Bedrock deployment signs instead of sending a key.
fn signs(auth: AwsAuth) -> impl FnOnce(&mut Setup) {
    signs_at(BEDROCK, auth)
}

fn signs_at(group: &str, auth: AwsAuth) -> impl FnOnce(&mut Setup) {
    move |setup| {
        let bedrock = setup.deployments.iter_mut().find(|deployment| deployment.group == group).unwrap();
        bedrock.key = None;
        bedrock.aws = Some(auth);
        MODEL.clone_into(&mut bedrock.model);
    }
}

fn sha256(text: &[u8]) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// RFC 2104 over SHA-256, whose block has 64 bytes. No key here is longer.
fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

/// The signature that `served` must have.
fn signature(served: &Served, names: &str, scope: &str) -> String {
    let header = |name: &str| served.headers[name].trim().to_owned();
    let headers: Vec<_> = names.split(';').map(|name| format!("{name}:{}", header(name))).collect();
    let headers = headers.join("\n");
    // what is encoded in the path is encoded once more
    let path = served.path.replace('%', "%25");
    let canonical = format!("POST\n{path}\n\n{headers}\n\n{names}\n{}", sha256(&served.body));
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", header("x-amz-date"), sha256(canonical.as_bytes()));
    let key = scope.split('/').fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac(&key, part));
    hex(&hmac(&key, &text))
}

#[test]
fn the_hmac_is_right() {
    // RFC 4231, test case 2
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(hex(&hmac(b"Jefe", "what do ya want for nothing?")), expected);
}

#[tokio::test]
async fn what_arrives_is_what_was_signed() {
    for token in [None, Some(TOKEN)] {
        let kit = Kit::with(signs(auth(Source::Own(keys(token)), None))).await;
        for client in Dialect::ALL {
            for stream in [false, true] {
                let asked = json!({"model": BEDROCK, "stream": stream, "max_tokens": 50,
                    "messages": [{"role": "user", "content": "[[unicode]] \u{e9} \u{4f60}"}]});
                let got = kit.call(client, &asked).await;
                let cell = format!("{client:?}, stream {stream}: {}", got.text());
                assert!(seen::read(client, &got).complete, "{cell}");
                let served = kit.upstream.last().unwrap();
                assert_eq!((served.auth, served.model.as_deref()), (Some(Auth::Sigv4), Some(MODEL)), "{cell}");
                assert_eq!(served.header("x-amz-security-token"), token, "{cell}");
                signed(&served, if token.is_some() { ";x-amz-security-token" } else { "" }, &cell);
            }
        }
        kit.assert_one_row_an_attempt().await;
    }
}

/// `more`: the headers under the signature beside those that always are.
fn signed(served: &Served, more: &str, cell: &str) {
    let said = served.header("authorization").unwrap().strip_prefix("AWS4-HMAC-SHA256 ").unwrap();
    let parts: Vec<_> = said.split(", ").map(|part| part.split_once('=').unwrap()).collect();
    let [("Credential", credential), ("SignedHeaders", names), ("Signature", made)] = parts[..] else {
        panic!("{said}")
    };
    assert_eq!(names, format!("content-type;host;x-amz-date{more}"), "{cell}");
    let (id, scope) = credential.split_once('/').unwrap();
    let (day, _) = served.header("x-amz-date").unwrap().split_once('T').unwrap();
    assert_eq!((id, scope), (ID, format!("{day}/{REGION}/bedrock/aws4_request").as_str()), "{cell}");
    assert!(served.path.contains("%3A") && !served.path.contains('?'), "{}", served.path);
    assert_eq!(made, signature(served, names, scope), "{cell}");
}

/// The body that is signed is the one with our edits, not the client's.
#[tokio::test]
async fn the_edited_body_is_signed() {
    let kit = Kit::with(signs(auth(Source::Own(keys(None)), None))).await;
    let key = kit.key(Some(700_000)).await;
    let asked = r#"{"messages":[{"role":"user","content":[{"text":"x"}]}]}"#;
    assert_eq!(kit.converse(&key, BEDROCK, false, asked).await.status, 200);
    let served = kit.upstream.last().unwrap();
    assert!(served.json()["inferenceConfig"]["maxTokens"].is_u64());
    signed(&served, "", "with a ceiling");
}

/// The client's own headers, of a body that only the model reads.
#[tokio::test]
async fn the_forms_of_a_body_are_signed() {
    let kit = Kit::with(signs_at(INVOKE, auth(Source::Own(keys(None)), None))).await;
    for (stream, accept, more) in [(false, "accept", ""), (true, "x-amzn-bedrock-accept", ";x-amzn-bedrock-accept")] {
        let address = Some(Address { model: INVOKE.to_owned(), stream });
        let body = r#"{"inputText":"hi"}"#.into();
        let (principal, mut call) = kit.prepare_raw(&Secret::new(MASTER), Dialect::BedrockInvoke, address, body).await;
        call.headers.insert(accept, "text/x-new".parse().unwrap());
        call.headers.insert("content-type", "application/json;v=2".parse().unwrap());
        let got = collect(call.id.clone(), kit.engine.serve(principal, call).await).await;
        assert_eq!(got.status, 200, "{}", got.text());
        let served = kit.upstream.last().unwrap();
        let sent = [accept, "content-type"].map(|name| served.header(name));
        assert_eq!(sent, [Some("text/x-new"), Some("application/json;v=2")]);
        signed(&served, more, accept);
    }
}

/// Each try has a signature of its own.
#[tokio::test]
async fn a_second_try_is_signed_anew() {
    let kit = Kit::with(|setup| {
        signs(auth(Source::Own(keys(None)), None))(setup);
        setup.settings.retries = 1;
    })
    .await;
    kit.upstream.script(Script { status: Some(503), ..Script::default() });
    let asked = json!({"model": BEDROCK, "messages": [{"role": "user", "content": "x"}]});
    assert_eq!(kit.call(Dialect::OpenAiChat, &asked).await.status, 200);
    let served = kit.upstream.served();
    assert_eq!(served.len(), 2);
    for served in &served {
        signed(served, "", "one of two tries");
    }
}

/// Nothing of the credential, nor where it should have come from.
fn keeps_quiet(got: &Got) {
    let text = format!("{:?} {}", got.headers, got.text());
    for secret in [ID, SECRET, TOKEN, OF_THE_ROLE, "nonexistent", "123456789012"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn without_credentials_each_client_is_told_and_nothing_is_sent() {
    let source = Source::WebIdentity { role: role(), token: Token::File("/nonexistent/token".into()) };
    let kit = Kit::with(|setup| {
        signs(auth(source, None))(setup);
        setup.settings.retries = 3;
    })
    .await;
    for client in Dialect::ALL {
        for stream in [false, true] {
            let asked = json!({"model": BEDROCK, "stream": stream, "max_tokens": 50,
                "messages": [{"role": "user", "content": "x"}]});
            let got = kit.call(client, &asked).await;
            let error = seen::read(client, &got).error;
            assert_eq!((got.status, got.stream), (503, false), "{client:?}: {}", got.text());
            assert!(error["message"].as_str().unwrap().contains("no usable AWS credentials"), "{error}");
            if client == Dialect::Bedrock {
                assert_eq!(error["type"], "ServiceUnavailableException");
            }
            keeps_quiet(&got);
            let rows = kit.rows_of(&got.id).await;
            assert_eq!(rows.len(), 1, "no use in another try: {rows:?}");
            assert_eq!((rows[0].status, rows[0].provenance), (AttemptStatus::Failure, Provenance::None));
            assert_eq!(rows[0].cost.unwrap().get(), 0);
        }
    }
    assert_eq!(kit.upstream.count(), 0);
}

/// AWS quotes the credential of a request that it does not like, with whatever status.
#[tokio::test]
async fn a_provider_that_quotes_the_credential_is_not_quoted() {
    let sts = Server::start().await;
    let taken_on = Source::Role { role: role(), base: keys(None), external_id: None };
    for (auth, quoted) in [
        (auth(Source::Own(keys(Some(TOKEN))), None), &[ID, SECRET, TOKEN][..]),
        (auth(taken_on, Some(&sts.url)), &[OF_THE_ROLE]),
    ] {
        let kit = Kit::with(signs(auth)).await;
        for quoted in quoted {
            quotes(&kit, quoted).await;
        }
        kit.assert_one_row_an_attempt().await;
    }
}

/// What the server that plays STS calls its key.
const OF_THE_ROLE: &str = "OF-THE-ROLE";

async fn quotes(kit: &Kit, quoted: &str) {
    let said = json!({"message": format!("no such thing as Credential={quoted}/20260101")});
    let (name, payload) = frames::delta(0, &json!({"text": "hi"}));
    let late = [
        frames::event("messageStart", &json!({"role": "assistant"})),
        frames::event(name, &payload),
        frames::exception("validationException", &said),
    ];
    let whole = said.to_string().into_bytes();
    for client in Dialect::ALL {
        for (status, body) in [(400, whole.clone()), (403, whole.clone()), (500, whole.clone()), (200, late.concat())] {
            kit.upstream.script(Script { status: Some(status), ..frames::raw(status == 200, body) });
            let asked = json!({"model": BEDROCK, "stream": status == 200, "max_tokens": 50,
                "messages": [{"role": "user", "content": "x"}]});
            let got = kit.call(client, &asked).await;
            assert!(seen::read(client, &got).error["message"].is_string(), "{client:?} {status}: {}", got.text());
            keeps_quiet(&got);
        }
    }
    let served = kit.upstream.last().unwrap();
    assert_eq!(served.auth, Some(Auth::Sigv4));
}
