//! Starting: what it refuses, what it shows the first time, what it never shows.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use testkit::Upstream;

use super::calls::{self, Call, PROVIDER_KEY, Speech};
use super::gateway::{Place, finish, refusal};

const ECHO: &str = "model_list:\n- model_name: echo\n  litellm_params: {model: echo}\n";

#[tokio::test]
async fn without_a_good_master_key_it_does_not_start() {
    for (variable, config, words) in [
        (
            Some("sk-1234"),
            ECHO,
            ["the master key is too weak: it has fewer than 16 characters", "`openssl rand -hex 24` makes a good one"],
        ),
        (
            None,
            ECHO,
            [
                "there is no master key",
                "set general_settings.master_key or the environment variable TURNPIKE_MASTER_KEY",
            ],
        ),
        (Some(""), ECHO, ["there is no master key", "or LITELLM_MASTER_KEY"]),
        (
            None,
            "general_settings: {master_key: aaaaaaaaaaaaaaaaaaaaaaaa}\n",
            ["too weak", "fewer than 8 different characters"],
        ),
        (
            None,
            "general_settings: {master_key: os.environ/GONE}\n",
            ["config.yaml:1:32", "the environment variable GONE is not set"],
        ),
        (
            Some("sk-Zk29fjQw8xLmP4"),
            "model_list: [{model_name: a, litellm_params: {model: opnai/m}}]\ngeneral_settings: {master_key: os.environ/GONE}\n",
            ["there is no provider \"opnai\"", "the environment variable GONE is not set"],
        ),
    ] {
        let place = Place::with(config).variable("TURNPIKE_MASTER_KEY", variable);
        let said = refusal(place.serve()).await;
        assert!(words.iter().all(|word| said.contains(word)), "{variable:?} {config}\n{said}");
        assert!(!said.contains("sk-1234") && !said.contains("aaaaaaa"), "{said}");
    }
}

#[tokio::test]
async fn a_wrong_configuration_is_explained() {
    let place = Place::with(&format!("{ECHO}general_settings:\n  databse_url: x\nrouter_setings: {{}}\n"));
    let said = refusal(place.serve()).await;
    for words in [
        "config.yaml:5:3: general_settings.databse_url: unknown key; did you mean database_url?",
        "config.yaml:6:1: router_setings: unknown key; did you mean router_settings?",
    ] {
        assert!(said.contains(words), "{said}");
    }
    let mut gone = place.turnpike(&["serve", "--config", "gone.yaml", "--port", "0"]);
    gone.arg("--data-dir").arg(place.data());
    let said = refusal(gone).await;
    assert!(said.contains("gone.yaml") && said.contains("No such file"), "{said}");
}

#[tokio::test]
async fn a_folder_that_it_cannot_have_is_named() {
    let place = Place::with(ECHO);
    std::fs::write(place.data(), "in the way").unwrap();
    let said = refusal(place.serve()).await;
    assert!(said.contains("the data folder") && said.contains(place.data().to_str().unwrap()), "{said}");
    std::fs::remove_file(place.data()).unwrap();

    let running = place.start().await;
    let said = refusal(place.serve()).await;
    assert!(said.contains("the journal cannot be opened") && said.contains("another process"), "{said}");
    running.stop().await;
}

#[tokio::test]
async fn a_port_that_it_cannot_have_is_named() {
    let (first, second) = (Place::with(ECHO), Place::new().variable("TURNPIKE_MASTER_KEY", None));
    let running = first.start().await;
    let port = running.address.port().to_string();
    let mut command = second.turnpike(&["serve", "--host", "127.0.0.1", "--port", &port, "--data-dir"]);
    command.arg(second.data());
    let output = finish(command).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("127.0.0.1:{port} cannot be listened on")), "{said}");
    running.stop().await;

    let banner = second.start().await.banner();
    assert!(banner.contains("Master key (shown this once): sk-"), "the start that failed has made no key\n{banner}");
}

#[tokio::test]
async fn the_first_start_shows_the_key_once() {
    let place = Place::new().variable("TURNPIKE_MASTER_KEY", None);
    let gateway = place.start().await;
    let banner = gateway.banner();
    let key = after(&banner, "Master key (shown this once): ").to_owned();
    let url = format!("http://{}", gateway.address);
    assert!(banner.contains(&format!("Turnpike listens on {url}\n")), "{banner}");
    let curl = after(&banner, "curl ");
    assert!(curl.starts_with(&format!("{url}/v1/chat/completions -H \"Authorization: Bearer {key}\"")), "{curl}");
    let body: Value = serde_json::from_str(curl.split('\'').nth(1).unwrap()).unwrap();
    let answer = gateway.client.post("/v1/chat/completions", &key, &body).await.whole().await.unwrap();
    assert!(answer.status == 200 && answer.text.contains("Hello, Turnpike!"), "{}", answer.text);
    assert!(!gateway.stop().await.contains(&key));

    let file = place.data().join("master-key.sha256");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(holds(&place.data(), &key).is_none());

    let gateway = place.start().await;
    let banner = gateway.banner();
    assert!(!banner.contains("sk-") && banner.contains("To make another, delete"), "{banner}");
    let answer = gateway.client.post("/v1/chat/completions", &key, &body).await;
    assert_eq!(answer.status, 200);
    let answer = gateway.client.post("/v1/chat/completions", "sk-of-somebody-else", &body).await;
    assert_eq!(answer.status, 401);
    gateway.stop().await;
}

#[tokio::test]
async fn it_offers_no_request_for_a_model_that_it_does_not_have() {
    let place = Place::with("model_list:\n- model_name: 'up/*'\n  litellm_params: {model: 'openai/*', api_key: k}\n");
    let gateway = place.start().await;
    let banner = gateway.banner();
    assert!(!banner.contains("curl") && banner.contains("No model has a name of its own"), "{banner}");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_written_down() {
    const PROMPT: &str = "prompt-canary-5d1e";
    const REPLY: &str = "reply-canary-77b0";
    const WRONG: &str = "sk-wrong-canary-31aa";
    const HEADER: &str = "header-canary-90cd";
    let upstream = Upstream::start().await;
    let config = format!(
        "{}    extra_headers: {{x-secret: {HEADER}}}\nturnpike: {{log_level: trace}}\n",
        calls::config(&upstream)
    );
    let place = Place::with(&config);
    let gateway = place.start().await;
    let key = gateway.client.new_key(1000.0).await;
    let clients = [gateway.client.clone(), gateway.client.clone().http2()];
    let behaviours =
        ["", "[[error:400]]", "[[error:401]]", "[[midstream]]", "[[cut]]", r#"[[script:{"raw_body":"{nonsense"}]]"#];
    for (number, behaviour) in behaviours.into_iter().cycle().take(8 * behaviours.len()).enumerate() {
        let prompt = format!("{PROMPT} [[say:{REPLY}]] {behaviour}");
        let call = Call::mixed(number / behaviours.len(), number % 16 < 8, prompt);
        let answer = clients[number / 4 % 2].post(call.path(), &key, &call.body()).await;
        // how it ends is the business of other tests
        drop(answer.rest().await);
    }
    let call = Call { speech: Speech::OpenAi, model: "gpt", stream: false, prompt: PROMPT.to_owned() };
    assert_eq!(gateway.client.post(call.path(), WRONG, &call.body()).await.status, 401);
    let log = gateway.stop().await;

    assert!(log.contains(r#""level":"TRACE""#), "{log}");
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok_and(|line| line.is_object()), "{line}");
    }
    for canary in [place.master(), PROVIDER_KEY, PROMPT, REPLY, WRONG, HEADER, &key] {
        let told: Vec<_> = log.lines().filter(|line| line.contains(canary)).collect();
        assert!(told.is_empty(), "{canary}\n{}", told.join("\n"));
        assert_eq!(holds(&place.data(), canary), None, "{canary}");
    }
}

/// The rest of the line after `mark`.
fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    let (_, rest) = text.split_once(mark).unwrap_or_else(|| panic!("no {mark:?} in\n{text}"));
    rest.lines().next().unwrap()
}

/// The file below `folder` that has `text` in it.
fn holds(folder: &Path, text: &str) -> Option<String> {
    std::fs::read_dir(folder).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes()).then(|| path.display().to_string())
    })
}
