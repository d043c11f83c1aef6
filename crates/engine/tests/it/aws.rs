//! AWS credentials from servers that play STS, the container's and EC2's metadata services.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use engine::cloud::aws::{AwsAuth, Base, CredentialError, Keys, Role, Settings, SignError, Source, Sources, Token};
use engine::secret::Secret;
use engine::tasks::Tasks;
use http::uri::Authority;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use parking_lot::Mutex;
use tokio::net::TcpListener;

/// What the servers were asked: method and path, `authorization`, body, host.
type Log = Arc<Mutex<Vec<[String; 4]>>>;
/// 2096.
const UNTIL: &str = "2096-10-02T07:06:40Z";

pub(crate) struct Server {
    pub(crate) url: String,
    log: Log,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Log::default();
        let seen = Arc::clone(&log);
        Tasks::default().spawn("metadata", async move {
            while let Ok((stream, _)) = listener.accept().await {
                let seen = Arc::clone(&seen);
                let service = service_fn(move |request| serve(request, Arc::clone(&seen)));
                Tasks::default().spawn("connection", async move {
                    let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    let _closed = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { url, log }
    }

    fn last(&self) -> [String; 4] {
        self.log.lock().last().unwrap().clone()
    }
}

async fn serve(request: Request<Incoming>, log: Log) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = String::from_utf8(body.collect().await?.to_bytes().to_vec()).unwrap();
    let authorization = head.headers.get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned();
    let asked = format!("{} {}", head.method, head.uri.path());
    let written = head.headers.get("host").map(|value| value.to_str().unwrap());
    let host = written.or(head.uri.authority().map(Authority::as_str)).unwrap().to_owned();
    let (status, answer) = answer(&asked, &body);
    log.lock().push([asked, authorization, body, host]);
    let response = Response::builder().status(status).header("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    Ok(response.body(Full::from(answer)).unwrap())
}

/// What AWS's services answer, by path and by what STS is asked for.
fn answer(asked: &str, body: &str) -> (u16, String) {
    let keys = |id: &str| {
        format!(
            r#"{{"Code":"Success","AccessKeyId":"{id}","SecretAccessKey":"s","Token":"t","Expiration":"{UNTIL}",
            "LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC"}}"#
        )
    };
    match asked {
        "GET /container" => (200, keys("OF-THE-CONTAINER")),
        "PUT /latest/api/token" => (200, "metadata-token".to_owned()),
        role if role.ends_with("/security-credentials/") => (200, "instance-role".to_owned()),
        role if role.ends_with("/security-credentials/instance-role") => (200, keys("OF-THE-INSTANCE")),
        "POST /" if body.contains("refused") => (403, denied()),
        "POST /" if body.contains("Action=AssumeRoleWithWebIdentity") => {
            (200, assumed("AssumeRoleWithWebIdentity", "OF-THE-TOKEN"))
        }
        "POST /" => (200, assumed("AssumeRole", "OF-THE-ROLE")),
        _ => (404, String::new()),
    }
}

fn assumed(action: &str, id: &str) -> String {
    format!(
        "<{action}Response><{action}Result><Credentials><AccessKeyId>{id}</AccessKeyId>\
         <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{UNTIL}</Expiration>\
         </Credentials></{action}Result></{action}Response>"
    )
}

fn denied() -> String {
    "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>canary</Message></Error>\
     </ErrorResponse>"
        .to_owned()
}

/// The access key id that a request is signed with.
async fn signed_with(auth: &AwsAuth) -> Result<String, SignError> {
    let request = Request::post("https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse");
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    auth.sign(&mut parts, &Bytes::from("{}"), now()).await?;
    let authorization = parts.headers["authorization"].to_str().unwrap();
    let (_, id) = authorization.split_once("Credential=").unwrap();
    let token = parts.headers.get("x-amz-security-token").map_or("", |token| token.to_str().unwrap());
    Ok(format!("{} {token}", id.split_once('/').unwrap().0))
}

/// In 2027; any time before `UNTIL`.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_hours(500_000)
}

fn auth(source: Source, sts: Option<&str>) -> AwsAuth {
    let settings = Settings { region: "eu-central-1".to_owned(), source, sts_endpoint: sts.map(str::to_owned) };
    Sources::default().auth("bedrock", settings)
}

fn role(name: &str, session: Option<&str>) -> Role {
    Role { arn: format!("arn:aws:iam::123456789012:role/{name}"), session: session.map(str::to_owned) }
}

fn keys() -> Base {
    let secret = Secret::new("secret");
    Base::Keys(Keys { access_key_id: Secret::new("AKIDEXAMPLE"), secret_access_key: secret, session_token: None })
}

#[tokio::test]
async fn a_role_is_taken_on_with_other_credentials() {
    let server = Server::start().await;
    for (session, external_id, expect) in
        [(None, None, "RoleSessionName=turnpike"), (Some("mine"), Some("ext"), "RoleSessionName=mine&ExternalId=ext")]
    {
        let external_id = external_id.map(str::to_owned);
        let auth = auth(Source::Role { role: role("r", session), base: keys(), external_id }, Some(&server.url));
        for _call in 0..3 {
            assert_eq!(signed_with(&auth).await.unwrap(), "OF-THE-ROLE t");
        }
        let [_, authorization, body, _] = server.last();
        assert!(authorization.contains("Credential=AKIDEXAMPLE/"), "{authorization}");
        assert!(authorization.contains("/eu-central-1/sts/"), "{authorization}");
        assert!(body.contains("Action=AssumeRole&"), "{body}");
        assert!(body.contains("RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr"), "{body}");
        assert!(expect.split('&').all(|pair| body.contains(pair)), "{body}");
    }
    assert_eq!(server.log.lock().len(), 2, "once for each deployment's settings");
}

#[tokio::test]
async fn a_role_is_taken_on_with_a_token() {
    let server = Server::start().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "jwt\n").unwrap();
    for token in [Token::Text(Secret::new("jwt")), Token::File(file.path().to_owned())] {
        let auth = auth(Source::WebIdentity { role: role("r", None), token }, Some(&server.url));
        assert_eq!(signed_with(&auth).await.unwrap(), "OF-THE-TOKEN t");
        let [_, authorization, body, _] = server.last();
        assert_eq!(authorization, "", "the token is the credential");
        assert!(body.contains("WebIdentityToken=jwt") && !body.contains("jwt%0A"), "{body}");
    }
}

#[tokio::test]
async fn a_failure_says_what_to_do() {
    let server = Server::start().await;
    let token = || Token::Text(Secret::new("jwt"));
    let no_file = Token::File("/nonexistent/token".into());
    for (source, error) in [
        (Source::Role { role: role("refused", None), base: keys(), external_id: None }, CredentialError::Failed),
        (Source::WebIdentity { role: role("refused", None), token: token() }, CredentialError::Failed),
        (Source::WebIdentity { role: role("r", None), token: no_file }, CredentialError::Misconfigured),
    ] {
        let refused = signed_with(&auth(source, Some(&server.url))).await.unwrap_err();
        assert_eq!(refused, SignError::Credentials(error));
        assert!(!refused.to_string().contains("canary"), "{refused}");
    }
}

/// Whatever the client makes of the URL, the signature is over the host that arrives: signed again with that host written
/// out, the request has the same signature.
#[tokio::test]
async fn the_signed_host_is_the_one_that_arrives() {
    let server = Server::start().await;
    let auth = auth(Source::Own(keys()), None);
    for http2 in [false, true] {
        let client = Client::builder(TokioExecutor::new()).http2_only(http2).build_http::<Full<Bytes>>();
        let url = format!("{}/model/m%3A0/converse", server.url);
        let (mut parts, ()) = Request::post(&url).body(()).unwrap().into_parts();
        auth.sign(&mut parts, &Bytes::from("{}"), now()).await.unwrap();
        client.request(Request::from_parts(parts, Full::from("{}"))).await.unwrap();
        let [arrived, signature, _, host] = server.last();
        assert!(arrived.ends_with("/model/m%3A0/converse"), "{arrived}");
        let (mut again, ()) = Request::post(&url).header("host", host).body(()).unwrap().into_parts();
        auth.sign(&mut again, &Bytes::from("{}"), now()).await.unwrap();
        assert_eq!(again.headers["authorization"], signature, "http2: {http2}");
    }
}

const CHILD: &str = "TURNPIKE_TEST_AWS_SOURCE";

/// The chain reads the process's environment, so each case runs in a process of its own: this test again, with one.
#[tokio::test(flavor = "multi_thread")]
async fn the_chain_finds_what_the_environment_says() {
    #[expect(clippy::disallowed_methods, reason = "it tells the child from its parent")]
    if let Ok(source) = std::env::var(CHILD) {
        let base = if source == "chain" { Base::Chain } else { Base::Profile(source) };
        let found = signed_with(&auth(Source::Own(base), None)).await;
        println!("<{}>", found.unwrap_or_else(|error| error.to_string()));
        return;
    }
    let server = Server::start().await;
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).display().to_string();
    let (config, token) = (path("config"), path("token"));
    std::fs::write(
        &config,
        "[profile mine]\naws_access_key_id = OF-THE-PROFILE\naws_secret_access_key = s\n\
         [profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = mine\n",
    )
    .unwrap();
    std::fs::write(&token, "jwt").unwrap();
    let container = format!("{}/container", server.url);
    let arn = "arn:aws:iam::123456789012:role/r";
    let environment = [("AWS_ACCESS_KEY_ID", "OF-THE-ENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let off = ("AWS_EC2_METADATA_DISABLED", "true");
    let missing = CredentialError::Missing.to_string();
    for (source, variables, expect) in [
        ("chain", &environment[..], "OF-THE-ENVIRONMENT "),
        ("mine", &environment, "OF-THE-PROFILE "),
        ("role", &[], "OF-THE-ROLE t"),
        ("chain", &[("AWS_PROFILE", "mine")], "OF-THE-PROFILE "),
        ("chain", &[("AWS_WEB_IDENTITY_TOKEN_FILE", &*token), ("AWS_ROLE_ARN", arn)], "OF-THE-TOKEN t"),
        ("chain", &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*container)], "OF-THE-CONTAINER t"),
        (
            "chain",
            &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*container), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &*token)],
            "OF-THE-CONTAINER t",
        ),
        ("chain", &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &*server.url)], "OF-THE-INSTANCE t"),
        ("chain", &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &*server.url), off], &missing),
    ] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["aws::the_chain_finds_what_the_environment_says", "--exact", "--nocapture"]);
        child.env_clear().env(CHILD, source).env("HOME", home.path()).env("AWS_CONFIG_FILE", &config);
        child.env("AWS_ENDPOINT_URL_STS", &server.url).envs(variables.iter().copied());
        let output = child.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(&format!("<{expect}>")), "{source} {variables:?}\n{said}");
    }
    let log = server.log.lock();
    assert!(log.iter().any(|[asked, authorization, ..]| asked == "GET /container" && authorization == "jwt"));
}
