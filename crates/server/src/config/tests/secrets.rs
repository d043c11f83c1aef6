//! Secrets and the environment.

use engine::secret::Secret;

use super::super::Resolved;
use super::{accept, parse, refuse, with_params};

#[test]
fn never_shows_a_secret() {
    let text = format!(
        "{}general_settings: {{master_key: sk-literal-master, database_url: os.environ/DB_PASSWORD_URL}}\n\
         environment_variables: {{TOKEN: literal-token, COPY: os.environ/OPENAI_KEY}}\n",
        with_params(&["api_key: os.environ/OPENAI_KEY", "headers: {authorization: Bearer literal-bearer}"])
    );
    let shown = format!("{:?}", accept(&text));
    for secret in ["sk-", "hunter2", "literal-token", "literal-bearer"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(format!("{} {:?}", Secret::new("a"), Secret::new("b")), "… …");
}

#[test]
fn never_repeats_a_wrong_value() {
    let lines = ["timeout: os.environ/OPENAI_KEY", "drop_params: sk-literal", "api_key: [sk-literal]"];
    let errors = refuse(&with_params(&lines));
    assert_eq!(errors.lines().count(), 3, "{errors}");
    assert!(!errors.contains("sk-"), "{errors}");
}

#[test]
fn leaves_it_to_the_second_stage_whether_a_key_is_missed() {
    for (line, expect) in [
        ("api_key: os.environ/OPENAI_KEY", Some(Ok("sk-from-the-environment"))),
        ("api_key: os.environ/NOT_SET", Some(Err("NOT_SET"))),
        ("api_key: os.environ/EMPTY", Some(Err("EMPTY"))),
        ("api_key: literal", Some(Ok("literal"))),
        ("api_key: 007", Some(Ok("007"))),
        ("api_key: ''", None),
        ("api_key:", None),
    ] {
        let written = accept(&with_params(&[line]));
        let key = written.model_list[0].litellm_params.api_key.as_ref();
        let key = key.map(|key| match &key.value {
            Resolved::Found(secret) => Ok(secret.reveal()),
            Resolved::Missing { name } => Err(name.as_str()),
        });
        assert_eq!(key, expect, "{line}");
    }
}

#[test]
fn variables_of_the_file_come_first_and_see_those_above() {
    let text = "\
environment_variables:
  OPENAI_KEY: from the file
  COPY: os.environ/OPENAI_KEY
  NUMBER: 1.50
general_settings: {master_key: os.environ/COPY, database_url: os.environ/NUMBER}
";
    let written = accept(text);
    let general = &written.general_settings;
    assert_eq!(
        general.master_key.as_ref().and_then(|key| key.value.found()).map(Secret::reveal),
        Some("from the file")
    );
    assert_eq!(general.database_url.as_ref().map(|url| url.value.reveal()), Some("1.50"));
}

#[test]
fn misses_no_variable_of_a_key_without_effect() {
    let written = parse("litellm_settings: {cache_params: {host: os.environ/NOT_SET}}").expect("accepted");
    assert_eq!(written.unsupported.len(), 1);
}
