//! The description of the management API, as served at `/openapi.json`. Clients are generated from it.

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

use crate::manage::{
    access_group, allowed_ip, audit, budget, credential, customer, global, invitation, key, model, organization,
    project, provider, spend, tag, team, user,
};

/// The management API as an OpenAPI document.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    Management::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Turnpike management API",
        description = "Who may spend what, and what was spent. Routes, fields and role rules are LiteLLM's.",
    ),
    paths(
        key::generate::generate_key,
        key::info::read_key,
        key::update::update_key,
        key::delete::delete_keys,
        key::list::list_keys,
        key::block::block_key,
        key::unblock::unblock_key,
        key::service_account::generate_service_account_key,
        key::bulk_update::update_keys,
        key::bulk_update_team::update_keys_of_team,
        key::info_v2::read_keys,
        key::aliases::list_key_aliases,
        key::regenerate::regenerate_key,
        key::regenerate::regenerate_named_key,
        key::reset_spend::reset_key_spend,
        key::health::check_key,
        model::create::create_model,
        model::update::update_model,
        model::patch::patch_model,
        model::delete::delete_model,
        model::block::block_model,
        model::block::unblock_model,
        model::info::read_models,
        model::info::list_models,
        model::group::read_model_groups,
        model::make_public::make_model_groups_public,
        model::test_connection::test_connection,
        credential::create::create_credential,
        credential::list::list_credentials,
        credential::find::read_credential,
        credential::update::update_credential,
        credential::delete::delete_credential,
        budget::new::create_budget,
        budget::update::update_budget,
        budget::info::read_budgets,
        budget::settings::read_budget_settings,
        budget::list::list_budgets,
        budget::delete::delete_budget,
        organization::new::create_organization,
        organization::update::update_organization,
        organization::patch::patch_organization,
        organization::delete::delete_organizations,
        organization::list::list_organizations,
        organization::info::read_organization,
        organization::infos::read_organizations,
        organization::member_add::add_members,
        organization::member_update::update_member,
        organization::member_delete::delete_member,
        user::new::create_user,
        user::update::update_user,
        user::bulk_update::update_users,
        user::delete::delete_users,
        user::info::read_user,
        user::row::read_user_row,
        user::list::list_users,
        user::available_roles::list_roles,
        user::available_users::count_users,
        user::filter_ui::choose_users,
        team::new::create_team,
        team::update::update_team,
        team::patch::patch_team,
        team::delete::delete_teams,
        team::block::block_team,
        team::unblock::unblock_team,
        team::info::read_team,
        team::list::list_teams,
        team::list_pages::list_teams_by_pages,
        team::available::list_available_teams,
        team::member_add::add_team_members,
        team::bulk_member_add::add_many_team_members,
        team::member_update::update_team_member,
        team::member_delete::delete_team_member,
        team::members_me::read_own_membership,
        team::member_reset::reset_member_spend_of_team,
        team::member_reset::reset_member_budget_of_team,
        team::model::add_team_models,
        team::model::delete_team_models,
        team::permissions_list::read_team_permissions,
        team::permissions_update::update_team_permissions,
        team::permissions_bulk_update::add_team_permissions,
        invitation::new::create_invitation,
        invitation::info::read_invitation,
        invitation::update::update_invitation,
        invitation::delete::delete_invitation,
        project::new::create_project,
        project::update::update_project,
        project::delete::delete_projects,
        project::info::read_project,
        project::list::list_projects,
        customer::new::create_customer,
        customer::update::update_customer,
        customer::delete::delete_customers,
        customer::info::read_customer,
        customer::list::list_customers,
        customer::block::block_customers,
        customer::unblock::unblock_customers,
        tag::new::create_tag,
        tag::update::update_tag,
        tag::info::read_tags,
        tag::list::list_tags,
        tag::delete::delete_tag,
        tag::distinct::list_distinct_tags,
        spend::logs::list_spend_logs,
        spend::logs_v2::list_spend_logs_by_pages,
        spend::receipt::read_receipt,
        spend::keys::list_keys_by_spend,
        spend::users::list_users_by_spend,
        spend::tags::list_spend_of_tags,
        spend::calculate::calculate_spend,
        spend::export::export_spend,
        spend::rerate::rerate_spend,
        spend::report::report_key_spend,
        spend::report::report_user_spend,
        spend::report::report_team_spend,
        spend::report::report_organization_spend,
        provider::budgets::read_provider_budgets,
        global::spend::total::read_global_spend,
        global::spend::report::report_global_spend,
        global::spend::logs::list_global_spend_by_day,
        global::spend::keys::list_top_keys,
        global::spend::teams::list_spend_of_teams,
        global::spend::models::list_top_models,
        global::spend::tags::list_global_spend_of_tags,
        global::spend::all_tag_names::list_tag_names,
        global::spend::provider::list_spend_at_providers,
        global::spend::end_users::list_top_customers,
        global::spend::reset::reset_global_spend,
        global::activity::read_global_activity,
        global::activity_model::list_activity_of_models,
        global::activity_exceptions::read_exceptions,
        global::activity_exceptions::list_exceptions_of_deployments,
        global::all_end_users::list_customers_of_calls,
        access_group::new::create_model_access_group,
        access_group::list::list_model_access_groups,
        access_group::info::read_model_access_group,
        access_group::update::update_model_access_group,
        access_group::delete::delete_model_access_group,
        access_group::unified::create::create_access_group,
        access_group::unified::list::list_access_groups,
        access_group::unified::find::read_access_group,
        access_group::unified::update::update_access_group,
        access_group::unified::delete::delete_access_group,
        user::daily_activity::read_daily_activity,
        user::daily_activity::read_whole_daily_activity,
        team::daily_activity::read_team_activity,
        team::daily_activity::read_whole_team_activity,
        organization::daily_activity::read_organization_activity,
        organization::daily_activity::read_whole_organization_activity,
        customer::daily_activity::read_customer_activity,
        customer::daily_activity::read_whole_customer_activity,
        tag::daily_activity::read_tag_activity,
        tag::daily_activity::read_whole_tag_activity,
        allowed_ip::list::list_allowed_ips,
        allowed_ip::add::add_allowed_ip,
        allowed_ip::delete::delete_allowed_ip,
        audit::list::list_audit_logs,
        audit::info::read_audit_log,
    ),
    tags(
        (name = "keys", description = "Virtual keys: who may call which models for how much"),
        (name = "models", description = "Deployments: those of the configuration, and those that are added while the gateway runs"),
        (name = "credentials", description = "Credentials of providers, which models refer to by name"),
        (name = "budgets", description = "Limits under a name, for whoever refers to it"),
        (name = "organizations", description = "Who shares teams, models and a budget"),
        (name = "users", description = "People, and services that act as one: what they may do and spend"),
        (name = "teams", description = "Who shares models and money"),
        (name = "invitations", description = "How users come to the console"),
        (name = "projects", description = "Parts of a team's work with limits of their own"),
        (name = "customers", description = "On whose behalf calls are made; /end_user/… is another name for all of it"),
        (name = "tags", description = "Tags of calls that were given a meaning"),
        (name = "spend", description = "The ledger: what every attempt cost and why"),
        (name = "access groups", description = "Models under one name; /v1/unified_access_group is another name for /v1/access_group"),
        (name = "settings", description = "From where the gateway may be asked"),
        (name = "audit", description = "What administrators changed, and what was there before"),
    ),
    security(("key" = [])),
    modifiers(&Credential, &Outcomes),
)]
struct Management;

/// The master key or a virtual key.
struct Credential;

impl Modify for Credential {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}

/// OpenAPI wants a description of every response, also where its schema says all.
struct Outcomes;

impl Modify for Outcomes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            for (status, response) in
                methods.into_iter().flatten().flat_map(|operation| &mut operation.responses.responses)
            {
                if let RefOr::T(response) = response
                    && response.description.is_empty()
                {
                    let outcome = if status.starts_with('2') { "Done" } else { "Refused" };
                    outcome.clone_into(&mut response.description);
                }
            }
        }
    }
}

/// What every error looks like. Only described here: `http::error` writes it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    error: ErrorDetails,
}

#[derive(Serialize, ToSchema)]
struct ErrorDetails {
    message: String,
    /// A word for programs: `invalid_request_error`, `auth_error`, `not_found_error`.
    r#type: String,
    /// The field or parameter that is wrong.
    param: Option<String>,
    /// The HTTP status as a string.
    code: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::document;

    /// Method, path and operation id of everything that is described.
    fn described() -> BTreeSet<(String, String, String)> {
        let document = serde_json::to_value(document()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap();
            methods.iter().map(move |(method, operation)| {
                (method.clone(), path.clone(), operation["operationId"].as_str().unwrap().to_owned())
            })
        });
        operations.collect()
    }

    #[test]
    fn describes_exactly_the_routes_that_there_are() {
        let listed = crate::manage::listed();
        let routes: BTreeSet<_> = listed.into_iter().map(|(method, path)| (method.to_owned(), path)).collect();
        let described: BTreeSet<_> = described().into_iter().map(|(method, path, _)| (method, path)).collect();
        assert_eq!(described, routes);
    }

    const BOOK: &str = include_str!("../../../docs/api.md");

    /// What stands in backticks in the first cell of the table's rows.
    fn first_cells(table: &str) -> BTreeSet<&str> {
        let cells = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" |"));
        cells.flat_map(|(cell, _)| cell.split('`').step_by(2)).collect()
    }

    #[test]
    fn the_book_has_every_route() {
        let segment = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
        let shape = |path: &str| path.split('/').map(segment).collect::<Vec<_>>().join("/");
        let (_, management) = BOOK.split_once("\n## Management\n").unwrap();
        let told: BTreeSet<_> = first_cells(management)
            .into_iter()
            .map(|cell| cell.split_once(' ').map_or(cell, |(_method, path)| path))
            .map(|path| shape(path.split(':').next().unwrap_or(path)))
            .collect();
        let missing: Vec<_> =
            described().into_iter().map(|(_, path, _)| path).filter(|path| !told.contains(&shape(path))).collect();
        assert!(missing.is_empty(), "docs/api.md has no row for {missing:?}");
    }

    #[test]
    fn the_book_has_every_setting_of_a_key() {
        let document = serde_json::to_value(document()).unwrap();
        let groups = ["KeyFields", "LimitFields", "Attachments"].map(|group| &document["components"]["schemas"][group]);
        let settings = groups.iter().flat_map(|group| group["properties"].as_object().unwrap().keys());
        let (_, table) = BOOK.split_once("\n| setting | type |").unwrap();
        let (table, _) = table.split_once("\n\n").unwrap();
        let told: BTreeSet<_> = first_cells(table);
        let known: BTreeSet<_> = settings.map(String::as_str).collect();
        assert_eq!(told, known, "the settings of a key in docs/api.md");
    }

    #[test]
    fn the_operations_are_these() {
        let lines: Vec<_> =
            described().into_iter().map(|(method, path, id)| format!("{method:4} {path} {id}")).collect();
        insta::assert_snapshot!("operations", lines.join("\n"));
    }

    #[test]
    fn every_operation_needs_a_key_and_says_what_errors_look_like() {
        let document = serde_json::to_value(document()).unwrap();
        assert_eq!(document["security"], serde_json::json!([{ "key": [] }]));
        assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], "bearer");
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                assert!(operation["responses"]["4XX"].is_object(), "{operation}");
                let mut responses = operation["responses"].as_object().unwrap().values();
                assert!(responses.all(|response| response["description"].is_string()), "{operation}");
            }
        }
    }
}
