//! Secrets that AWS Secrets Manager has, and a database that is sealed with AWS KMS.

use serde_json::{Value, json};
use testkit::{Aws, Upstream};

use super::calls::Call;
use super::gateway::{Gateway, PATIENCE, Place, refusal};

const OLD: &str = "canary-0123456789-old";
const NEW: &str = "canary-0123456789-new";

/// A gateway with one model, whose key is a secret.
fn config(upstream: &Upstream, general: &str, turnpike: &str) -> String {
    format!(
        "model_list:\n- model_name: gpt\n  litellm_params: {{model: openai/gpt-4o, api_base: '{}/v1', api_key: \
         os.environ/prod/openai}}\ngeneral_settings: {{key_management_system: aws_secret_manager, {general}}}\nturnpike: \
         {{{turnpike}}}\n",
        upstream.base_url()
    )
}

fn place(aws: &Aws, config: &str) -> Place {
    let place = Place::new()
        .variable("AWS_ENDPOINT_URL", Some(&aws.url()))
        .variable("AWS_REGION", Some("eu-west-1"))
        .variable("AWS_ACCESS_KEY_ID", Some("AKID"))
        .variable("AWS_SECRET_ACCESS_KEY", Some("secret"));
    place.configure(config);
    place
}

/// The status of a call, and the key that the provider was given last.
async fn call(gateway: &Gateway, master: &str, model: &'static str, prompt: &str) -> u16 {
    let call = Call { stream: false, ..Call::openai(model, prompt) };
    call.send(&gateway.client, master).await.whole().await.unwrap().status
}

fn given(upstream: &Upstream) -> String {
    let last = upstream.served().pop().unwrap();
    last.headers["authorization"].trim_start_matches("Bearer ").to_owned()
}

/// Calls until the provider is given `key`.
async fn until_given(gateway: &Gateway, upstream: &Upstream, master: &str, model: &'static str, key: &str) {
    let given = async {
        loop {
            call(gateway, master, model, "hello").await;
            if given(upstream) == key {
                return;
            }
        }
    };
    assert!(tokio::time::timeout(PATIENCE, given).await.is_ok(), "{}", gateway.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_followed_and_outlives_an_outage() {
    let (upstream, aws) = (Upstream::start().await, Aws::start().await.unwrap());
    aws.set_secret("prod/openai", OLD);
    let master = "sk-master-Zk29fjQw8xLmP4aB";
    aws.set_secret("prod/gateway", &json!({"master": master, "port": 5432}).to_string());
    let config = config(&upstream, "master_key: os.environ/prod/gateway#master", "secret_refresh_ms: 20");
    let place = place(&aws, &config).variable("TURNPIKE_MASTER_KEY", None);
    let gateway = place.start().await;
    // nobody has asked for the file to be read again
    place.configure("nonsense");
    assert_eq!(call(&gateway, master, "gpt", "hello").await, 200);
    assert_eq!(given(&upstream), OLD);

    aws.set_secret("prod/openai", NEW);
    until_given(&gateway, &upstream, master, "gpt", NEW).await;
    for (status, code) in [
        (400, "AccessDeniedException"),
        (400, "ThrottlingException"),
        (503, "ServiceUnavailable"),
        (400, "ResourceNotFoundException"),
    ] {
        let before = aws.asked().len();
        aws.refuse(status, code);
        super::gateway::until("AWS is asked again", || (aws.asked().len() > before + 4).then_some(())).await;
        assert_eq!(call(&gateway, master, "gpt", "hello").await, 200);
        assert_eq!(given(&upstream), NEW, "{code}");
    }
    gateway.logged(&["what was read before stays in use", "prod/openai"]).await;
    aws.set_secret("prod/openai", OLD);
    aws.recover();
    until_given(&gateway, &upstream, master, "gpt", OLD).await;
    let log = gateway.stop().await;
    assert!(!log.contains("canary") && !log.contains(master), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_credential_is_read_anew_at_once() {
    let (upstream, aws) = (Upstream::start().await, Aws::start().await.unwrap());
    aws.set_secret("all", &json!({"prod/openai": OLD, "else": 1}).to_string());
    let config = config(&upstream, "key_management_settings: {primary_secret_name: all}", "secret_refresh_ms: 3600000");
    let place = place(&aws, &config);
    let gateway = place.start().await;
    assert_eq!(call(&gateway, place.master(), "gpt", "hello").await, 200);
    assert_eq!((given(&upstream), aws.asked()), (OLD.to_owned(), vec!["GetSecretValue all".to_owned()]));
    aws.set_secret("all", &json!({"prod/openai": NEW}).to_string());
    assert_ne!(call(&gateway, place.master(), "gpt", "[[error:401]]").await, 200);
    until_given(&gateway, &upstream, place.master(), "gpt", NEW).await;
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_named_at_the_start() {
    let (upstream, aws) = (Upstream::start().await, Aws::start().await.unwrap());
    let plain = config(&upstream, "", "");
    for (status, code, words) in [
        (
            400,
            "AccessDeniedException",
            "prod/openai: AWS's secretsmanager answered GetSecretValue with 400 AccessDenied",
        ),
        (400, "ThrottlingException", "with 400 ThrottlingException"),
        (503, "ServiceUnavailable", "with 503 ServiceUnavailable"),
        (400, "ResourceNotFoundException", "prod/openai is not set"),
    ] {
        aws.refuse(status, code);
        let said = refusal(place(&aws, &plain).serve()).await;
        assert!(said.contains(words) && said.contains("prod/openai"), "{code}: {said}");
        let words = said.lines().skip_while(|line| !line.starts_with("turnpike: ")).collect::<String>();
        assert!(!words.contains("123456789012"), "no account: {words}");
        // a variable of that name will do
        let place = place(&aws, &plain).variable("prod/openai", Some("from the environment"));
        place.start().await.stop().await;
    }
    aws.recover();
    aws.set_secret("prod/openai", OLD);
    let elsewhere = config(&upstream, "key_management_settings: {hosted_keys: [another]}", "");
    let said = refusal(place(&aws, &elsewhere).serve()).await;
    assert!(said.contains("prod/openai is not set"), "only what is hosted is looked for: {said}");
    let said = refusal(place(&aws, &plain).variable("AWS_REGION", None).serve()).await;
    assert!(
        said.contains("general_settings.key_management_system: needs a region: set the variable AWS_REGION"),
        "{said}"
    );

    let place = place(&aws, &plain);
    let checked = place.run(&["check", "config.yaml"]).await;
    let shown = String::from_utf8(checked.stdout).unwrap();
    assert!(shown.contains("not looked up, expected in AWS Secrets Manager: prod/openai"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_may_refer_to_secrets() {
    let (upstream, aws) = (Upstream::start().await, Aws::start().await.unwrap());
    aws.set_secret("prod/openai", OLD);
    aws.set_secret("prod/added", OLD);
    let place = place(&aws, &config(&upstream, "", "secret_refresh_ms: 20"));
    let gateway = place.start().await;
    let credential = json!({"credential_name": "c", "credential_info": {}, "credential_values":
        {"api_key": "os.environ/prod/added", "api_base": format!("{}/v1", upstream.base_url())}});
    gateway.client.admin("/credentials", &credential).await;
    gateway.client.admin("/model/new", &added("more", "c")).await;
    until_given(&gateway, &upstream, place.master(), "more", OLD).await;
    aws.set_secret("prod/added", NEW);
    until_given(&gateway, &upstream, place.master(), "more", NEW).await;

    let missing = json!({"model_name": "m", "litellm_params": {"model": "openai/x", "api_key": "os.environ/gone"}});
    let refused = gateway.client.post("/model/new", place.master(), &missing).await.whole().await.unwrap();
    assert!(refused.status == 400 && refused.text.contains("gone is not set"), "{}", refused.text);
    let gateway = again(gateway, &place).await;
    until_given(&gateway, &upstream, place.master(), "more", NEW).await;
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_no_longer_hosted_is_a_variable_again() {
    let (upstream, aws) = (Upstream::start().await, Aws::start().await.unwrap());
    aws.set_secret("prod/openai", OLD);
    let place = place(&aws, &config(&upstream, "", "secret_refresh_ms: 3600000"));
    let place = place.variable("prod/openai", Some("from the environment"));
    let gateway = place.start().await;
    assert_eq!(call(&gateway, place.master(), "gpt", "hello").await, 200);
    assert_eq!(given(&upstream), OLD);

    let elsewhere = "key_management_settings: {hosted_keys: [another]}";
    // a file that cannot be run takes nothing away
    place.configure(&config(&upstream, elsewhere, "shutdown_grace: 1"));
    gateway.signal("HUP");
    gateway.logged(&["ERROR", "the last good one stays in force"]).await;
    assert_eq!(call(&gateway, place.master(), "gpt", "hello").await, 200);
    assert_eq!(given(&upstream), OLD);

    place.configure(&config(&upstream, elsewhere, ""));
    gateway.signal("HUP");
    gateway.logged(&["the configuration was reloaded"]).await;
    assert_eq!(call(&gateway, place.master(), "gpt", "hello").await, 200);
    assert_eq!(given(&upstream), "from the environment");
    gateway.stop().await;
}

fn added(name: &str, credential: &str) -> Value {
    json!({"model_name": name, "litellm_params": {"model": "openai/gpt-4o", "litellm_credential_name": credential}})
}

async fn again(gateway: Gateway, place: &Place) -> Gateway {
    gateway.stop().await;
    place.start().await
}

#[tokio::test(flavor = "multi_thread")]
async fn kms_seals_what_is_added_and_the_salt_key_still_opens() {
    let (upstream, aws) = (Upstream::start().await, Aws::start().await.unwrap());
    aws.set_secret("prod/openai", OLD);
    let salted = config(&upstream, "", "");
    let place = place(&aws, &salted);
    let gateway = place.start().await;
    let key = |key: &str| {
        let values = json!({"api_key": key, "api_base": format!("{}/v1", upstream.base_url())});
        json!({"credential_name": key, "credential_info": {}, "credential_values": values})
    };
    gateway.client.admin("/credentials", &key("salted")).await;
    gateway.client.admin("/model/new", &added("one", "salted")).await;

    place.configure(&config(&upstream, "", "kms: {key_id: alias/ours}"));
    let gateway = again(gateway, &place).await;
    until_given(&gateway, &upstream, place.master(), "one", "salted").await;
    gateway.client.admin("/credentials", &key("enveloped")).await;
    gateway.client.admin("/model/new", &added("two", "enveloped")).await;
    until_given(&gateway, &upstream, place.master(), "two", "enveloped").await;
    assert_eq!(aws.asked().iter().filter(|asked| *asked == "GenerateDataKey").count(), 1, "{:?}", aws.asked());

    place.configure(&config(&upstream, "", "kms: {key_id: alias/new, older_key_ids: [alias/ours]}"));
    let gateway = again(gateway, &place).await;
    until_given(&gateway, &upstream, place.master(), "two", "enveloped").await;
    gateway.stop().await;
    // a data key that cannot be had takes down nobody else's model
    place.configure(&config(&upstream, "", "kms: {key_id: alias/new}"));
    let gateway = place.start().await;
    gateway.logged(&["the credential enveloped in the database cannot be used", "IncorrectKeyException"]).await;
    until_given(&gateway, &upstream, place.master(), "one", "salted").await;
    aws.refuse(400, "AccessDeniedException");
    let refused = gateway.client.post("/credentials", place.master(), &key("third")).await.whole().await.unwrap();
    assert!(refused.status >= 500 && refused.text.contains("GenerateDataKey with 400"), "{}", refused.text);
    aws.recover();
    place.configure(&salted);
    let gateway = again(gateway, &place).await;
    gateway.logged(&["the credential enveloped", "set turnpike.kms.key_id"]).await;
    gateway.stop().await;
}
