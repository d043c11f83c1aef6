//! Which routes a key may call: LiteLLM's `allowed_routes`, with its names for groups of routes.

use std::borrow::Cow;

/// Names for several routes, as keys and roles list them.
const GROUPS: &[(&str, &[&str])] = &[
    ("llm_api_routes", &["openai_routes", "anthropic_routes", "google_routes", "cohere_routes", "bedrock_routes"]),
    ("openai_routes", OPENAI),
    ("anthropic_routes", &["/v1/messages", "/v1/messages/count_tokens", "/api/event_logging/batch"]),
    ("google_routes", &["/v1beta/models*", "/models/*"]),
    ("cohere_routes", &["/v1/chat", "/v2/chat"]),
    ("bedrock_routes", BEDROCK),
    (
        "passthrough_routes_wildcard",
        &["/bedrock/*", "/anthropic/*", "/gemini/*", "/openai/*", "/vertex_ai/*", "/cohere/*"],
    ),
    ("model_info_routes", &["/model/info", "/v1/model/info", "/v2/model/info", "/model_group/info"]),
    ("info_routes", INFO),
    ("key_management_routes", &["/key/*", "/v2/key/*", "/team/key/*"]),
    ("management_routes", MANAGEMENT),
    (
        "spend_tracking_routes",
        &["/spend/*", "/key/spend/report", "/user/spend/report", "/team/spend/report", "/organization/spend/report"],
    ),
    ("global_spend_tracking_routes", &["/global/*", "/provider/budgets"]),
    ("public_routes", &["/", "/health/liveliness", "/health/liveness", "/health/readiness", "/openapi.json"]),
];

/// What is called of a model. Below `/model/` there are routes that manage them, too.
const BEDROCK: &[&str] = &[
    "/model/*/converse",
    "/model/*/converse-stream",
    "/model/*/invoke",
    "/model/*/invoke-with-response-stream",
    "/model/*/count-tokens",
    "/bedrock/*",
];

const OPENAI: &[&str] = &[
    "/chat/completions",
    "/v1/chat/completions",
    "/completions",
    "/v1/completions",
    "/embeddings",
    "/v1/embeddings",
    "/models",
    "/models/*",
    "/v1/models",
    "/v1/models/*",
    "/responses*",
    "/v1/responses*",
    "/openai/v1/responses*",
    "/engines/*",
    "/openai/deployments/*",
    "/moderations",
    "/v1/moderations",
    "/rerank",
    "/v1/rerank",
    "/v2/rerank",
    "/images/*",
    "/v1/images/*",
    "/audio/*",
    "/v1/audio/*",
    "/files*",
    "/v1/files*",
    "/batches*",
    "/v1/batches*",
    "/realtime*",
    "/v1/realtime*",
    "/utils/token_counter",
    "model_info_routes",
];

const INFO: &[&str] = &[
    "/key/info",
    "/v2/key/info",
    "/key/health",
    "/key/list",
    "/team/info",
    "/team/list",
    "/v2/team/list",
    "/team/available",
    "/organization/info",
    "/organization/list",
    "/project/info",
    "/project/list",
    "/user/info",
    "/v2/user/info",
    "/user/available_roles",
    "/models",
    "/v1/models",
    "/v1/models/*",
    "model_info_routes",
];

const MANAGEMENT: &[&str] = &[
    "key_management_routes",
    "/user/*",
    "/v2/user/*",
    "/team/*",
    "/v2/team/*",
    "/organization/*",
    "/v2/organization/*",
    "/project/*",
    "/customer/*",
    "/end_user/*",
    "/budget/*",
    "/management/*",
    "/tag/*",
    "/model/new",
    "/model/update",
    "/model/*/update",
    "/model/delete",
    "/model/block",
    "/model/unblock",
    "/model_group/*",
    "/access_group/*",
    "/v1/access_group*",
    "/v1/unified_access_group*",
    "/credentials*",
    "/invitation/*",
    "/health/test_connection",
    "/audit*",
    "/get/allowed_ips",
    "/add/allowed_ip",
    "/delete/allowed_ip",
    "model_info_routes",
];

/// Whether a list of routes has this path in it. `path` is as the client wrote it, without its query.
pub fn lists(allowed: &[String], path: &str) -> bool {
    allowed.iter().any(|entry| opens(entry, path))
}

/// An entry is a path, which has all paths below it, a beginning with `*`, a path with `{…}` for one segment, or a group.
fn opens(entry: &str, path: &str) -> bool {
    match GROUPS.iter().find(|(name, _)| *name == entry) {
        Some((_, members)) => members.iter().any(|member| opens_as_member(member, path)),
        None => is_at_or_below(entry, path) || matches(entry, path),
    }
}

/// Groups say of each path whether they have what is below it. A `*` within one is the id of a model at Bedrock, which has
/// slashes in it.
fn opens_as_member(member: &str, path: &str) -> bool {
    if let Some((beginning, end)) = member.split_once("/*/") {
        let rest = path.strip_prefix(beginning).and_then(|rest| rest.strip_suffix(end));
        return rest.is_some_and(|id| id.len() > 2 && id.starts_with('/') && id.ends_with('/'));
    }
    if member.starts_with('/') { matches(member, path) } else { opens(member, path) }
}

fn matches(pattern: &str, path: &str) -> bool {
    if let Some(beginning) = pattern.strip_suffix('*') {
        return path.starts_with(beginning);
    }
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given => {}
            // an entry of a narrower list that ends with `*` has more than one segment
            (Some(wanted), Some(given))
                if wanted.starts_with('{') && wanted.ends_with('}') && !given.is_empty() && !given.ends_with('*') => {}
            _ => return false,
        }
    }
}

fn is_at_or_below(entry: &str, path: &str) -> bool {
    // an entry that is no path, an unknown group's name above all, opens nothing
    let Some(rest) = path.strip_prefix(entry.trim_end_matches('/')) else { return false };
    entry.len() > 1 && entry.starts_with('/') && (rest.is_empty() || rest.starts_with('/'))
}

/// What ends a path of Bedrock Runtime.
const BEDROCK_OPERATIONS: [&str; 5] =
    ["/converse", "/converse-stream", "/invoke", "/invoke-with-response-stream", "/count-tokens"];

/// The path of a pass-through, as lists of pass-throughs name it; `None` for other routes. Bedrock's own paths, which its SDKs
/// use when only the host is changed, are the pass-through without its prefix.
pub fn as_pass_through(path: &str) -> Option<Cow<'_, str>> {
    if path.starts_with("/model/") && BEDROCK_OPERATIONS.iter().any(|operation| path.ends_with(operation)) {
        return Some(Cow::Owned(format!("/bedrock{path}")));
    }
    opens("passthrough_routes_wildcard", path).then_some(Cow::Borrowed(path))
}

/// The routes that LiteLLM's short names for kinds of keys stand for.
pub fn of_key_type(key_type: &str) -> Option<Vec<String>> {
    let group = match key_type {
        "default" => return Some(Vec::new()),
        "llm_api" => "llm_api_routes",
        "management" => "management_routes",
        "read_only" => "info_routes",
        _ => return None,
    };
    Some(vec![group.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_paths_beginnings_templates_and_groups() {
        for (entry, path, expected) in [
            ("/key/info", "/key/info", true),
            ("/key/info", "/key/infos", false),
            ("/key", "/key/info", true),
            ("/key/", "/key/info", true),
            ("/", "/key/info", false),
            ("/v1/mod*", "/v1/models", true),
            ("/*", "/anything", true),
            ("/team/{team_id}/members/me", "/team/t-1/members/me", true),
            ("/team/{team_id}/members/me", "/team//members/me", false),
            ("/team/{team_id}", "/team/t-1/members", false),
            // an entry of another list, which has more in it than one segment
            ("/team/{team_id}", "/team/*", false),
            ("/team/{team_id}", "/team/t*", false),
            ("/model/*/converse", "/model/a/converse", false),
            ("llm_api_routes", "/v1/chat/completions", true),
            ("llm_api_routes", "/bedrock/model/a/converse", true),
            ("llm_api_routes", "/model/a/converse", true),
            ("llm_api_routes", "/model/arn:aws:bedrock:us-east-1:1:prompt-router/a/invoke", true),
            ("llm_api_routes", "/model//converse", false),
            ("llm_api_routes", "/model/converse", false),
            ("llm_api_routes", "/model/new", false),
            ("llm_api_routes", "/model/delete", false),
            ("llm_api_routes", "/model/a/update", false),
            ("llm_api_routes", "/v1/responses/input_tokens", true),
            ("llm_api_routes", "/model/info", true),
            ("llm_api_routes", "/key/generate", false),
            ("llm_api_routes", "/v1/chat/completions/x", false),
            ("management_routes", "/key/generate", true),
            ("management_routes", "/team/key/bulk_update", true),
            ("management_routes", "/model/a/update", true),
            ("management_routes", "/model/a/converse", false),
            ("management_routes", "/v1/chat/completions", false),
            ("info_routes", "/key/info", true),
            ("info_routes", "/key/generate", false),
            ("no_such_group", "/key/info", false),
            ("", "/key/info", false),
        ] {
            assert_eq!(lists(&[entry.to_owned()], path), expected, "{entry} {path}");
        }
        assert!(!lists(&[], "/key/info"));
    }

    #[test]
    fn bedrock_is_passed_through_under_either_path() {
        for (path, expected) in [
            ("/bedrock/model/a/converse", Some("/bedrock/model/a/converse")),
            ("/model/a/invoke", Some("/bedrock/model/a/invoke")),
            ("/model/arn:a/b/converse-stream", Some("/bedrock/model/arn:a/b/converse-stream")),
            ("/model/new", None),
            ("/model/a/update", None),
            ("/v1/chat/completions", None),
        ] {
            assert_eq!(as_pass_through(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn groups_name_only_groups_that_exist() {
        for (group, members) in GROUPS {
            for member in *members {
                let known = member.starts_with('/') || GROUPS.iter().any(|(name, _)| name == member);
                assert!(known && member != group, "{group}: {member}");
            }
        }
        for key_type in ["llm_api", "management", "read_only"] {
            let routes = of_key_type(key_type).unwrap();
            assert!(GROUPS.iter().any(|(name, _)| routes == [*name]), "{key_type}");
        }
        assert_eq!((of_key_type("default"), of_key_type("admin")), (Some(Vec::new()), None));
    }
}
