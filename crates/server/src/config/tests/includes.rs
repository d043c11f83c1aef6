//! Files that include others.

use std::path::Path;

use super::super::Written;
use super::{environment, unsupported};

/// Writes the files into a folder and loads the first; the folder's name is left out of the answer.
fn load(files: &[(&str, &str)]) -> Result<Written, String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let first = folder.path().join(files[0].0);
    let start = format!("{}/", folder.path().display());
    Written::load(&first, &environment).map_err(|errors| errors.to_string().replace(&start, ""))
}

#[test]
fn merges_lists_and_mappings() {
    let written = load(&[
        (
            "config.yaml",
            "include: [models/a.yaml, more.yaml]\n\
             model_list: [{model_name: own, litellm_params: {model: openai/own}}]\n\
             litellm_settings: {num_retries: 1, success_callback: [a]}\n",
        ),
        (
            "models/a.yaml",
            "include: [b.yaml]\nmodel_list: [{model_name: a, litellm_params: {model: openai/a}}]\n\
             litellm_settings: {success_callback: [b]}\n",
        ),
        (
            "models/b.yaml",
            "model_list: [{model_name: b, litellm_params: {model: openai/b, api_base: os.environ/BASE}}]\n",
        ),
        ("more.yaml", "litellm_settings: {drop_params: true}\nenvironment_variables: {BASE: https://b}\n"),
    ])
    .expect("a configuration");
    let names: Vec<_> = written.model_list.iter().map(|entry| entry.model_name.value.as_str()).collect();
    assert_eq!(names, ["own", "a", "b"]);
    assert!(written.model_list[2].place.file.ends_with("models/b.yaml"));
    assert_eq!(written.model_list[2].place.line, 1);
    let base = written.model_list[2].litellm_params.api_base.as_ref().expect("a URL");
    assert_eq!(base.value, "https://b");
    assert_eq!(written.litellm_settings.num_retries, Some(1));
    assert_eq!(written.litellm_settings.drop_params, Some(true));
    assert_eq!(unsupported(&written).lines().count(), 1);
}

#[test]
fn reports_what_cannot_be_merged() {
    for (files, expect) in [
        (
            &[("a.yaml", "include: [b.yaml]\n"), ("b.yaml", "\ninclude: [a.yaml]\n")][..],
            "b.yaml:2:11: include[0]: a.yaml is included already",
        ),
        (&[("a.yaml", "include: [a.yaml]\n")], "a.yaml:1:11: include[0]: a.yaml is included already"),
        (
            &[("a.yaml", "include: [b.yaml, b.yaml]\n"), ("b.yaml", "")],
            "a.yaml:1:19: include[1]: b.yaml is included already",
        ),
        (&[("a.yaml", "include: [gone.yaml]\n")], "a.yaml:1:11: include[0]: gone.yaml cannot be read"),
        (&[("a.yaml", "include: b.yaml\n")], "a.yaml:1:10: include: expected a list of files"),
        (&[("a.yaml", "include: [{}]\n")], "a.yaml:1:11: include[0]: expected the name of a file"),
        (
            &[
                ("a.yaml", "include: [b.yaml]\nlitellm_settings: {num_retries: 1}\n"),
                ("b.yaml", "litellm_settings: {num_retries: 2}\n"),
            ],
            "b.yaml:1:33: litellm_settings.num_retries: already set at a.yaml:2",
        ),
        (
            &[("a.yaml", "include: [b.yaml]\n"), ("b.yaml", "model_lst: []\nrouter_settings: []\n")],
            "b.yaml:1:1: model_lst: unknown key; did you mean model_list?\n\
             b.yaml:2:18: router_settings: expected a mapping",
        ),
        (&[("a.yaml", "include: [b.yaml]\n"), ("b.yaml", "a: [")], "b.yaml:2:1: not valid YAML"),
    ] {
        let errors = load(files).expect_err("errors");
        assert!(errors.contains(expect), "{errors}\n{expect}");
    }
}

#[test]
fn names_a_file_that_is_not_there() {
    let errors = Written::load(Path::new("/nowhere/config.yaml"), &environment).expect_err("errors").to_string();
    assert!(errors.starts_with("/nowhere/config.yaml: /nowhere/config.yaml cannot be read: "), "{errors}");
}
