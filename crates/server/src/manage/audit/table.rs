//! Names of tables: in the trail stand ours, clients know LiteLLM's.

/// Ours and LiteLLM's.
const TABLES: &[(&str, &str)] = &[
    ("access_groups", "LiteLLM_AccessGroupTable"),
    ("budgets", "LiteLLM_BudgetTable"),
    ("credentials", "LiteLLM_CredentialsTable"),
    ("customers", "LiteLLM_EndUserTable"),
    ("gateway_settings", "LiteLLM_Config"),
    ("invitations", "LiteLLM_InvitationLink"),
    ("keys", "LiteLLM_VerificationToken"),
    ("models", "LiteLLM_ProxyModelTable"),
    ("organization_members", "LiteLLM_OrganizationMembership"),
    ("organizations", "LiteLLM_OrganizationTable"),
    ("projects", "LiteLLM_ProjectTable"),
    ("replaced_keys", "LiteLLM_DeprecatedVerificationToken"),
    ("tags", "LiteLLM_TagTable"),
    ("team_members", "LiteLLM_TeamMembership"),
    ("teams", "LiteLLM_TeamTable"),
    ("users", "LiteLLM_UserTable"),
];

/// LiteLLM's name for a table of ours.
pub(super) fn theirs(ours: &str) -> &str {
    TABLES.iter().find(|(table, _)| *table == ours).map_or(ours, |(_, name)| name)
}

/// Our name for a table of LiteLLM's. A table that we do not have has no rows in the trail.
pub(super) fn ours(theirs: &str) -> &str {
    TABLES.iter().find(|(_, name)| *name == theirs).map_or(theirs, |(table, _)| table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (table, name) in TABLES {
            assert_eq!((theirs(table), ours(name)), (*name, *table));
        }
        assert_eq!((theirs("new_table"), ours("LiteLLM_ToolTable")), ("new_table", "LiteLLM_ToolTable"));
    }
}
