//! The keys of AWS: which of them need each other.

use super::{accept, parse, unsupported, with_params};

const ROLE: &str = "aws_role_name: arn:aws:iam::1:role/r";

#[test]
fn keys_of_aws_have_their_effect() {
    for lines in [
        &["aws_access_key_id: a", "aws_secret_access_key: s", "aws_session_token: t", "aws_region_name: r"][..],
        &["aws_access_key_id: os.environ/NOT_SET", "aws_secret_access_key: os.environ/NOT_SET"],
        &[ROLE, "aws_access_key_id: a", "aws_secret_access_key: s", "aws_external_id: 7", "aws_session_name: n"],
        &[ROLE, "aws_profile_name: p", "aws_sts_endpoint: https://sts", "model_id: arn:aws:bedrock:::x"],
        &[ROLE, "aws_web_identity_token: oidc/file//t", "aws_bedrock_runtime_endpoint: https://b"],
        &["aws_access_key_id: ''", "aws_profile_name: p"],
    ] {
        let written = accept(&with_params(lines));
        assert_eq!(unsupported(&written), "", "{lines:?}");
        assert!(!format!("{written:?}").contains("access_key: s"), "{written:?}");
    }
}

#[test]
fn half_a_credential_and_two_are_mistakes() {
    for (lines, expect) in [
        (&["aws_access_key_id: a"][..], "aws_access_key_id: needs aws_secret_access_key beside it"),
        (&["aws_secret_access_key: s"], "aws_secret_access_key: needs aws_access_key_id beside it"),
        (&["aws_session_token: t"], "aws_session_token: needs aws_access_key_id and aws_secret_access_key beside it"),
        (
            &["aws_profile_name: p", "aws_access_key_id: a", "aws_secret_access_key: s"],
            "aws_profile_name: stands beside aws_access_key_id: keep one of them",
        ),
        (
            &[ROLE, "aws_web_identity_token: t", "aws_profile_name: p"],
            "aws_web_identity_token: is a credential itself: leave out the keys or the profile beside it",
        ),
        (
            &[ROLE, "aws_web_identity_token: t", "aws_external_id: e"],
            "aws_external_id: is not asked for with aws_web_identity_token: leave it out",
        ),
        (&["aws_web_identity_token: t"], "aws_web_identity_token: needs aws_role_name beside it"),
        (&["aws_session_name: n"], "aws_session_name: needs aws_role_name beside it"),
        (&["aws_external_id: e"], "aws_external_id: needs aws_role_name beside it"),
        (&["aws_sts_endpoint: https://sts"], "aws_sts_endpoint: needs aws_role_name beside it"),
        (&["aws_region_name: os.environ/NOT_SET"], "aws_region_name: the environment variable NOT_SET is not set"),
    ] {
        let errors = parse(&with_params(lines)).expect_err("refused");
        assert_eq!(errors.len(), 1, "{lines:?}\n{errors}");
        let error = errors.to_string();
        assert!(error.starts_with("config.yaml:") && error.contains(expect), "{lines:?}\n{error}");
    }
}
