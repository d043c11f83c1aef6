//! What one tenant saw is nothing to another: every id that the admins of ours read in any answer, put by the admin of theirs
//! wherever a route takes an id, is answered like an id that nothing has, byte for byte.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use super::table::{self, NOUNS};
use super::world::{Request, World, names};
use crate::app::{TestApp, on_both};

on_both![what_one_tenant_saw_does_not_exist_for_another,];

/// Where ids stand that no line of the tables has: in filters, and in fields that say to what something is to belong.
const ELSEWHERE: &[&str] = &[
    "GET /key/list?user_id={user_id}&return_full_object=true",
    "GET /key/list?organization_id={organization_id}",
    "GET /key/list?project_id={project_id}",
    "GET /key/list?key_hash={key}",
    "GET /key/aliases?team_id={team_id}",
    "GET /user/list?user_ids={user_id}",
    "GET /user/list?team={team_id}",
    "GET /user/list?organization_ids={organization_id}",
    "GET /user/filter/ui?user_id={user_id}",
    "GET /user/filter/ui?team_id={team_id}",
    "GET /team/list?user_id={user_id}",
    "GET /team/list?organization_id={organization_id}",
    "GET /v2/team/list?team_id={team_id}",
    "GET /v2/team/list?user_id={user_id}",
    "GET /v2/team/list?organization_id={organization_id}",
    "GET /organization/list?org_id={organization_id}",
    "GET /v2/model/info?modelId={model_id}",
    "GET /v2/model/info?teamId={team_id}",
    "GET /model/info?litellm_model_id={model_id}",
    "GET /spend/logs?request_id={key}",
    "GET /spend/logs/v2?team_id={team_id}",
    "GET /spend/logs/v2?user_id={user_id}",
    "GET /spend/users?user_id={user_id}",
    "GET /spend/export?start_date=2026-01-01&end_date=2026-01-02&team_id={team_id}",
    "GET /spend/export?start_date=2026-01-01&end_date=2026-01-02&organization_id={organization_id}",
    "GET /global/spend/report?start_date=2026-01-01&end_date=2026-01-02&team_id={team_id}",
    "GET /global/spend/report?start_date=2026-01-01&end_date=2026-01-02&internal_user_id={user_id}",
    "GET /global/spend/report?start_date=2026-01-01&end_date=2026-01-02&api_key={key}",
    "GET /global/spend/logs?api_key={key}",
    "POST /key/generate {\"organization_id\": \"{organization_id}\"}",
    "POST /key/generate {\"team_id\": \"{team_id}\", \"project_id\": \"{project_id}\"}",
    "POST /key/generate {\"budget_id\": \"{budget_id}\"}",
    "POST /key/update {\"key\": \"{key}\", \"team_id\": \"{team_id}\"}",
    "POST /key/update {\"key\": \"{key}\", \"user_id\": \"{user_id}\"}",
    "POST /key/update {\"key\": \"{key}\", \"project_id\": \"{project_id}\"}",
    "POST /key/update {\"key\": \"{key}\", \"organization_id\": \"{organization_id}\"}",
    "POST /key/update {\"key\": \"{key}\", \"budget_id\": \"{budget_id}\"}",
    "POST /key/delete {\"key_aliases\": [\"{key}\"]}",
    "POST /v2/key/info {\"key_aliases\": [\"{key}\"]}",
    "POST /team/key/bulk_update {\"team_id\": \"{team_id}\", \"key_ids\": [\"{key}\"], \"update_fields\": {\"rpm_limit\": 9}}",
    "POST /user/new {\"organizations\": [\"{organization_id}\"], \"teams\": [\"{team_id}\"]}",
    "POST /user/new {\"user_id\": \"{user_id}\", \"organizations\": [\"{organization_id}\"]}",
    "POST /user/update {\"user_email\": \"{user_id}\", \"user_alias\": \"a\"}",
    "POST /team/update {\"team_id\": \"{team_id}\", \"organization_id\": \"{organization_id}\"}",
    "POST /team/new {\"organization_id\": \"{organization_id}\", \"members_with_roles\": [{\"role\": \"user\", \"user_id\": \"{user_id}\"}]}",
    "POST /team/member_add {\"team_id\": \"{team_id}\", \"member\": {\"role\": \"user\", \"user_email\": \"{user_id}\"}}",
    "POST /organization/member_add {\"organization_id\": \"{organization_id}\", \"member\": {\"role\": \"internal_user\", \"user_id\": \"{user_id}\"}}",
    "POST /team/new {\"team_id\": \"{team_id}\", \"organization_id\": \"{organization_id}\"}",
    "POST /project/new {\"team_id\": \"{team_id}\", \"project_id\": \"{project_id}\"}",
    "POST /project/new {\"team_id\": \"{team_id}\", \"budget_id\": \"{budget_id}\"}",
    "POST /project/update {\"project_id\": \"{project_id}\", \"team_id\": \"{team_id}\"}",
    "POST /project/update {\"project_id\": \"{project_id}\", \"budget_id\": \"{budget_id}\"}",
    "POST /model/new {\"model_name\": \"m\", \"litellm_params\": {\"model\": \"openai/gpt-5\", \"api_key\": \"sk-own\"}, \"model_info\": {\"id\": \"{model_id}\", \"team_id\": \"{team_id}\"}}",
    "POST /model/update {\"id\": \"{model_id}\", \"model_info\": {\"team_id\": \"{team_id}\"}}",
];

async fn what_one_tenant_saw_does_not_exist_for_another(app: TestApp) {
    let world = World::new(&app, 0).await;
    // there are models then
    for about in ["-", "ours", "theirs"] {
        world.value(&app, "model_id", about, "none").await;
    }
    let ids = seen_by_ours(&app, &world).await;
    for expected in ["guest-ours-0", "team-ours-0", "organization-ours-0", "project-ours-0", "model-ours-0"] {
        assert!(ids.contains(expected), "{expected} is not in {ids:?}");
    }
    let stranger = world.key("stranger").unwrap();
    let mut routes: BTreeSet<_> = ELSEWHERE.iter().copied().collect();
    let tables: Vec<_> = NOUNS.iter().map(table::read).collect();
    routes.extend(tables.iter().flat_map(table::Table::routes).map(|route| route.asked));
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for route in routes {
        for name in names(route).into_iter().filter(|name| *name != "new") {
            let mut template = route.to_owned();
            for other in names(route).into_iter().filter(|other| *other != name && *other != "new") {
                let own = world.value(&app, other, "theirs", "stranger").await;
                template = template.replace(&format!("{{{other}}}"), &own);
            }
            let ask = async |id: &str| {
                let text = template.replace(&format!("{{{name}}}"), id).replace("{new}", "never-made");
                let Request { method, path, body } = Request::read(&text);
                let (status, body) = app.call(&stranger, &method, &path, body).await;
                (status, body.to_string())
            };
            for id in &ids {
                let missing = like(id);
                let (status, answer) = ask(id).await;
                let (status_of_missing, nothing) = ask(&missing).await;
                asked += 1;
                if (status, answer.replace(id, &missing)) != (status_of_missing, nothing.clone()) {
                    wrong.push(format!(
                        "{route}, {name} {id}: {status} {answer:.300}\n  but {status_of_missing} {nothing:.300}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 1_000, "{asked}");
}

/// All ids in all that the admins of our team and organization, and a key of the team, are shown.
async fn seen_by_ours(app: &TestApp, world: &World) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for caller in ["org_admin", "team_admin", "service"] {
        let key = world.key(caller).unwrap();
        ids.insert(key.clone());
        for noun in NOUNS {
            for cell in table::read(noun).asked() {
                let reads = cell.route.starts_with("GET") || cell.route.starts_with("POST /key/generate");
                if cell.caller != caller || cell.about == "theirs" || cell.expected != 200 || !reads {
                    continue;
                }
                let Request { method, path, body } = world.request(app, cell.route, cell.about, caller).await;
                let (status, answer) = app.call(&key, &method, &path, body).await;
                assert_eq!(status, StatusCode::OK, "{answer}");
                collect(&answer, "", &mut ids);
            }
        }
    }
    ids
}

fn collect(answer: &Value, field: &str, ids: &mut BTreeSet<String>) {
    match answer {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| collect(value, name, ids)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, field, ids)),
        Value::String(text) => {
            let names = ["id", "ids", "token", "key", "keys", "alias", "email", "by", "organizations", "teams"];
            let is_id = names.iter().any(|name| field == *name || field.ends_with(&format!("_{name}")));
            // what is masked, and what everybody may know
            let is_anybodys =
                text.contains("...") || text.contains("**") || ["echo", "echo-1", "test"].contains(&text.as_str());
            if is_id && text.len() > 3 && !is_anybodys && !text.contains("model-of-all") {
                ids.insert(text.clone());
            }
        }
        _ => {}
    }
}

/// An id of the same kind that nothing has.
fn like(id: &str) -> String {
    if id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        "0".repeat(64)
    } else if id.starts_with("sk-") {
        "sk-nobody-has-this-one".to_owned()
    } else if id.contains('@') {
        "nobody-has-this@example.org".to_owned()
    } else {
        "nothing-has-this".to_owned()
    }
}
