//! `general_settings.key_management_system`, and what stands beside it.

use super::{accept, refuse};

fn general(lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!("general_settings:\n{}", lines.concat())
}

#[test]
fn only_what_is_supported_is_taken() {
    for (lines, words) in [
        (vec!["key_management_system: aws_kms"], "set turnpike.kms.key_id"),
        (vec!["key_management_system: hashicorp_vault"], "hashicorp_vault is not supported"),
        (vec!["key_management_system: aws"], "expected aws_secret_manager or local"),
        (vec!["key_management_settings: {access_mode: write_only}"], "write_only is not supported"),
        (vec!["key_management_settings: {store_virtual_keys: true}"], "nothing but a hash is kept"),
        (vec!["key_management_settings: {hosted_key: [a]}"], "did you mean hosted_keys?"),
        (vec!["key_management_settings: {aws_external_id: a}"], "needs aws_role_name beside it"),
    ] {
        let said = refuse(&general(&lines));
        assert!(said.contains(words), "{lines:?}: {said}");
    }
    assert!(refuse("turnpike: {kms: {older_key_ids: [a]}}").contains("needs key_id beside it"));
}

#[test]
fn what_is_hosted_is_looked_for() {
    assert!(accept(&general(&["key_management_system: local"])).general_settings.key_management.is_none());
    let all = accept(&general(&["key_management_system: aws_secret_manager", "master_key: os.environ/MASTER"]));
    assert_eq!(all.references, ["MASTER"]);
    assert!(all.general_settings.key_management.unwrap().hosts("MASTER"));
    let some = accept(&general(&[
        "key_management_system: aws_secret_manager",
        "key_management_settings: {access_mode: read_only, hosted_keys: [A], primary_secret_name: all, description: d}",
    ]));
    assert_eq!(some.unsupported.len(), 1);
    let wanted = some.general_settings.key_management.unwrap();
    assert_eq!(
        (wanted.hosts("A"), wanted.hosts("B"), wanted.primary_secret_name.as_deref()),
        (true, false, Some("all"))
    );
}
