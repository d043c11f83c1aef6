//! The page of the book.

use std::fmt::Write as _;

use super::{CLIENTS, Client, Fate, PROVIDERS, Row, fate};

const INTRODUCTION: &str = "\
# Every field at every provider

Made by a test, which sends each field to each provider: read as the client's language and written as the provider's. Do not edit.

| | |
|---|---|
| ✓ | It arrives. |
| ◐ *name* | A part of it arrives. The rest is named: refused, or dropped where that is allowed. |
| ✗ *name* | It has no counterpart. The call is refused by this name, or it is dropped and named in `x-turnpike-dropped` where `drop_params` says so. |
| ✗✗ | Refused in any case: without it the call would be another one. |
| – | Nothing to carry; below the table stands why. |
| = | Client and provider speak one language: the client's own bytes go on. |
";

pub(super) fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for client in &CLIENTS {
        section(client, &mut page);
    }
    page
}

fn section(client: &Client, page: &mut String) {
    write!(page, "\n## Clients of {}\n", client.title).unwrap();
    let mut needless = Vec::new();
    for (heading, rows) in client.groups {
        let titles: Vec<_> = PROVIDERS.iter().map(|provider| provider.title).collect();
        write!(page, "\n| {heading} | {} |\n|---|{}\n", titles.join(" | "), "---|".repeat(titles.len())).unwrap();
        for row in *rows {
            let fates: Vec<_> = PROVIDERS.iter().map(|provider| fate(client, row, provider)).collect();
            let cells: Vec<_> = fates.iter().map(cell).collect();
            writeln!(page, "| {} | {} |", row.field, cells.join(" | ")).unwrap();
            if fates.contains(&Fate::Lost) {
                needless.push(row);
            }
        }
    }
    if !needless.is_empty() {
        page.push('\n');
        for row in needless {
            note(row, page);
        }
    }
}

fn note(row: &Row, page: &mut String) {
    writeln!(page, "- {}: {}", row.field, row.needless).unwrap();
}

fn cell(fate: &Fate) -> String {
    match fate {
        Fate::AsItCame => "=".to_owned(),
        Fate::Carried => "✓".to_owned(),
        Fate::InPart(names) => format!("◐ `{names}`"),
        Fate::Named(names) => format!("✗ `{names}`"),
        Fate::Refused => "✗✗".to_owned(),
        Fate::Lost => "–".to_owned(),
        Fate::Unseen(_) => "?".to_owned(),
    }
}
