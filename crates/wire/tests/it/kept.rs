//! The inputs of the fuzz targets that are kept: what was found once stays mended, without the toolchain that found it.
#[path = "../../../../fuzz/src/lib.rs"]
pub mod fuzz;

use std::fs;
use std::path::{Path, PathBuf};

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 6] = [
    ("edit", fuzz::edit),
    ("envelope", fuzz::envelope),
    ("frame", fuzz::frame),
    ("reply", fuzz::reply),
    ("request", fuzz::request),
    ("stream", fuzz::stream),
];

/// The files of a folder, in order; none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn kept_inputs_do_not_panic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    for (name, target) in TARGETS {
        let [seeds, corpus] = ["seeds", "corpus"].map(|kind| files(&root.join(kind).join(name)));
        assert!(!seeds.is_empty(), "no seeds for {name}");
        for path in seeds.iter().chain(&corpus) {
            // shown when it fails
            println!("{}", path.display());
            target(&fs::read(path).unwrap());
        }
    }
}
