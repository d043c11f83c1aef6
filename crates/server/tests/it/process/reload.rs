//! SIGHUP: a new configuration for calls that begin, none that runs is touched.

use serde_json::json;
use testkit::Upstream;

use super::calls::{self, Call};
use super::gateway::{Gateway, Place};
use super::streams::Streams;

/// The status of a call to `model`, answered to its end.
async fn status(gateway: &Gateway, key: &str, model: &'static str) -> u16 {
    let call = Call { stream: false, ..Call::openai(model, "hello") };
    call.send(&gateway.client, key).await.whole().await.unwrap().status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_is_taken_over_while_streams_run() {
    let upstream = Upstream::start().await;
    let place = Place::with(&calls::config(&upstream));
    let gateway = place.start().await;
    let master = place.master();
    assert_eq!(status(&gateway, master, "added").await, 404);
    let prompt = |_| "[[slow:60]] [[long:60]]".to_owned();
    let streams = Streams::begin(&gateway.client, [master, master], 40, prompt).await;

    let added = calls::model("added", "openai/gpt-4o", &format!("{}/v1", upstream.base_url()));
    place.configure(&format!("{}{added}", calls::config(&upstream)));
    gateway.signal("HUP");
    gateway.logged(&["the configuration was reloaded"]).await;
    assert!(upstream.served().iter().any(|served| !served.is_over()), "the streams are too short for this machine");
    assert_eq!(status(&gateway, master, "added").await, 200);
    streams.end_well().await;
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_changes_nothing() {
    let upstream = Upstream::start().await;
    let place = Place::with(&calls::config(&upstream));
    let gateway = place.start().await;
    let master = place.master();

    // written badly, and written well but impossible to mean
    for (line, words) in [
        ("turnpike: {shutdown_grace: 1}\n", ["config.yaml:16:12: turnpike.shutdown_grace", "unknown key"]),
        ("router_settings: {model_group_alias: {nick: gone}}\n", ["config.yaml:16:", "there is no model_name"]),
    ] {
        place.configure(&format!("{}{line}", calls::config(&upstream)));
        gateway.signal("HUP");
        let logged = gateway.logged(&[&["ERROR", "the last good one stays in force"], &words[..]].concat()).await;
        assert!(serde_json::from_str::<serde_json::Value>(&logged).is_ok(), "{logged}");
        assert_eq!(status(&gateway, master, "gpt").await, 200);
    }
    std::fs::remove_file(place.config()).unwrap();
    gateway.signal("HUP");
    gateway.logged(&["ERROR", "config.yaml", "No such file"]).await;
    assert_eq!(status(&gateway, master, "gpt").await, 200);

    place.configure(&calls::config(&upstream).replace("model_name: gpt", "model_name: renamed"));
    gateway.signal("HUP");
    gateway.logged(&["the configuration was reloaded"]).await;
    assert_eq!((status(&gateway, master, "gpt").await, status(&gateway, master, "renamed").await), (404, 200));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_the_file_and_of_the_database_add_up() {
    let place = Place::with("general_settings: {allowed_ips: [127.0.0.1]}\n");
    let gateway = place.start().await;
    let refused = gateway.client.post("/delete/allowed_ip", place.master(), &json!({"ip": "127.0.0.1/32"})).await;
    let answer = refused.whole().await.unwrap();
    assert!(answer.status == 400 && answer.text.contains("configuration file"), "{}", answer.text);
    gateway.client.admin("/add/allowed_ip", &json!({"ip": "127.0.0.0/8"})).await;
    let listed = gateway.client.shown("/get/allowed_ips").await;
    assert!(listed.text.contains(r#"["127.0.0.1","127.0.0.0/8"]"#), "{}", listed.text);
    // what was added stays when the file is read anew, and is all there is then
    place.configure("general_settings: {allowed_ips: []}\n");
    gateway.signal("HUP");
    gateway.logged(&["the configuration was reloaded"]).await;
    let listed = gateway.client.shown("/get/allowed_ips").await;
    assert!(listed.text.contains(r#"["127.0.0.0/8"]"#), "{}", listed.text);
    gateway.client.admin("/delete/allowed_ip", &json!({"ip": "127.0.0.0/8"})).await;
    gateway.stop().await;
}
