//! The part of the book's page on answers.

use std::fmt::Write as _;

use super::{CLIENTS, Row, Shown, rows, shown};

const INTRODUCTION: &str = "
## Answers

Where a client finds what a provider of another language said: the field with the name above it, or the words that it reads.
**a sentence** says in its place what cannot be carried; – is left out, and below the table stands why. Streams have the same, but for
the tier.
";

pub(crate) fn section(page: &mut String) {
    page.push_str(INTRODUCTION);
    for (heading, rows) in rows::GROUPS {
        let titles: Vec<_> = CLIENTS.iter().map(|(title, _)| *title).collect();
        write!(page, "\n| {heading} | {} |\n|---|{}\n", titles.join(" | "), "---|".repeat(titles.len())).unwrap();
        let mut notes = String::new();
        for row in *rows {
            let places: Vec<_> = CLIENTS.iter().map(|(_, dialect)| shown(row, *dialect)).collect();
            let cells: Vec<_> = places.iter().map(cell).collect();
            writeln!(page, "| {} | {} |", row.what, cells.join(" | ")).unwrap();
            note(row, &places, &mut notes);
        }
        if !notes.is_empty() {
            write!(page, "\n{notes}").unwrap();
        }
    }
}

fn cell(shown: &Shown) -> String {
    match shown {
        Shown::At(texts) | Shown::Words(texts) => {
            let quoted: Vec<_> = texts.iter().map(|text| format!("`{text}`")).collect();
            quoted.join(", ")
        }
        Shown::Sentence => "**a sentence**".to_owned(),
        Shown::LeftOut => "–".to_owned(),
    }
}

fn note(row: &Row, places: &[Shown], notes: &mut String) {
    let without = places.iter().zip(CLIENTS).filter(|(place, _)| **place == Shown::LeftOut);
    let titles: Vec<_> = without.map(|(_, (title, _))| title).collect();
    if !titles.is_empty() {
        writeln!(notes, "- {} (for {}): {}.", row.what, titles.join(", "), row.left_out).unwrap();
    }
}
