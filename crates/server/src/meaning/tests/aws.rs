//! What signs a deployment's requests at AWS.

use std::sync::Arc;

use engine::cloud::aws::{AwsAuth, Sources};
use money::Catalog;
use providers::Registry;

use super::super::{World, aws};
use super::{Variables, one};
use crate::config::Written;

const KEYS: &str = "aws_access_key_id: AKID, aws_secret_access_key: s";
const REGION: Variables<'static> = &[("AWS_REGION", "us-east-1")];

fn try_auth(text: &str, variables: Variables<'_>) -> Result<AwsAuth, String> {
    let environment = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let registry = Registry::builtin().unwrap();
    let world = World {
        registry: &registry,
        catalog: Arc::new(Catalog::builtin().unwrap()),
        environment: &environment,
        aws: &Sources::default(),
    };
    let written = Written::parse(text, "config.yaml", &environment).map_err(|errors| errors.to_string())?;
    let params = &written.model_list[0].litellm_params;
    aws::region(params, None, &written, &world)
        .and_then(|region| aws::auth(params, "bedrock", region, &written, &world))
        .map_err(|error| error.to_string())
}

/// What an entry's credentials are, as they print; a secret shows as `…`.
fn source(params: &str, variables: Variables<'_>) -> String {
    let auth = try_auth(&one(&format!("model: p/m, {params}")), variables).unwrap_or_else(|error| panic!("{error}"));
    let shown = format!("{auth:?}");
    let (_, source) = shown.split_once("credentials: ").unwrap();
    source.trim_end_matches([' ', '}', ')']).to_owned()
}

#[test]
fn finds_the_region() {
    let all = [("AWS_DEFAULT_REGION", "c-1"), ("AWS_REGION", "b-1"), ("AWS_REGION_NAME", "a-1")];
    for (params, variables, region) in [
        ("aws_region_name: eu-central-1", &all[..], "eu-central-1"),
        ("aws_region_name: os.environ/AWS_REGION", &all, "b-1"),
        ("", &all, "a-1"),
        ("", &all[..2], "b-1"),
        ("", &all[..1], "c-1"),
        ("", &[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "d-1")], "d-1"),
    ] {
        let auth = try_auth(&one(&format!("model: p/m, {params}")), variables).unwrap();
        assert_eq!(auth.region(), region, "{params}");
    }
    let text = format!("environment_variables: {{AWS_REGION: of-the-file}}\n{}", one("model: p/m"));
    assert_eq!(try_auth(&text, REGION).unwrap().region(), "of-the-file");
}

#[test]
fn finds_the_credentials() {
    let role = "aws_role_name: 'arn:aws:iam::1:role/r'";
    let environment = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("TOKEN", "jwt"),
        ("TOKEN_PATH", "/run/token"),
    ];
    let keys = "Keys(Keys { access_key_id: …, secret_access_key: …, session_token: ";
    let of_role = r#"Role { role: Role { arn: "arn:aws:iam::1:role/r", session: "#;
    for (params, variables, expect) in [
        (String::new(), REGION, "Loaded(Own(Chain".to_owned()),
        (String::new(), &environment[..], "Fixed(…".to_owned()),
        (String::new(), &environment[..2], "Loaded(Own(Chain".to_owned()),
        (KEYS.to_owned(), REGION, "Fixed(…".to_owned()),
        ("aws_profile_name: mine".to_owned(), &environment, r#"Loaded(Own(Profile("mine""#.to_owned()),
        (role.to_owned(), REGION, format!("Loaded({of_role}None }}, base: Chain, external_id: None")),
        (
            format!("{role}, aws_session_name: s, aws_external_id: 7"),
            REGION,
            format!(r#"Loaded({of_role}Some("s") }}, base: Chain, external_id: Some("7""#),
        ),
        (
            format!("{role}, {KEYS}, aws_session_token: t"),
            REGION,
            format!("Loaded({of_role}None }}, base: {keys}Some(…) }}), external_id: None"),
        ),
        (
            format!("{role}, aws_profile_name: mine"),
            &environment,
            format!(r#"Loaded({of_role}None }}, base: Profile("mine"), external_id: None"#),
        ),
        (role.to_owned(), &environment, format!("Loaded({of_role}None }}, base: {keys}None }}), external_id: None")),
    ] {
        assert_eq!(source(&params, variables), expect, "{params}");
    }
    for (token, expect) in [
        ("eyJhbGciOiJub25lIn0.e30.", "Text(…"),
        ("os.environ/TOKEN", "Text(…"),
        ("oidc/env/TOKEN", "Text(…"),
        ("/run/token", r#"File("/run/token""#),
        ("os.environ/TOKEN_PATH", r#"File("/run/token""#),
        ("oidc/file//run/token", r#"File("/run/token""#),
        ("oidc/env_path/TOKEN_PATH", r#"File("/run/token""#),
    ] {
        let shown = source(&format!("{role}, aws_web_identity_token: '{token}'"), &environment);
        assert!(shown.starts_with("Loaded(WebIdentity") && shown.ends_with(expect), "{token} {shown}");
    }
}

#[test]
fn names_the_place_of_what_cannot_be_meant() {
    let role = "aws_role_name: 'arn:aws:iam::1:role/r'";
    for (params, variables, expect) in [
        (String::new(), &[][..], "model: needs a region: set aws_region_name, or the variable AWS_REGION"),
        ("aws_region_name: 'us-east-1.evil.example/'".to_owned(), REGION, "aws_region_name: not a region"),
        (String::new(), &[("AWS_REGION", "US East")], "model: the variable AWS_REGION does not hold a region"),
        (
            "aws_access_key_id: os.environ/GONE, aws_secret_access_key: s".to_owned(),
            REGION,
            "aws_access_key_id: the environment variable GONE is not set",
        ),
        (
            format!("{KEYS}, aws_session_token: os.environ/GONE"),
            REGION,
            "aws_session_token: the environment variable GONE is not set",
        ),
        ("aws_role_name: caller".to_owned(), REGION, "aws_role_name: expected the ARN of a role"),
        (format!("{role}, aws_sts_endpoint: sts.example"), REGION, "aws_sts_endpoint: must be like https://host"),
        (
            format!("{role}, aws_web_identity_token: oidc/google/aud"),
            REGION,
            "aws_web_identity_token: expected a token, its path, oidc/file/PATH",
        ),
        (
            format!("{role}, aws_web_identity_token: oidc/file/run/token"),
            REGION,
            "aws_web_identity_token: expected the path of a token from the root",
        ),
        (
            format!("{role}, aws_web_identity_token: oidc/env/GONE"),
            REGION,
            "aws_web_identity_token: the environment variable GONE is not set",
        ),
    ] {
        let error = try_auth(&one(&format!("model: p/m, {params}")), variables).err().unwrap();
        assert!(error.starts_with("config.yaml:3:") && error.contains(expect), "{params}\n{error}");
    }
}
