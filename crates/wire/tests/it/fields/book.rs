//! The page of the book.

use std::fmt::Write as _;

use super::{CLIENTS, Client, Fate, PROVIDERS, Row, fate};

const INTRODUCTION: &str = "\
# Every field at every provider

Made by a test, which sends each field to each provider: read as the client's language and written as the provider's. Do not edit.

| | |
|---|---|
| ✓ | It arrives, in the provider's words or as text. |
| ◐ | A part of it arrives. The rest is named as the last column says: refused, or dropped where that is allowed. |
| ✗ | It has no counterpart. The call is refused by the name in the last column, or it is dropped and named in `x-turnpike-dropped` where `drop_params` says so. |
| ✗✗ | Refused in any case: without it the call would be another one, or this gateway does not do it. |
| – | Nothing to carry; below the table stands why. |
| = | Client and provider speak one language: the client's own bytes go on. |

A name in a cell is another one than the last column's. `messages[1]` and the like say where it stood in the request that was tried.
A Claude at Bedrock's InvokeModel takes what Anthropic takes. How to read this, and what a table cannot say:
[translation.md](../translation.md).
";

pub(super) fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for client in &CLIENTS {
        section(client, &mut page);
    }
    crate::answers::section(&mut page);
    page
}

fn section(client: &Client, page: &mut String) {
    write!(page, "\n## Clients of {}\n", client.title).unwrap();
    if !client.like.is_empty() {
        writeln!(page, "\n{}", client.like).unwrap();
    }
    for (heading, rows) in client.groups {
        let titles: Vec<_> = PROVIDERS.iter().map(|provider| provider.title).collect();
        let lines = "---|".repeat(titles.len() + 1);
        write!(page, "\n| {heading} | {} | named |\n|---|{lines}\n", titles.join(" | ")).unwrap();
        let mut notes = String::new();
        for row in *rows {
            let fates: Vec<_> = PROVIDERS.iter().map(|provider| fate(client, row, provider)).collect();
            line(row, &fates, page);
            note(row, &fates, &mut notes);
        }
        if !notes.is_empty() {
            write!(page, "\n{notes}").unwrap();
        }
    }
}

fn line(row: &Row, fates: &[Fate], page: &mut String) {
    let names: Vec<_> = fates.iter().filter_map(Fate::names).collect();
    let count = |name: &&str| names.iter().filter(|other| *other == name).count();
    // the first of those that stand most often
    let common = names.iter().rev().copied().max_by_key(count).unwrap_or_default();
    let cells: Vec<_> = fates.iter().map(|fate| cell(fate, common)).collect();
    let name = if common.is_empty() { String::new() } else { format!("`{common}`") };
    writeln!(page, "| {} | {} | {name} |", row.field, cells.join(" | ")).unwrap();
}

fn cell(fate: &Fate, common: &str) -> String {
    let sign = match fate {
        Fate::AsItCame => "=",
        Fate::Carried => "✓",
        Fate::InPart(_) => "◐",
        Fate::Named(_) => "✗",
        Fate::Refused => "✗✗",
        Fate::Lost => "–",
        Fate::Unseen(_) => "?",
    };
    match fate.names().filter(|names| *names != common) {
        Some(names) => format!("{sign} `{names}`"),
        None => sign.to_owned(),
    }
}

/// Why nothing of a field is carried, and to whom.
fn note(row: &Row, fates: &[Fate], notes: &mut String) {
    let at = |(fate, title): (&Fate, &'static str)| (*fate == Fate::Lost).then_some(title);
    let providers: Vec<_> = fates.iter().zip(PROVIDERS.iter().map(|provider| provider.title)).filter_map(at).collect();
    match providers.len() {
        0 => {}
        count if count + 2 >= PROVIDERS.len() => writeln!(notes, "- {}: {}.", row.field, row.needless).unwrap(),
        _ => writeln!(notes, "- {} (to {}): {}.", row.field, providers.join(", "), row.needless).unwrap(),
    }
}
