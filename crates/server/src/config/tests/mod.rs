//! Tests of the first stage as a whole: text in, typed values, unsupported keys and error listings out.

mod aws_params;
mod errors;
mod includes;
mod key_management;
mod known_keys;
mod realistic;
mod robust;
mod secrets;
mod values;

use super::{ConfigErrors, Written};

/// The environment of the tests.
fn environment(name: &str) -> Option<String> {
    let value = match name {
        "OPENAI_KEY" => "sk-from-the-environment",
        "MASTER_KEY" => "sk-master",
        "DB_PASSWORD_URL" => "postgresql://turnpike:hunter2@db/turnpike",
        "TIMEOUT" => "12.5",
        "SWITCH" => "True",
        "EMPTY" => "",
        _ => return None,
    };
    Some(value.to_owned())
}

fn parse(text: &str) -> Result<Written, ConfigErrors> {
    Written::parse(text, "config.yaml", &environment)
}

fn accept(text: &str) -> Written {
    match parse(text) {
        Ok(written) => written,
        Err(errors) => panic!("refused:\n{errors}"),
    }
}

fn refuse(text: &str) -> String {
    match parse(text) {
        Ok(written) => panic!("accepted: {written:?}"),
        Err(errors) => errors.to_string(),
    }
}

fn unsupported(written: &Written) -> String {
    let lines: Vec<_> = written.unsupported.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// A configuration with one deployment, with `lines` added to its `litellm_params`.
fn with_params(lines: &[&str]) -> String {
    let mut text = "model_list:\n  - model_name: m\n    litellm_params:\n      model: openai/m\n".to_owned();
    for line in lines {
        text.push_str("      ");
        text.push_str(line);
        text.push('\n');
    }
    text
}
