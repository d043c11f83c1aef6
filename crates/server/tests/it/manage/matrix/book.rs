//! The page of the book.

use std::fmt::Write as _;

use super::table::{self, CALLERS, NOUNS, Noun, Part};

const INTRODUCTION: &str = "\
# Who may do what

Every route of the management API, about everything that it can be about, for every kind of caller. Made by a test, which asks all of it
of a gateway. Do not edit.

| column | who calls |
|---|---|
| `admin` | a user with the role `proxy_admin`; the master key may do the same |
| `viewer` | a user with the role `proxy_admin_viewer` |
| `org_admin` | an admin of the organization |
| `team_admin` | an admin of the team, and a member of its organization |
| `member` | a member of the team, to whose members nothing is permitted beyond the default |
| `user` | an `internal_user` who belongs to nothing |
| `user_viewer` | an `internal_user_viewer` who belongs to nothing |
| `service` | a key of the team and of no user |
| `calls` | an administrator's key for calls of models only (`key_type` `llm_api`) |
| `none` | nobody: no key, or one that does not exist |

| about | what the request is about |
|---|---|
| own | what is the caller's: the key that it uses, its user, what it made |
| mates | what somebody else has in the same team |
| ours | what belongs to the caller's team or organization |
| barred | what belongs to the caller's team or organization, and an administrator blocked it |
| theirs | what belongs to another tenant |
| – | what belongs to no tenant |

✓ is an answer; it holds what the caller may see, which can be nothing. Otherwise the status stands there: 401 who can never do it, whatever
it is about; 403 who may not do it here; 404 (400 where a field names it) what does not exist for the caller, and is answered like an id that
nothing has.
";

pub(super) fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for noun in NOUNS {
        section(noun, &mut page);
    }
    page
}

fn section(noun: &Noun, page: &mut String) {
    let lines = "---|".repeat(CALLERS.len() + 2);
    write!(page, "\n## {}\n\n| route | about | {} |\n|{lines}\n", noun.title, CALLERS.join(" | ")).unwrap();
    let mut notes = String::new();
    for part in table::read(noun).parts {
        match part {
            Part::Note(note) => writeln!(notes, "- {note}").unwrap(),
            Part::Route(route) => {
                for row in &route.rows {
                    let about = if row.about == "-" { "–" } else { row.about };
                    let cells: Vec<_> = row.statuses.iter().map(|status| cell(*status)).collect();
                    writeln!(page, "| `{}` | {about} | {} |", route.asked, cells.join(" | ")).unwrap();
                }
            }
        }
    }
    if !notes.is_empty() {
        write!(page, "\n{notes}").unwrap();
    }
}

fn cell(status: u16) -> String {
    if status < 300 { "✓".to_owned() } else { status.to_string() }
}
