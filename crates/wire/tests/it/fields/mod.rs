//! What becomes of each field of each client's language at each provider's: tried, and written down for the book.
//!
//! A row is a request with a field and one without. Both are read and written for every provider; what the two differ in, and
//! what is named, says what became of the field.

mod anthropic;
mod bedrock;
mod bedrock_invoke;
mod book;
mod cohere;
mod cohere_v1;
mod gemini;
mod openai_chat;
mod openai_completions;
mod openai_responses;

use std::path::Path;

use serde_json::Value;
use wire::Dialect;
use wire::chat::Request;
use wire::dialect::{CeilingField, Target};
use wire::envelope::{self, Address, Span};
use wire::foreign::{self, Cut};
use wire::stand_in::StandIns;

/// One field of a client's language.
struct Row {
    /// As a client would look it up.
    field: &'static str,
    /// A merge patch (RFC 7396) on the plain request that brings the field.
    with: &'static str,
    /// One that leaves only the field out; usually nothing.
    without: &'static str,
    /// What of the field must stand in the body of every provider that it is carried to, where that is the same everywhere.
    mark: &'static str,
    /// Why it need not arrive where nothing of it does and nobody is told.
    needless: &'static str,
}

impl Row {
    /// A field, the patch that brings it, and what of it arrives.
    const fn new(field: &'static str, with: &'static str, mark: &'static str) -> Self {
        Self { field, with, without: "{}", mark, needless: "" }
    }

    const fn without(self, without: &'static str) -> Self {
        Self { without, ..self }
    }

    const fn needless(self, why: &'static str) -> Self {
        Self { needless: why, ..self }
    }

    /// Whether the mark stands also where the field does not.
    fn proves_nothing(&self, without: &str) -> bool {
        !self.mark.is_empty() && without.contains(self.mark)
    }
}

/// The fields of a language under one heading.
type Group = (&'static str, &'static [Row]);

/// A client's language: the plain request, and what can be added to it.
struct Client {
    title: &'static str,
    dialect: Dialect,
    plain: &'static str,
    groups: &'static [Group],
    /// What the tables leave unsaid, as another client's say it.
    like: &'static str,
}

const CLIENTS: [Client; 9] = [
    openai_chat::CLIENT,
    openai_responses::CLIENT,
    anthropic::CLIENT,
    bedrock::CLIENT,
    bedrock_invoke::CLIENT,
    gemini::CLIENT,
    cohere::CLIENT,
    cohere_v1::CLIENT,
    openai_completions::CLIENT,
];

/// Who is asked.
struct Provider {
    title: &'static str,
    dialect: Dialect,
    target: Target<'static>,
}

const fn provider(title: &'static str, dialect: Dialect, model: &'static str, extras: bool) -> Provider {
    let ceiling = if extras { CeilingField::MaxCompletionTokens } else { CeilingField::MaxTokens };
    Provider { title, dialect, target: Target { model, ceiling, extras } }
}

const PROVIDERS: [Provider; 7] = [
    provider("OpenAI chat", Dialect::OpenAiChat, "gpt", true),
    provider("compatible servers", Dialect::OpenAiChat, "m", false),
    provider("OpenAI Responses", Dialect::OpenAiResponses, "gpt", true),
    provider("Anthropic", Dialect::Anthropic, "claude", false),
    provider("Bedrock (Claude)", Dialect::Bedrock, "anthropic.claude", false),
    provider("Gemini", Dialect::Gemini, "gemini-3", false),
    provider("Cohere", Dialect::Cohere, "command", false),
];

/// What became of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// Client and provider speak one language: the client's own bytes.
    AsItCame,
    Carried,
    /// A part of it is carried, the other named.
    InPart(String),
    /// Refused by this name, or dropped and named where dropping is allowed.
    Named(String),
    /// Refused whatever may be dropped.
    Refused,
    /// Nothing of it arrives and nobody is told.
    Lost,
    /// Something arrives, but not what should.
    Unseen(String),
}

impl Fate {
    /// By which names something is refused, or dropped.
    fn names(&self) -> Option<&str> {
        match self {
            Self::InPart(names) | Self::Named(names) => Some(names),
            Self::AsItCame | Self::Carried | Self::Refused | Self::Lost | Self::Unseen(_) => None,
        }
    }
}

/// A request as it goes to a provider.
struct Sent {
    body: String,
    named: Vec<String>,
}

fn patched(plain: &str, patch: &str) -> String {
    fn merge(value: &mut Value, patch: Value) {
        let Value::Object(fields) = patch else { return *value = patch };
        if !value.is_object() {
            *value = Value::Object(serde_json::Map::new());
        }
        for (name, field) in fields {
            match field {
                Value::Null => drop(value.as_object_mut().unwrap().remove(&name)),
                field => merge(value.as_object_mut().unwrap().entry(name).or_insert(Value::Null), field),
            }
        }
    }
    let mut value: Value = serde_json::from_str(plain).unwrap();
    merge(&mut value, serde_json::from_str(patch).unwrap_or_else(|error| panic!("{patch}: {error}")));
    value.to_string()
}

/// What the engine looks at before it knows who is asked.
fn look(client: Dialect, body: &str) -> Result<(), String> {
    let address = Address { model: "m".to_owned(), stream: false };
    let addressed = matches!(client, Dialect::Bedrock | Dialect::BedrockInvoke | Dialect::Gemini);
    let read = envelope::read(client, addressed.then_some(&address), body.as_bytes());
    read.map(drop).map_err(|error| error.to_string())
}

/// What the engine does with a request across dialects.
fn send(client: Dialect, body: &str, provider: &Provider) -> Result<Sent, String> {
    look(client, body)?;
    let mut request: Request = client.read_request(body).map_err(|error| error.to_string())?;
    request.max_output_tokens = request.max_output_tokens.or(Some(4096));
    StandIns::put(&mut request, provider.dialect, &provider.target);
    let written = provider.dialect.write_request(&request, &provider.target).map_err(|error| error.to_string())?;
    let mut named = request.unmapped.clone();
    // what nobody asked for keeps nothing from going
    let asked = written.dropped.iter().filter(|path| !request.by_default.contains(&path.as_str()));
    named.extend(asked.map(|path| request.in_words_of(client, path)));
    match client.cannot_lose(&named) {
        Some(refused) => Err(refused.message),
        None => Ok(Sent { body: String::from_utf8(written.body).unwrap(), named }),
    }
}

/// On the same dialect: the client's own bytes, without what another provider made. A word that is put in takes nothing away.
fn pass(client: &Client, row: &Row) -> Fate {
    let body = patched(client.plain, row.with);
    if look(client.dialect, &body).is_err() {
        return Fate::Refused;
    }
    match foreign::find(client.dialect, "gemini-3", &body) {
        Cut { names, .. } if !names.is_empty() => Fate::Named(names.join(", ")),
        Cut { lists, .. } => {
            let bare = |json: &str| json.replace(r#""thoughtSignature":"skip_thought_signature_validator","#, "");
            let stays = |(span, json): (Span, String)| bare(&json) == body[span];
            if lists.into_iter().all(stays) { Fate::AsItCame } else { Fate::Lost }
        }
    }
}

fn fate(client: &Client, row: &Row, provider: &Provider) -> Fate {
    if client.dialect == provider.dialect {
        return pass(client, row);
    }
    let sent = |patch| send(client.dialect, &patched(client.plain, patch), provider);
    let without = sent(row.without);
    let (Ok(without), Ok(with)) = (without, sent(row.with)) else { return Fate::Refused };
    let named: Vec<_> = with.named.into_iter().filter(|name| !without.named.contains(name)).collect();
    let all = named.join(", ");
    let changed = with.body != without.body;
    match (named.is_empty(), changed) {
        (true, true) if with.body.contains(row.mark) && !row.proves_nothing(&without.body) => Fate::Carried,
        (true, true) => Fate::Unseen(with.body),
        // it belongs to what is named anyway
        (true, false) if !without.named.is_empty() => Fate::Named(without.named.join(", ")),
        (true, false) => Fate::Lost,
        (false, true) if with.body.contains(row.mark) && !row.mark.is_empty() => Fate::InPart(all),
        (false, _) => Fate::Named(all),
    }
}

#[test]
fn no_field_is_lost_without_a_word() {
    let mut wrong = Vec::new();
    for client in &CLIENTS {
        for row in client.groups.iter().flat_map(|(_, rows)| *rows) {
            for provider in &PROVIDERS {
                let fate = fate(client, row, provider);
                if matches!(fate, Fate::Unseen(_)) || (fate == Fate::Lost && row.needless.is_empty()) {
                    wrong.push(format!("{} {} at {}: {fate:?}", client.title, row.field, provider.title));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_book_says_what_happens() {
    let page = book::page();
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/translation.md");
    if std::fs::read_to_string(&place).unwrap_or_default() != page {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("translation.md");
        std::fs::write(&fresh, page).unwrap();
        panic!("read {} and, if it is right, copy it over docs/generated/translation.md", fresh.display());
    }
}
