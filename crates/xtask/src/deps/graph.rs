//! What cargo says: the packages of Cargo.lock, and which of them are built. Always with the lock file as it is.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;
use cargo_metadata::semver::Version;

use crate::repository::Repository;

/// One package of Cargo.lock.
#[derive(Debug, Clone)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: Version,
    /// As in Cargo.lock; none for a package that is a folder.
    pub(super) source: Option<String>,
    pub(super) licence: Option<String>,
    /// For a crate of ours: what its manifest names, for building and testing too.
    pub(super) ours: Option<Vec<String>>,
}

#[derive(Debug)]
pub(super) struct Graph {
    /// Everything in Cargo.lock, also what no feature of ours switches on.
    pub(super) packages: Vec<Package>,
    /// The names of what is built for some platform, tests and build scripts included.
    pub(super) built: BTreeSet<String>,
}

impl Graph {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let metadata = MetadataCommand::new()
            .current_dir(root)
            .other_options(["--locked".to_owned()])
            .exec()
            .context("cargo metadata failed")?;
        let packages = metadata.packages.iter().map(|package| {
            let ours = metadata.workspace_members.contains(&package.id);
            let direct = package.dependencies.iter().map(|dependency| dependency.name.clone());
            Package {
                name: package.name.to_string(),
                version: package.version.clone(),
                source: package.source.as_ref().map(ToString::to_string),
                licence: package.license.clone(),
                ours: ours.then(|| direct.collect()),
            }
        });
        let packages = packages.collect();
        Ok(Self { packages, built: tree(root, &["--workspace", "--edges", "normal,build,dev"])? })
    }

    /// The packages that others made.
    pub(super) fn foreign(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.ours.is_none())
    }
}

impl Package {
    /// The line of Cargo.lock where this version stands.
    pub(super) fn lock_line(&self, repository: &Repository) -> usize {
        let Some(lock) = repository.file("Cargo.lock") else {
            return 1;
        };
        let name = format!("name = \"{}\"", self.name);
        let version = format!("version = \"{}\"", self.version);
        let mut lines = lock.text.lines().zip(lock.text.lines().skip(1));
        lines.position(|pair| pair == (name.as_str(), version.as_str())).map_or(1, |at| at + 1)
    }
}

/// What is linked into a crate of ours on any platform: normal dependencies without procedural macros.
pub(crate) fn linked_into(root: &Path, name: &str) -> Result<BTreeSet<String>> {
    tree(root, &["--package", name, "--edges", "normal,no-proc-macro"])
}

/// The names that `cargo tree` prints. It knows, as metadata does not, which optional dependencies are switched on.
fn tree(root: &Path, selection: &[&str]) -> Result<BTreeSet<String>> {
    let output = Command::new("cargo")
        .args(["tree", "--locked", "--target", "all", "--prefix", "none", "--format", "{p}"])
        .args(selection)
        .current_dir(root)
        .output()
        .context("cargo tree did not start")?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("cargo tree failed: {}", error.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    Ok(names(&String::from_utf8_lossy(&output.stdout)))
}

/// The first word of each line: `tokio v1.54.1`, `wire v0.1.0 (a folder)`.
fn names(tree: &str) -> BTreeSet<String> {
    tree.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[cfg(test)]
impl Package {
    pub(super) fn foreign(name: &str, version: &str) -> Self {
        let source = "registry+https://github.com/rust-lang/crates.io-index".to_owned();
        Self {
            name: name.to_owned(),
            version: version.parse().unwrap(),
            source: Some(source),
            licence: Some("MIT".to_owned()),
            ours: None,
        }
    }

    pub(super) fn ours(name: &str, direct: &[&str]) -> Self {
        let direct = direct.iter().map(|name| (*name).to_owned()).collect();
        Self { source: None, ours: Some(direct), ..Self::foreign(name, "0.1.0") }
    }
}

#[cfg(test)]
impl Graph {
    /// A graph in which everything is built.
    pub(super) fn of(packages: &[Package]) -> Self {
        let built = packages.iter().map(|package| package.name.clone()).collect();
        Self { packages: packages.to_vec(), built }
    }
}

#[cfg(test)]
mod tests {
    use super::{Package, names};
    use crate::repository::Repository;

    #[test]
    fn names_are_the_first_words() {
        let tree = "wire v0.1.0 (a folder)\nserde v1.0.229\nserde v1.0.229 (*)\n\n";
        assert_eq!(names(tree).into_iter().collect::<Vec<_>>(), ["serde", "wire"]);
    }

    #[test]
    fn a_package_is_found_in_the_lock_by_name_and_version() {
        let lock = "name = \"a\"\nversion = \"1.0.0\"\n\nname = \"a\"\nversion = \"2.0.0\"\n";
        let repository = Repository::of(&[("Cargo.lock", lock)]);
        assert_eq!(Package::foreign("a", "2.0.0").lock_line(&repository), 4);
        assert_eq!(Package::foreign("b", "2.0.0").lock_line(&repository), 1);
    }
}
