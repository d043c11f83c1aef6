//! Rule: a file or folder that a document names is there. Documents are the `.md` files of the root and of `docs/`; what they
//! name is the target of a link, or a path in back-ticks that has a slash and ends like a file of ours or in `/`.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::repository::{Repository, SourceFile};

const RULE: &str = "documented_paths";
/// A path in back-ticks is a file's when it ends like this.
const ENDINGS: &[&str] = &[".rs", ".md", ".toml", ".json", ".yaml", ".svg"];

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let mut there = BTreeSet::new();
    for file in &repository.files {
        let folders = file.path.match_indices('/').map(|(at, _)| file.path.split_at(at).0);
        there.extend(folders.chain([file.path.as_str()]));
    }
    let documents = repository.with_extension("md").filter(|file| match file.path.rsplit_once('/') {
        None => true,
        Some((folder, _)) => folder == "docs" || folder.starts_with("docs/"),
    });
    documents.flat_map(|file| check_file(file, &there)).collect()
}

fn check_file(file: &SourceFile, there: &BTreeSet<&str>) -> Vec<Finding> {
    let own = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_there = |folder: &str, path: &str| resolve(folder, path).is_some_and(|path| there.contains(path.as_str()));
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        let links = links(line).filter(|target| !is_there(own, target));
        let quoted = quoted(line).flat_map(expand);
        let paths = quoted.filter(|path| ![own, "", "crates"].iter().any(|folder| is_there(folder, path)));
        found.extend(links.map(str::to_owned).chain(paths).map(|path| {
            let advice = format!("there is no {path}: name it as it is, from the root or from crates/");
            Finding::new(&file.path, index + 1, RULE, advice)
        }));
    }
    found
}

/// The targets of links to files, without what stands behind `#`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let files = targets.filter(|target| !target.contains(':') && !target.starts_with('#') && !target.is_empty());
    files.filter_map(|target| target.split('#').next())
}

/// What stands in back-ticks and is the path of a file or folder here.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split('`').skip(1).step_by(2);
    words.filter(|word| {
        let is_path = word.contains('/') && (word.ends_with('/') || ENDINGS.iter().any(|end| word.ends_with(end)));
        let foreign = word.starts_with(['/', '~', '$', '.']) && !word.starts_with("../");
        is_path && !foreign && !word.contains(|c: char| c.is_whitespace() || "<>*:…".contains(c))
    })
}

/// `a/{b,c}.rs` is two paths.
fn expand(path: &str) -> Vec<String> {
    let parts = path.split_once('{').and_then(|(head, rest)| Some((head, rest.split_once('}')?)));
    let Some((head, (choices, tail))) = parts else { return vec![path.to_owned()] };
    choices.split(',').flat_map(|choice| expand(&format!("{head}{}{tail}", choice.trim()))).collect()
}

/// `path` as seen from `folder`, or nothing where it leads out of the repository.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for name in folder.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::repository::Repository;

    fn found(path: &str, text: &str) -> Vec<String> {
        let files = [(path, text), ("crates/a/src/lib.rs", ""), ("crates/a/src/b.rs", ""), ("docs/house.svg", "")];
        check(&Repository::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_not_there_fails() {
        let advice = "there is no a/src/c.rs: name it as it is, from the root or from crates/";
        assert_eq!(found("A.md", "\nSee `a/src/c.rs`."), [format!("A.md:2: documented_paths: {advice}")]);
        for text in ["`a/gone/`", "`a/src/{b,c}.rs`", "[x](docs/gone.svg)", "[x](a/src/b.rs)", "`docs/x.toml`"] {
            assert_eq!(found("A.md", text).len(), 1, "{text}");
        }
        assert_eq!(found("docs/a.md", "[x](docs/house.svg)").len(), 1, "a link counts from its own file");
        assert_eq!(found("docs/a.md", "[x](../../house.svg)").len(), 1);
    }

    #[test]
    fn what_is_there_passes_from_the_file_the_root_or_the_crates() {
        for text in ["`crates/a/src/b.rs`", "`a/src/`", "`a/src/{lib,b}.rs`", "![x](docs/house.svg)", "[x](A.md#part)"]
        {
            assert_eq!(found("A.md", text), [""; 0], "{text}");
        }
        assert_eq!(found("docs/a.md", "[x](house.svg), [y](../crates/a/src/b.rs)"), [""; 0]);
    }

    #[test]
    fn other_words_pass() {
        for text in [
            "`a/src/<name>.rs`, `a/*/mod.rs`, `b.rs`, `provider/model`, `/etc/x.toml`, `~/x.md`, `$HOME/x.md`",
            "[x](https://example.com/x.md), [y](#part), [z](mailto:a@example.com)",
            "```sh\n`a/gone.rs`\n```",
        ] {
            assert_eq!(found("A.md", text), [""; 0], "{text}");
        }
        assert_eq!(found("crates/a/README.md", "`gone/x.rs`"), [""; 0], "only the root's documents and the book");
    }
}
