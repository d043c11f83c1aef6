//! The management API: who may spend what, and what was spent. The folder tree is the URL tree, one file an endpoint.
//!
//! Routes, fields and role rules are LiteLLM's. Whatever of a request is not honoured is refused by name, never ignored.

pub(crate) mod access_group;
mod activity;
pub(crate) mod allowed_ip;
pub(crate) mod audit;
mod blocked;
mod body;
pub(crate) mod budget;
pub(crate) mod credential;
pub(crate) mod customer;
mod duration;
mod fields;
pub(crate) mod global;
mod instant;
pub(crate) mod invitation;
pub(crate) mod key;
pub(crate) mod model;
mod named;
mod operator;
pub(crate) mod organization;
pub(crate) mod params;
pub(crate) mod project;
pub(crate) mod provider;
mod remove;
pub(crate) mod spend;
mod spent;
pub(crate) mod tag;
pub(crate) mod team;
pub(crate) mod user;

use axum::handler::Handler;
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use engine::rights::Action;

use crate::app::App;

/// Every route of the management API.
pub(crate) fn routes() -> Router<App> {
    all()
        .into_iter()
        .fold(Router::new(), |router, route| router.route(route.path, route.serve.layer(Extension(route.action))))
}

fn all() -> Vec<Route> {
    let groups = [
        keys(),
        models(),
        credentials(),
        budgets(),
        organizations(),
        users(),
        teams(),
        invitations(),
        projects(),
        customers(),
        end_users(),
        tags(),
        spend(),
        global(),
        access_groups(),
        unified_access_groups(),
        activity(),
        audit(),
        settings(),
    ];
    groups.into_iter().flatten().collect()
}

fn keys() -> Vec<Route> {
    vec![
        post("/key/generate", Action::KeyGenerate, key::generate::generate_key),
        get("/key/info", Action::KeyRead, key::info::read_key),
        post("/key/update", Action::KeyUpdate, key::update::update_key),
        post("/key/delete", Action::KeyDelete, key::delete::delete_keys),
        get("/key/list", Action::KeyRead, key::list::list_keys),
        post("/key/block", Action::KeyBlock, key::block::block_key),
        post("/key/unblock", Action::KeyUnblock, key::unblock::unblock_key),
        post(
            "/key/service-account/generate",
            Action::KeyGenerateForService,
            key::service_account::generate_service_account_key,
        ),
        post("/key/bulk_update", Action::KeyUpdateMany, key::bulk_update::update_keys),
        post("/team/key/bulk_update", Action::KeyUpdateManyOfTeam, key::bulk_update_team::update_keys_of_team),
        post("/v2/key/info", Action::KeyRead, key::info_v2::read_keys),
        get("/key/aliases", Action::KeyRead, key::aliases::list_key_aliases),
        post("/key/regenerate", Action::KeyRegenerate, key::regenerate::regenerate_key),
        post("/key/{key}/regenerate", Action::KeyRegenerate, key::regenerate::regenerate_named_key),
        post("/key/{key}/reset_spend", Action::KeyResetSpend, key::reset_spend::reset_key_spend),
        post("/key/health", Action::KeyHealth, key::health::check_key),
    ]
}

fn models() -> Vec<Route> {
    vec![
        post("/model/new", Action::ModelCreate, model::create::create_model),
        post("/model/update", Action::ModelUpdate, model::update::update_model),
        // Bedrock's operations begin like this
        patch("/model/{*operation}", Action::ModelUpdate, model::patch::patch_model)
            .described_as("/model/{model_id}/update"),
        post("/model/delete", Action::ModelDelete, model::delete::delete_model),
        post("/model/block", Action::ModelBlock, model::block::block_model),
        post("/model/unblock", Action::ModelBlock, model::block::unblock_model),
        get("/model/info", Action::ModelRead, model::info::read_models),
        get("/v1/model/info", Action::ModelRead, model::info::read_models).undescribed(),
        get("/v2/model/info", Action::ModelRead, model::info::list_models),
        get("/model_group/info", Action::ModelRead, model::group::read_model_groups),
        post("/model_group/make_public", Action::ModelMakePublic, model::make_public::make_model_groups_public),
        post("/health/test_connection", Action::ModelTest, model::test_connection::test_connection),
    ]
}

fn credentials() -> Vec<Route> {
    vec![
        post("/credentials", Action::CredentialWrite, credential::create::create_credential),
        get("/credentials", Action::CredentialRead, credential::list::list_credentials),
        get("/credentials/by_name/{*credential_name}", Action::CredentialRead, credential::find::read_credential),
        patch("/credentials/{*credential_name}", Action::CredentialWrite, credential::update::update_credential),
        delete("/credentials/{*credential_name}", Action::CredentialWrite, credential::delete::delete_credential),
    ]
}

fn budgets() -> Vec<Route> {
    vec![
        post("/budget/new", Action::BudgetWrite, budget::new::create_budget),
        post("/budget/update", Action::BudgetWrite, budget::update::update_budget),
        post("/budget/info", Action::BudgetWrite, budget::info::read_budgets),
        get("/budget/settings", Action::BudgetRead, budget::settings::read_budget_settings),
        get("/budget/list", Action::BudgetRead, budget::list::list_budgets),
        post("/budget/delete", Action::BudgetWrite, budget::delete::delete_budget),
    ]
}

fn organizations() -> Vec<Route> {
    vec![
        post("/organization/new", Action::OrganizationCreate, organization::new::create_organization),
        patch("/organization/update", Action::OrganizationUpdate, organization::update::update_organization),
        patch(
            "/v2/organization/{organization_id}",
            Action::OrganizationUpdate,
            organization::patch::patch_organization,
        ),
        delete("/organization/delete", Action::OrganizationDelete, organization::delete::delete_organizations),
        get("/organization/list", Action::OrganizationRead, organization::list::list_organizations),
        get("/organization/info", Action::OrganizationRead, organization::info::read_organization),
        post("/organization/info", Action::OrganizationRead, organization::infos::read_organizations),
        post("/organization/member_add", Action::OrganizationMembers, organization::member_add::add_members),
        patch("/organization/member_update", Action::OrganizationMembers, organization::member_update::update_member),
        delete("/organization/member_delete", Action::OrganizationMembers, organization::member_delete::delete_member),
    ]
}

fn users() -> Vec<Route> {
    vec![
        post("/user/new", Action::UserCreate, user::new::create_user),
        post("/user/update", Action::UserUpdate, user::update::update_user),
        post("/user/bulk_update", Action::UserUpdateMany, user::bulk_update::update_users),
        post("/user/delete", Action::UserDelete, user::delete::delete_users),
        get("/user/info", Action::UserRead, user::info::read_user),
        get("/v2/user/info", Action::UserRead, user::row::read_user_row),
        get("/user/list", Action::UserList, user::list::list_users),
        get("/user/available_roles", Action::UserReadRoles, user::available_roles::list_roles),
        get("/user/available_users", Action::UserList, user::available_users::count_users),
        get("/user/filter/ui", Action::UserRead, user::filter_ui::choose_users),
    ]
}

fn teams() -> Vec<Route> {
    vec![
        post("/team/new", Action::TeamCreate, team::new::create_team),
        post("/team/update", Action::TeamUpdate, team::update::update_team),
        patch("/team/{team_id}", Action::TeamUpdate, team::patch::patch_team),
        post("/team/delete", Action::TeamDelete, team::delete::delete_teams),
        post("/team/block", Action::TeamBlock, team::block::block_team),
        post("/team/unblock", Action::TeamBlock, team::unblock::unblock_team),
        get("/team/info", Action::TeamRead, team::info::read_team),
        get("/team/list", Action::TeamRead, team::list::list_teams),
        get("/v2/team/list", Action::TeamRead, team::list_pages::list_teams_by_pages),
        get("/team/available", Action::TeamReadAvailable, team::available::list_available_teams),
        post("/team/member_add", Action::TeamMemberAdd, team::member_add::add_team_members),
        post("/team/bulk_member_add", Action::TeamMemberAddMany, team::bulk_member_add::add_many_team_members),
        post("/team/member_update", Action::TeamMemberUpdate, team::member_update::update_team_member),
        post("/team/member_delete", Action::TeamMemberDelete, team::member_delete::delete_team_member),
        get("/team/{team_id}/members/me", Action::TeamRead, team::members_me::read_own_membership),
        post(
            "/team/{team_id}/member/{user_id}/reset_spend",
            Action::TeamMemberReset,
            team::member_reset::reset_member_spend_of_team,
        ),
        post(
            "/team/{team_id}/member/{user_id}/reset_budget",
            Action::TeamMemberReset,
            team::member_reset::reset_member_budget_of_team,
        ),
        post("/team/model/add", Action::TeamModels, team::model::add_team_models),
        post("/team/model/delete", Action::TeamModels, team::model::delete_team_models),
        get("/team/permissions_list", Action::TeamPermissionsRead, team::permissions_list::read_team_permissions),
        post(
            "/team/permissions_update",
            Action::TeamPermissionsUpdate,
            team::permissions_update::update_team_permissions,
        ),
        post(
            "/team/permissions_bulk_update",
            Action::TeamPermissionsUpdateMany,
            team::permissions_bulk_update::add_team_permissions,
        ),
    ]
}

fn invitations() -> Vec<Route> {
    vec![
        post("/invitation/new", Action::InvitationCreate, invitation::new::create_invitation),
        get("/invitation/info", Action::InvitationRead, invitation::info::read_invitation),
        post("/invitation/update", Action::InvitationUpdate, invitation::update::update_invitation),
        post("/invitation/delete", Action::InvitationDelete, invitation::delete::delete_invitation),
    ]
}

fn projects() -> Vec<Route> {
    vec![
        post("/project/new", Action::ProjectCreate, project::new::create_project),
        post("/project/update", Action::ProjectUpdate, project::update::update_project),
        delete("/project/delete", Action::ProjectDelete, project::delete::delete_projects),
        get("/project/info", Action::ProjectRead, project::info::read_project),
        get("/project/list", Action::ProjectRead, project::list::list_projects),
    ]
}

fn customers() -> Vec<Route> {
    vec![
        post("/customer/new", Action::CustomerWrite, customer::new::create_customer),
        post("/customer/update", Action::CustomerWrite, customer::update::update_customer),
        post("/customer/delete", Action::CustomerWrite, customer::delete::delete_customers),
        get("/customer/info", Action::CustomerRead, customer::info::read_customer),
        get("/customer/list", Action::CustomerRead, customer::list::list_customers),
        post("/customer/block", Action::CustomerWrite, customer::block::block_customers),
        post("/customer/unblock", Action::CustomerWrite, customer::unblock::unblock_customers),
    ]
}

/// LiteLLM's other name for customers.
fn end_users() -> Vec<Route> {
    let routes = vec![
        post("/end_user/new", Action::CustomerWrite, customer::new::create_customer),
        post("/end_user/update", Action::CustomerWrite, customer::update::update_customer),
        post("/end_user/delete", Action::CustomerWrite, customer::delete::delete_customers),
        get("/end_user/info", Action::CustomerRead, customer::info::read_customer),
        get("/end_user/list", Action::CustomerRead, customer::list::list_customers),
        post("/end_user/block", Action::CustomerWrite, customer::block::block_customers),
        post("/end_user/unblock", Action::CustomerWrite, customer::unblock::unblock_customers),
    ];
    routes.into_iter().map(Route::undescribed).collect()
}

fn tags() -> Vec<Route> {
    vec![
        post("/tag/new", Action::TagWrite, tag::new::create_tag),
        post("/tag/update", Action::TagWrite, tag::update::update_tag),
        post("/tag/info", Action::TagWrite, tag::info::read_tags),
        get("/tag/list", Action::TagRead, tag::list::list_tags),
        post("/tag/delete", Action::TagWrite, tag::delete::delete_tag),
        get("/tag/distinct", Action::TagReadDistinct, tag::distinct::list_distinct_tags),
    ]
}

fn spend() -> Vec<Route> {
    let read = Action::SpendRead;
    vec![
        get("/spend/logs", read, spend::logs::list_spend_logs),
        get("/spend/logs/v2", read, spend::logs_v2::list_spend_logs_by_pages),
        get("/spend/logs/ui", read, spend::logs_v2::list_spend_logs_by_pages).undescribed(),
        get("/spend/receipt/{call_id}", read, spend::receipt::read_receipt),
        get("/spend/keys", read, spend::keys::list_keys_by_spend),
        get("/spend/users", read, spend::users::list_users_by_spend),
        get("/spend/tags", read, spend::tags::list_spend_of_tags),
        post("/spend/calculate", read, spend::calculate::calculate_spend),
        get("/spend/export", read, spend::export::export_spend),
        post("/spend/rerate", Action::SpendRerate, spend::rerate::rerate_spend),
        get("/key/spend/report", read, spend::report::report_key_spend),
        get("/user/spend/report", read, spend::report::report_user_spend),
        get("/team/spend/report", read, spend::report::report_team_spend),
        get("/organization/spend/report", read, spend::report::report_organization_spend),
        get("/provider/budgets", Action::BudgetRead, provider::budgets::read_provider_budgets),
    ]
}

fn global() -> Vec<Route> {
    let read = Action::SpendRead;
    vec![
        get("/global/spend", read, global::spend::total::read_global_spend),
        get("/global/spend/report", read, global::spend::report::report_global_spend),
        get("/global/spend/logs", read, global::spend::logs::list_global_spend_by_day),
        get("/global/spend/keys", read, global::spend::keys::list_top_keys),
        get("/global/spend/teams", read, global::spend::teams::list_spend_of_teams),
        get("/global/spend/models", read, global::spend::models::list_top_models),
        get("/global/spend/tags", read, global::spend::tags::list_global_spend_of_tags),
        get("/global/spend/all_tag_names", read, global::spend::all_tag_names::list_tag_names),
        get("/global/spend/provider", read, global::spend::provider::list_spend_at_providers),
        post("/global/spend/end_users", read, global::spend::end_users::list_top_customers),
        post("/global/spend/reset", Action::SpendReset, global::spend::reset::reset_global_spend),
        get("/global/activity", read, global::activity::read_global_activity),
        get("/global/activity/model", read, global::activity_model::list_activity_of_models),
        get("/global/activity/exceptions", read, global::activity_exceptions::read_exceptions),
        get(
            "/global/activity/exceptions/deployment",
            read,
            global::activity_exceptions::list_exceptions_of_deployments,
        ),
        get("/global/all_end_users", read, global::all_end_users::list_customers_of_calls),
    ]
}

fn access_groups() -> Vec<Route> {
    let written = Action::AccessGroupWrite;
    vec![
        post("/access_group/new", written, access_group::new::create_model_access_group),
        get("/access_group/list", Action::AccessGroupRead, access_group::list::list_model_access_groups),
        get("/access_group/{access_group}/info", Action::AccessGroupRead, access_group::info::read_model_access_group),
        put("/access_group/{access_group}/update", written, access_group::update::update_model_access_group),
        delete("/access_group/{access_group}/delete", written, access_group::delete::delete_model_access_group),
        post("/v1/access_group", written, access_group::unified::create::create_access_group),
        get("/v1/access_group", Action::AccessGroupRead, access_group::unified::list::list_access_groups),
        get(
            "/v1/access_group/{access_group_id}",
            Action::AccessGroupRead,
            access_group::unified::find::read_access_group,
        ),
        put("/v1/access_group/{access_group_id}", written, access_group::unified::update::update_access_group),
        delete("/v1/access_group/{access_group_id}", written, access_group::unified::delete::delete_access_group),
    ]
}

/// LiteLLM's other name for access groups.
fn unified_access_groups() -> Vec<Route> {
    let (written, read) = (Action::AccessGroupWrite, Action::AccessGroupRead);
    let (all, one) = ("/v1/unified_access_group", "/v1/unified_access_group/{access_group_id}");
    let routes = vec![
        post(all, written, access_group::unified::create::create_access_group),
        get(all, read, access_group::unified::list::list_access_groups),
        get(one, read, access_group::unified::find::read_access_group),
        put(one, written, access_group::unified::update::update_access_group),
        delete(one, written, access_group::unified::delete::delete_access_group),
    ];
    routes.into_iter().map(Route::undescribed).collect()
}

fn activity() -> Vec<Route> {
    let of_customers = customer::daily_activity::read_customer_activity;
    let whole_of_customers = customer::daily_activity::read_whole_customer_activity;
    vec![
        get("/user/daily/activity", Action::ActivityRead, user::daily_activity::read_daily_activity),
        get("/user/daily/activity/aggregated", Action::ActivityRead, user::daily_activity::read_whole_daily_activity),
        get("/team/daily/activity", Action::ActivityRead, team::daily_activity::read_team_activity),
        get("/team/daily/activity/aggregated", Action::ActivityRead, team::daily_activity::read_whole_team_activity),
        get(
            "/organization/daily/activity",
            Action::ActivityRead,
            organization::daily_activity::read_organization_activity,
        ),
        get(
            "/organization/daily/activity/aggregated",
            Action::ActivityRead,
            organization::daily_activity::read_whole_organization_activity,
        ),
        get("/customer/daily/activity", Action::CustomerRead, of_customers),
        get("/end_user/daily/activity", Action::CustomerRead, of_customers).undescribed(),
        get("/customer/daily/activity/aggregated", Action::CustomerRead, whole_of_customers),
        get("/end_user/daily/activity/aggregated", Action::CustomerRead, whole_of_customers).undescribed(),
        get("/tag/daily/activity", Action::TagRead, tag::daily_activity::read_tag_activity),
        get("/tag/daily/activity/aggregated", Action::TagRead, tag::daily_activity::read_whole_tag_activity),
    ]
}

fn audit() -> Vec<Route> {
    vec![
        get("/audit", Action::AuditRead, audit::list::list_audit_logs),
        get("/audit/{id}", Action::AuditRead, audit::info::read_audit_log),
    ]
}

fn settings() -> Vec<Route> {
    vec![
        get("/get/allowed_ips", Action::SettingsRead, allowed_ip::list::list_allowed_ips),
        post("/add/allowed_ip", Action::SettingsWrite, allowed_ip::add::add_allowed_ip),
        post("/delete/allowed_ip", Action::SettingsWrite, allowed_ip::delete::delete_allowed_ip),
    ]
}

/// A line of the list above: what the router needs, what a caller wants to do there, and what the API description is compared
/// with.
struct Route {
    #[cfg_attr(not(test), expect(dead_code, reason = "only the comparison with the API description asks"))]
    method: &'static str,
    path: &'static str,
    action: Action,
    serve: MethodRouter<App>,
    #[cfg_attr(not(test), expect(dead_code, reason = "only the comparison with the API description asks"))]
    described: Option<&'static str>,
}

impl Route {
    /// Another name of a route that is described under its first.
    fn undescribed(self) -> Self {
        Self { described: None, ..self }
    }

    /// The path as people read it, where the router has to share its beginning with others.
    fn described_as(self, path: &'static str) -> Self {
        Self { described: Some(path), ..self }
    }
}

fn get<H: Handler<T, App>, T: 'static>(path: &'static str, action: Action, handler: H) -> Route {
    Route { method: "get", path, action, serve: axum::routing::get(handler), described: Some(path) }
}

fn post<H: Handler<T, App>, T: 'static>(path: &'static str, action: Action, handler: H) -> Route {
    Route { method: "post", path, action, serve: axum::routing::post(handler), described: Some(path) }
}

fn put<H: Handler<T, App>, T: 'static>(path: &'static str, action: Action, handler: H) -> Route {
    Route { method: "put", path, action, serve: axum::routing::put(handler), described: Some(path) }
}

fn patch<H: Handler<T, App>, T: 'static>(path: &'static str, action: Action, handler: H) -> Route {
    Route { method: "patch", path, action, serve: axum::routing::patch(handler), described: Some(path) }
}

fn delete<H: Handler<T, App>, T: 'static>(path: &'static str, action: Action, handler: H) -> Route {
    Route { method: "delete", path, action, serve: axum::routing::delete(handler), described: Some(path) }
}

/// Method and path of every route that is described: another name of one is not, and a path's wildcards are plain parameters.
#[cfg(test)]
pub(crate) fn listed() -> Vec<(&'static str, String)> {
    let described = all().into_iter().filter_map(|route| Some((route.method, route.described?)));
    described.map(|(method, path)| (method, path.replace("{*", "{"))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_route_is_in_a_table_of_who_may_use_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/manage/matrix");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let tables = files.filter(|file| file.extension().is_some_and(|extension| extension == "txt"));
        let tables: Vec<_> = tables.map(|file| std::fs::read_to_string(file).unwrap()).collect();
        let lines = tables.iter().flat_map(|table| table.lines());
        let lines = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()));
        let asked: BTreeSet<_> = lines
            .map(|line| {
                let (method, rest) = line.split_once(' ').unwrap();
                format!("{method} {}", rest.split([' ', '?']).next().unwrap())
            })
            .collect();
        let routes = all().into_iter().map(|route| {
            let path = route.described.unwrap_or(route.path).replace("{*", "{");
            format!("{} {path}", route.method.to_uppercase())
        });
        let routes: BTreeSet<_> = routes.collect();
        let advice = "write who may use it into crates/server/tests/it/manage/matrix/<noun>.txt";
        let missing: Vec<_> = routes.difference(&asked).collect();
        assert!(missing.is_empty(), "{missing:?}: {advice}");
        let unknown: Vec<_> = asked.difference(&routes).collect();
        assert!(unknown.is_empty(), "{unknown:?} are no routes: {advice}");
    }
}
