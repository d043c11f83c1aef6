//! The commands for everyday tasks, against a running gateway.

use std::io::Write as _;
use std::process::{Output, Stdio};

use serde_json::Value;

use super::gateway::{Gateway, Place, finish};

/// What a command wrote, and its code.
struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// A gateway with the built-in model, and the commands that know where it is.
async fn gateway() -> (Place, Gateway) {
    let place = Place::with("");
    let gateway = place.start().await;
    let url = format!("http://{}", gateway.address);
    (place.variable("TURNPIKE_URL", Some(&url)), gateway)
}

async fn say(place: &Place, line: &str) -> Said {
    let words: Vec<_> = line.split_whitespace().collect();
    place.run(&words).await.into()
}

/// What a command that must succeed writes.
async fn done(place: &Place, line: &str) -> String {
    let said = say(place, line).await;
    assert_eq!(said.code, Some(0), "{line}: {}", said.stderr);
    assert!(said.stdout.lines().all(|line| line.chars().count() <= 100), "{line}:\n{}", said.stdout);
    said.stdout
}

/// The API's answer.
async fn json(place: &Place, line: &str) -> Value {
    let said = say(place, &format!("{line} --json")).await;
    assert_eq!(said.code, Some(0), "{line}: {}", said.stderr);
    serde_json::from_str(&said.stdout).unwrap()
}

/// With `text` on standard input.
async fn piped(place: &Place, line: &str, text: &str) -> Said {
    let words: Vec<_> = line.split_whitespace().collect();
    let mut command = place.turnpike(&words);
    let (read, mut write) = std::io::pipe().unwrap();
    writeln!(write, "{text}").unwrap();
    drop(write);
    command.stdin(Stdio::from(read));
    finish(command).await.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_lives_and_ends() {
    let (place, gateway) = gateway().await;
    let made =
        say(&place, "key create --key-alias search --models echo,other --max-budget 2.5 --metadata {\"a\":1}").await;
    assert_eq!(made.stderr, "The key is shown this once.\n");
    let key = made.stdout.trim();
    assert!(key.starts_with("sk-") && made.stdout == format!("{key}\n"), "{}", made.stdout);
    assert_eq!(gateway.client.post("/v1/chat/completions", key, &call()).await.whole().await.unwrap().status, 200);

    let list = json(&place, "key list").await;
    let (token, row) = (list["keys"][0]["token"].as_str().unwrap().to_owned(), &list["keys"][0]);
    assert_eq!((row["max_budget"].as_f64(), row["metadata"]["a"].as_i64()), (Some(2.5), Some(1)));
    let table = done(&place, "key list --search sea").await;
    assert!(table.starts_with("TOKEN ") && table.contains(&token) && table.contains("search"), "{table}");
    assert_eq!(done(&place, "key list --search else").await.lines().count(), 1);

    let info = done(&place, &format!("key info {token}")).await;
    assert!(info.lines().any(|line| line.starts_with("models ") && line.ends_with("echo,other")), "{info}");
    for (verb, status) in [("block", 401), ("unblock", 200)] {
        done(&place, &format!("key {verb} {token}")).await;
        let answer = gateway.client.post("/v1/chat/completions", key, &call()).await.whole().await.unwrap();
        assert_eq!(answer.status == 200, status == 200, "{verb}: {}", answer.text);
    }
    let deleted = piped(&place, "key delete -", key).await;
    assert_eq!(deleted.code, Some(0), "{}", deleted.stderr);
    let gone = say(&place, &format!("key block {token}")).await;
    assert_eq!((gone.code, gone.stdout.as_str()), (Some(1), ""));
    let error: Value = serde_json::from_str(&gone.stderr).unwrap();
    assert!(error["error"]["message"].is_string(), "the API's own words: {error}");

    let spend = done(&place, "spend").await;
    assert!(spend.starts_with("STARTED ") && spend.contains("echo"), "{spend}");
    let days = done(&place, "spend --start-date 2020-01-01 --end-date 2100-01-01").await;
    assert!(days.starts_with("DAY ") && days.contains("\"echo\":"), "{days}");
    gateway.stop().await;
}

fn call() -> Value {
    serde_json::json!({"model": "echo", "messages": [{"role": "user", "content": "hello"}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn people_teams_and_models() {
    let (place, gateway) = gateway().await;
    let team = done(&place, "team create --team-alias search --models echo --max-budget 10").await;
    let user = done(&place, "user create --user-id ada --user-email ada@x.example --user-role internal_user").await;
    assert_eq!(user, "ada\n");
    let teams = done(&place, "team list").await;
    assert!(teams.starts_with("TEAM ") && teams.contains(team.trim()) && teams.contains("search"), "{teams}");
    let users = done(&place, "user list --search ada").await;
    assert!(users.starts_with("USER ") && users.contains("ada@x.example"), "{users}");
    assert_eq!(json(&place, "user list --search ada").await["users"][0]["key_count"], 0);
    let models = done(&place, "model list").await;
    assert!(models.starts_with("MODEL ") && models.contains("echo"), "{models}");

    // a key of hers sees what she sees
    let key = done(&place, &format!("key create --user-id ada --team-id {}", team.trim())).await;
    let other = place.variable("TURNPIKE_API_KEY", Some(key.trim()));
    assert_eq!(json(&other, "key list").await["total_count"], 1);
    assert_eq!(say(&other, "team create").await.code, Some(1));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_has_a_code() {
    let place = Place::new();
    let master = place.master().to_owned();
    let place = place.variable("TURNPIKE_URL", Some("http://127.0.0.1:1"));
    for (line, code, words) in [
        ("key list", 1, "the gateway at http://127.0.0.1:1 cannot be reached: set TURNPIKE_URL or --url"),
        ("key list --url nonsense", 1, "nonsense is not like http://host:4000"),
        ("key block sk-0123456789abcdef", 2, "does not belong on a command line"),
        ("spend --api-key sk-0123456789abcdef", 2, "does not belong on a command line"),
        ("key create --metadata [1]", 2, "expected a JSON object"),
        ("key create --colour red", 2, "unexpected argument"),
        ("key", 2, "Usage"),
        ("key list --api-key-stdin", 2, "standard input is empty"),
    ] {
        let said = say(&place, line).await;
        assert_eq!((said.code, said.stdout.as_str()), (Some(code), ""), "{line}: {}", said.stderr);
        assert!(said.stderr.contains(words) && !said.stderr.contains(&master), "{line}: {}", said.stderr);
    }
    let place = place.variable("TURNPIKE_MASTER_KEY", None);
    let said = say(&place, "team list").await;
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("set TURNPIKE_API_KEY or TURNPIKE_MASTER_KEY"), "{}", said.stderr);

    let (place, gateway) = self::gateway().await;
    let place = place.variable("TURNPIKE_MASTER_KEY", None);
    assert_eq!(piped(&place, "team list --api-key-stdin", place.master()).await.code, Some(0));
    let said = piped(&place, "team list --api-key-stdin", "sk-wrong").await;
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("\"type\":\"auth_error\""), "{}", said.stderr);
    gateway.stop().await;
}
