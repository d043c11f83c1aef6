//! The tables as they are written.

/// The nouns that have a table, in the order in which the book has them, and their titles there.
pub(super) const NOUNS: &[Noun] = &[
    Noun { title: "Keys", text: include_str!("keys.txt") },
    Noun { title: "Users", text: include_str!("users.txt") },
    Noun { title: "Invitations", text: include_str!("invitations.txt") },
    Noun { title: "Teams", text: include_str!("teams.txt") },
    Noun { title: "Organizations", text: include_str!("organizations.txt") },
    Noun { title: "Projects", text: include_str!("projects.txt") },
    Noun { title: "Customers", text: include_str!("customers.txt") },
    Noun { title: "Budgets", text: include_str!("budgets.txt") },
    Noun { title: "Tags", text: include_str!("tags.txt") },
    Noun { title: "Models", text: include_str!("models.txt") },
    Noun { title: "Access groups", text: include_str!("access_groups.txt") },
    Noun { title: "Credentials", text: include_str!("credentials.txt") },
    Noun { title: "Spend", text: include_str!("spend.txt") },
    Noun { title: "Audit", text: include_str!("audit.txt") },
    Noun { title: "Settings", text: include_str!("settings.txt") },
];

pub(super) struct Noun {
    pub(super) title: &'static str,
    text: &'static str,
}

/// The columns of every table.
pub(super) const CALLERS: [&str; 10] =
    ["admin", "viewer", "org_admin", "team_admin", "member", "user", "user_viewer", "service", "calls", "none"];

pub(super) struct Table {
    pub(super) parts: Vec<Part>,
}

pub(super) enum Part {
    /// What a table says beside its lines.
    Note(&'static str),
    Route(Route),
}

pub(super) struct Route {
    /// Method, path with its query, and body, if there is one.
    pub(super) asked: &'static str,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) about: &'static str,
    pub(super) statuses: Vec<u16>,
}

/// One cell.
pub(super) struct Asked {
    pub(super) route: &'static str,
    pub(super) about: &'static str,
    pub(super) caller: &'static str,
    pub(super) expected: u16,
}

pub(super) fn read(noun: &Noun) -> Table {
    let mut lines = noun.text.lines();
    let header: Vec<_> = lines.next().unwrap_or_default().split_whitespace().skip(1).collect();
    assert_eq!(header, CALLERS, "the first line of the table of {}", noun.title);
    let mut parts = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        if let Some(note) = line.strip_prefix("# ") {
            parts.push(Part::Note(note));
        } else if line.starts_with(|first: char| first.is_ascii_uppercase()) {
            parts.push(Part::Route(Route { asked: line, rows: Vec::new() }));
        } else {
            let Some(Part::Route(route)) = parts.last_mut() else { panic!("{line}: of which route?") };
            route.rows.push(Row::read(line));
        }
    }
    Table { parts }
}

impl Row {
    fn read(line: &'static str) -> Self {
        let mut cells = line.split_whitespace();
        let about = cells.next().unwrap();
        let statuses: Vec<_> = cells.map(|cell| cell.parse().unwrap_or_else(|_| panic!("{line}: {cell}?"))).collect();
        assert_eq!(statuses.len(), CALLERS.len(), "{line}");
        Self { about, statuses }
    }
}

impl Table {
    pub(super) fn routes(&self) -> impl Iterator<Item = &Route> {
        self.parts.iter().filter_map(|part| match part {
            Part::Route(route) => Some(route),
            Part::Note(_) => None,
        })
    }

    pub(super) fn asked(&self) -> impl Iterator<Item = Asked> {
        self.routes().flat_map(|route| {
            route.rows.iter().flat_map(|row| {
                let cells = CALLERS.iter().zip(&row.statuses);
                cells.map(|(caller, expected)| Asked {
                    route: route.asked,
                    about: row.about,
                    caller,
                    expected: *expected,
                })
            })
        })
    }
}
