//! The management API: who may spend what, and what was spent. The folder tree is the URL tree, one file an endpoint.
//!
//! Routes, fields and role rules are LiteLLM's. Whatever of a request is not honoured is refused by name, never ignored.

mod body;
mod duration;
mod fields;
mod instant;
pub(crate) mod key;
mod operator;
mod params;
pub(crate) mod spend;

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
    vec![
        // keys
        post("/key/generate", Action::KeyGenerate, key::generate::generate_key),
        get("/key/info", Action::KeyRead, key::info::read_key),
        post("/key/update", Action::KeyUpdate, key::update::update_key),
        post("/key/delete", Action::KeyDelete, key::delete::delete_keys),
        get("/key/list", Action::KeyRead, key::list::list_keys),
        post("/key/block", Action::KeyBlock, key::block::block_key),
        post("/key/unblock", Action::KeyBlock, key::unblock::unblock_key),
        // spend
        get("/spend/logs", Action::SpendRead, spend::logs::list_spend_logs),
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
}

fn get<H: Handler<T, App>, T: 'static>(path: &'static str, action: Action, handler: H) -> Route {
    Route { method: "get", path, action, serve: axum::routing::get(handler) }
}

fn post<H: Handler<T, App>, T: 'static>(path: &'static str, action: Action, handler: H) -> Route {
    Route { method: "post", path, action, serve: axum::routing::post(handler) }
}

/// Method and path of every route.
#[cfg(test)]
pub(crate) fn listed() -> Vec<(&'static str, &'static str)> {
    all().into_iter().map(|route| (route.method, route.path)).collect()
}
