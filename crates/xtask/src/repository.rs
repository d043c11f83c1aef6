//! The files of the repository as git sees them: tracked, or new and not ignored. Reads once, writes never.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A text file: its path from the root, with `/`, and what is in it.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The root of the workspace and its text files, sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<SourceFile>,
}

impl SourceFile {
    pub(crate) fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|e| e.to_str()).unwrap_or_default()
    }

    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether its place or its name says that it holds tests only.
    pub(crate) fn is_test(&self) -> bool {
        let mut folders = self.path.split('/').rev().skip(1);
        self.name() == "tests.rs"
            || folders.any(|folder| folder == "tests")
            || [".test.ts", ".test.tsx", ".spec.ts", ".spec.tsx"].iter().any(|end| self.path.ends_with(end))
    }
}

impl Repository {
    /// Reads the repository around the current directory.
    pub(crate) fn read() -> Result<Self> {
        let here = std::env::current_dir()?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("tidy.toml").is_file())
            .context("no tidy.toml here or above: run this inside the repository")?
            .to_owned();
        let mut files = Vec::new();
        for path in listed(&root)? {
            // A file that is deleted but still tracked, a link to a folder and a binary file are not text to judge.
            let Ok(bytes) = fs::read(root.join(&path)) else {
                continue;
            };
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            files.push(SourceFile { path, text });
        }
        Ok(Self { root, files })
    }

    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(crate) fn with_extension(&self, extension: &str) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(move |file| file.extension() == extension)
    }

    /// The first line of a file that holds `needle`; 1 when there is none.
    pub(crate) fn line_of(&self, path: &str, needle: &str) -> usize {
        let found = self.file(path).and_then(|file| file.text.lines().position(|line| line.contains(needle)));
        found.map_or(1, |index| index + 1)
    }
}

fn listed(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git is needed to know which files count")?;
    if !output.status.success() {
        bail!("git ls-files failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let names = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    let mut paths: Vec<String> = names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

#[cfg(test)]
impl Repository {
    /// A repository of small strings.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() });
        Self { root: PathBuf::new(), files: files.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::Repository;

    #[test]
    fn test_files_are_known_by_place_or_name() {
        let expected = [
            ("crates/a/tests/it/main.rs", true),
            ("crates/a/src/routing/tests.rs", true),
            ("console/src/pages/keys.test.tsx", true),
            ("tests/real_clients.py", true),
            ("crates/a/src/contests.rs", false),
            ("crates/testkit/src/lib.rs", false),
        ];
        for (path, is_test) in expected {
            assert_eq!(Repository::of(&[(path, "")]).files[0].is_test(), is_test, "{path}");
        }
    }

    #[test]
    fn a_line_is_found_by_what_it_holds() {
        let repository = Repository::of(&[("a.toml", "one\ntwo = 2\n")]);
        assert_eq!(repository.line_of("a.toml", "two"), 2);
        assert_eq!(repository.line_of("a.toml", "three"), 1);
    }
}
