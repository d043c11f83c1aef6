//! One request, as numbers choose it.

use serde_json::{Map, Value, json};

use super::known::Known;

/// Which key asks, for which route, with what in its fields.
#[derive(Clone, Debug)]
pub(super) struct Step(pub(super) [u16; 12]);

#[derive(Debug)]
pub(super) struct Asked {
    pub(super) key: String,
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: Value,
}

/// Routes that change something, with the fields that they need and others that they take.
const ROUTES: &[(&str, &[&str], &[&str])] = &[
    ("POST /key/generate", &[], KEY),
    ("POST /key/generate", &["team_id"], KEY),
    ("POST /key/generate", &["team_id", "user_id"], KEY),
    ("POST /key/service-account/generate", &["team_id"], KEY),
    ("POST /key/update", &["key"], KEY),
    ("POST /key/update", &["key"], KEY),
    ("POST /key/bulk_update", &["keys_with_changes"], &[]),
    ("POST /team/key/bulk_update", &["team_id", "key_ids", "update_fields"], &[]),
    ("POST /team/key/bulk_update", &["team_id", "all_keys_in_team", "update_fields"], &[]),
    ("POST /key/regenerate", &["key"], REGENERATED),
    ("POST /key/{key}/regenerate", &[], REGENERATED),
    ("POST /key/{key}/reset_spend", &["reset_to"], &[]),
    ("POST /key/block", &["key"], &[]),
    ("POST /key/unblock", &["key"], &[]),
    ("POST /key/delete", &["keys"], &[]),
    ("POST /user/new", &["organizations"], USER),
    ("POST /user/new", &["organizations", "teams"], USER),
    ("POST /user/update", &["user_id"], USER),
    ("POST /user/bulk_update", &["users_with_changes"], &[]),
    ("POST /user/delete", &["user_ids"], &[]),
    ("POST /team/new", &["organization_id"], TEAM),
    ("POST /team/new", &["organization_id", "members_with_roles"], TEAM),
    ("POST /team/update", &["team_id"], TEAM),
    ("POST /team/update", &["team_id", "organization_id"], &[]),
    ("PATCH /team/{team_id}", &[], TEAM),
    ("POST /team/delete", &["team_ids"], &[]),
    ("POST /team/member_add", &["team_id", "member"], MEMBER),
    ("POST /team/bulk_member_add", &["team_id", "members"], &["max_budget_in_team"]),
    ("POST /team/member_update", &["team_id", "user_id"], MEMBER),
    ("POST /team/member_delete", &["team_id", "user_id"], &[]),
    ("POST /team/{team_id}/member/{user_id}/reset_spend", &["reset_to"], &[]),
    ("POST /team/{team_id}/member/{user_id}/reset_budget", &[], &[]),
    ("POST /team/model/add", &["team_id", "models"], &[]),
    ("POST /team/model/delete", &["team_id", "models"], &[]),
    ("POST /team/permissions_update", &["team_id", "team_member_permissions"], &[]),
    ("POST /team/permissions_bulk_update", &["team_ids", "permissions_for_all"], &[]),
    ("PATCH /organization/update", &["organization_id"], &["models", "max_budget"]),
    ("PATCH /v2/organization/{organization_id}", &[], &["models", "max_budget"]),
    ("POST /organization/member_add", &["organization_id", "organization_member"], &["max_budget_in_organization"]),
    (
        "PATCH /organization/member_update",
        &["organization_id", "user_id"],
        &["organization_role", "max_budget_in_organization"],
    ),
    ("DELETE /organization/member_delete", &["organization_id", "user_id"], &[]),
    ("POST /project/new", &["team_id"], PROJECT),
    ("POST /project/update", &["project_id"], PROJECT),
    ("POST /project/update", &["project_id", "team_id"], &[]),
    ("POST /invitation/new", &["user_id"], &[]),
    ("POST /budget/update", &["budget_id", "max_budget"], &[]),
    ("POST /spend/rerate", &["model"], &[]),
    ("POST /global/spend/reset", &[], &[]),
    ("POST /model/new", &["model_name", "litellm_params", "model_info"], &[]),
    ("POST /model/update", &["id", "litellm_params"], &["model_info", "model_name"]),
    ("POST /model/block", &["model_id"], &[]),
    ("POST /model/delete", &["id"], &[]),
];

const KEY: &[&str] = &[
    "models",
    "models",
    "duration",
    "max_budget",
    "temp_budget",
    "budget_mode",
    "budget_limits",
    "allowed_routes",
    "key_type",
    "aliases",
    "permissions",
    "metadata",
    "blocked",
    "user_id",
    "team_id",
    "organization_id",
    "project_id",
    "budget_id",
    "access_group_ids",
    "tpm_limit",
    "rpm_limit",
    "key_alias",
    "max_parallel_requests",
    "model_max_budget",
];
const REGENERATED: &[&str] = &[
    "grace_period",
    "new_key",
    "models",
    "duration",
    "max_budget",
    "temp_budget",
    "budget_mode",
    "allowed_routes",
    "key_type",
    "aliases",
    "user_id",
    "team_id",
    "metadata",
    "blocked",
];
const USER: &[&str] = &[
    "user_role",
    "models",
    "max_budget",
    "temp_budget",
    "budget_mode",
    "metadata",
    "user_email",
    "user_alias",
    "team_id",
    "tpm_limit",
    "organization_id",
    "duration",
    "aliases",
    "user_id",
];
const TEAM: &[&str] = &[
    "models",
    "max_budget",
    "temp_budget",
    "budget_mode",
    "model_aliases",
    "blocked",
    "team_member_permissions",
    "default_team_member_models",
    "access_group_ids",
    "team_member_budget",
    "tpm_limit",
    "metadata",
    "organization_id",
    "team_alias",
];
const MEMBER: &[&str] =
    &["role", "max_budget_in_team", "tpm_limit", "allowed_models", "temp_budget", "budget_mode", "model_max_budget"];
const PROJECT: &[&str] =
    &["models", "max_budget", "temp_budget", "budget_mode", "budget_id", "metadata", "blocked", "team_id"];

impl Step {
    pub(super) fn request(&self, known: &Known) -> Asked {
        let mut numbers = self.0.into_iter().map(usize::from);
        let mut next = || numbers.next().unwrap_or_default();
        let key = pick(&known.held, next()).clone();
        let (route, needed, others) = *pick(ROUTES, next());
        let (method, path) = route.split_once(' ').unwrap();
        let mut path = path.to_owned();
        for name in ["key", "team_id", "user_id", "organization_id"] {
            let place = format!("{{{name}}}");
            if path.contains(&place) {
                let value = value(known, name, next());
                path = path.replace(&place, value.as_str().unwrap_or("none"));
            }
        }
        let mut body = Map::new();
        for name in needed {
            set(&mut body, name, value(known, name, next()));
        }
        for _ in 0..3 {
            // as often none as one
            let (which, how) = (next(), next());
            if !others.is_empty() && which % 2 == 0 {
                let name = pick(others, which / 2);
                set(&mut body, name, value(known, name, how));
            }
        }
        Asked { key, method, path, body: Value::Object(body) }
    }
}

fn pick<T>(list: &[T], number: usize) -> &T {
    &list[number % list.len()]
}

/// Some names stand for fields of another name, or for several.
fn set(body: &mut Map<String, Value>, name: &str, value: Value) {
    let name = match name {
        "keys_with_changes" => "keys",
        "users_with_changes" => "users",
        "organization_member" => "member",
        "organization_role" => "role",
        "permissions_for_all" => "permissions",
        "temp_budget" => {
            body.insert("temp_budget_increase".to_owned(), value);
            body.insert("temp_budget_expiry".to_owned(), json!("2030-01-01T00:00:00Z"));
            return;
        }
        name => name,
    };
    body.entry(name).or_insert(value);
}

fn value(known: &Known, name: &str, number: usize) -> Value {
    let of = |list: &[String]| json!(pick(list, number));
    let many = |list: &[String]| json!([pick(list, number)]);
    let (low, high) = (number % 256, number / 256);
    match name {
        "key" => of(&known.keys),
        "keys" | "key_ids" => many(&known.keys),
        "user_id" => of(&known.users),
        "user_ids" => many(&known.users),
        "team_id" => of(&known.teams),
        "team_ids" => many(&known.teams),
        "teams" => {
            let team = pick(&known.teams, high);
            if low % 2 == 0 {
                json!([team])
            } else {
                json!([{"team_id": team, "user_role": "admin", "max_budget_in_team": 900}])
            }
        }
        "organization_id" => of(&known.organizations),
        "organizations" => many(&known.organizations),
        "project_id" => of(&known.projects),
        "budget_id" => of(&known.budgets),
        "id" | "model_id" => of(&known.models),
        "member" => json!({"role": pick(&["user", "admin"], low), "user_id": pick(&known.users, high)}),
        "members" | "members_with_roles" => {
            json!([{"role": pick(&["user", "admin"], low), "user_id": pick(&known.users, high)}])
        }
        "organization_member" => {
            json!({"role": pick(&["org_admin", "internal_user"], low), "user_id": pick(&known.users, high)})
        }
        "keys_with_changes" => json!([{"key": pick(&known.keys, high), "models": ["c"], "max_budget": null}]),
        "users_with_changes" => {
            json!([{"user_id": pick(&known.users, high), "models": ["c"], "user_role": "proxy_admin"}])
        }
        "model_info" => json!({"team_id": pick(&known.teams, number)}),
        _ => pick(&plain(name), number).clone(),
    }
}

/// Fields that name nothing.
fn plain(name: &str) -> Vec<Value> {
    let all = match name {
        "models" | "allowed_models" | "default_team_member_models" => json!([
            [],
            null,
            ["a"],
            ["b"],
            ["c"],
            ["a", "c"],
            ["*"],
            ["all-proxy-models"],
            ["all-team-models"],
            ["no-default-models"],
            ["echo", "all-team-models"],
            ["echo/*"],
        ]),
        "duration" => json!([null, "-1", "30d", "59m", "9000d"]),
        "grace_period" => json!(["", "30d", "1s"]),
        "new_key" => json!([null, "sk-chosen-by-a-caller-1", "sk-of-admin-in-world-0"]),
        "max_budget" | "max_budget_in_team" | "max_budget_in_organization" | "team_member_budget" | "temp_budget" => {
            json!([null, 0, 4, 15, 60, 1_000_000])
        }
        "budget_mode" => json!([null, "hard", "soft"]),
        "reset_to" => json!([0, 3]),
        "budget_limits" => json!([null, [], [{"budget_duration": "1d", "max_budget": 900}]]),
        "allowed_routes" => json!([
            null,
            [],
            ["/*"],
            ["/"],
            ["llm_api_routes"],
            ["management_routes"],
            ["/key/generate"],
            ["/key/*"],
            ["nothing"],
            ["info_routes", "/team"],
        ]),
        "key_type" => json!([null, "default", "llm_api", "management", "read_only"]),
        "aliases" | "model_aliases" => json!([null, {}, {"a": "c"}, {"mine": "b"}, {"mine": "c"}, {"c": "a"}]),
        "permissions" => json!([null, {}, {"get_spend_routes": true}]),
        "metadata" => json!([
            null, {}, {"allowed_routes": ["/*"]}, {"models": ["c"]}, {"model_rpm_limit": {"c": 9}},
            {"team_member_budget_id": "budget-0"}, {"enforced_params": []},
        ]),
        "blocked" | "all_keys_in_team" => json!([true, false, null]),
        "access_group_ids" => json!([null, [], ["group"]]),
        "tpm_limit" | "rpm_limit" | "max_parallel_requests" => json!([null, 1, 1_000_000]),
        "model_max_budget" => json!([null, {}, {"a": {"budget_limit": 900, "time_period": "1d"}}]),
        "user_role" => {
            json!(["proxy_admin", "proxy_admin_viewer", "internal_user", "internal_user_viewer", "org_admin", null])
        }
        "role" => json!(["admin", "user", null]),
        "organization_role" => json!(["org_admin", "internal_user", "internal_user_viewer"]),
        "team_member_permissions" | "permissions_for_all" => {
            json!([
                [],
                ["/key/generate", "/key/update"],
                ["/key/regenerate", "/key/service-account/generate"],
                ["/key/bulk_update", "/team/key/bulk_update", "/key/delete"],
                ["/key/block", "/key/unblock", "/key/{key_id}/reset_spend", "/key/list"]
            ])
        }
        "update_fields" => {
            json!([{"max_budget": null}, {"duration": "9000d"}, {"budget_id": "budget-0"}, {"max_budget": 900},
            {"metadata": {"models": ["c"]}}])
        }
        "user_email" => json!(["admin-0@example.org", "stranger-0@example.org", "nobody@example.org", null]),
        "litellm_params" => json!([{"model": "openai/gpt-5", "api_key": "sk-own"}, {"model": "echo/echo"},
            {"model": "openai/gpt-5", "api_key": "os.environ/HOME"}]),
        "model_name" => json!(["c", "own", "*", "echo"]),
        _ => json!(["a-name", null]),
    };
    let Value::Array(all) = all else { panic!("{name}") };
    all
}
