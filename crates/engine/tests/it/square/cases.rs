//! The tables: what is asked, how it is answered, what must be true of it, and what of it a provider cannot be told. They are
//! the documentation of what crosses from dialect to dialect.

mod media;
mod settings;
mod texts;
mod tools;

use testkit::{Counts, Script, Stop};
use wire::Dialect::{self, Anthropic, Bedrock, OpenAiChat, OpenAiResponses};

use super::Cell;

/// Every table.
pub(super) const TABLES: &[&[Case]] = &[texts::CASES, tools::CASES, media::CASES, settings::CASES];

/// OpenAI's dialects.
const OPENAI: &[Dialect] = &[OpenAiChat, OpenAiResponses];
/// Those of Claude's homes.
const CLAUDES: &[Dialect] = &[Anthropic, Bedrock];

pub(super) const fn of_openai(dialect: Dialect) -> bool {
    matches!(dialect, OpenAiChat | OpenAiResponses)
}

pub(super) struct Case {
    pub(super) name: &'static str,
    /// Those that have words for it.
    pub(super) clients: &'static [Dialect],
    /// The fields that the client sends beside model and stream.
    pub(super) ask: fn(Dialect) -> serde_json::Value,
    pub(super) script: fn() -> Script,
    pub(super) check: fn(&Cell),
    /// On the same dialect the provider would refuse it.
    pub(super) only_across: bool,
    /// What is lost between a client and a provider that differ.
    pub(super) lost: fn(Dialect, Dialect) -> Lost,
}

/// What a provider cannot be told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lost {
    Nothing,
    /// Refused by this name, or dropped and named where an administrator said so.
    Named(&'static str),
    /// Refused with these words, whatever may be dropped.
    Refused(&'static str),
}
use Lost::Nothing;

type Ask = fn(Dialect) -> serde_json::Value;

const fn case(name: &'static str, ask: Ask, check: fn(&Cell)) -> Case {
    Case {
        name,
        clients: &Dialect::SQUARE,
        ask,
        script: Script::default,
        check,
        only_across: false,
        lost: |_, _| Nothing,
    }
}

impl Case {
    const fn answered(self, script: fn() -> Script) -> Self {
        Self { script, ..self }
    }

    const fn only(self, clients: &'static [Dialect]) -> Self {
        Self { clients, ..self }
    }

    const fn across(self) -> Self {
        Self { only_across: true, ..self }
    }

    const fn loses(self, lost: fn(Dialect, Dialect) -> Lost) -> Self {
        Self { lost, ..self }
    }
}

fn stop(stop: Stop) -> Script {
    Script { stop: Some(stop), ..Script::default() }
}

/// Counts in which every class differs from every other and from every sum.
pub(super) fn counted() -> Script {
    let counts = Counts { input: 1000, output: 57, cache_read: 300, cache_write: 20 };
    Script { counts: Some(counts), ..Script::default() }
}
