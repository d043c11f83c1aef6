//! The management API: who may spend what, and what was spent. The folder tree is the URL tree, one file an endpoint.
//!
//! Routes, fields and role rules are LiteLLM's. Whatever of a request is not honoured is refused by name, never ignored.

mod admin;
mod body;
mod duration;
mod instant;
pub(crate) mod key;
mod params;
pub(crate) mod spend;
mod usd;

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;

use crate::app::App;

/// Every route of the management API.
pub(crate) fn routes() -> Router<App> {
    all().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.serve))
}

fn all() -> Vec<Route> {
    vec![
        // keys
        post("/key/generate", key::generate::generate_key),
        get("/key/info", key::info::read_key),
        post("/key/update", key::update::update_key),
        post("/key/delete", key::delete::delete_keys),
        get("/key/list", key::list::list_keys),
        post("/key/block", key::block::block_key),
        post("/key/unblock", key::unblock::unblock_key),
        // spend
        get("/spend/logs", spend::logs::list_spend_logs),
    ]
}

/// A line of the list above: what the router needs, and what the API description is compared with.
struct Route {
    #[cfg_attr(not(test), expect(dead_code, reason = "only the comparison with the API description asks"))]
    method: &'static str,
    path: &'static str,
    serve: MethodRouter<App>,
}

fn get<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Route {
    Route { method: "get", path, serve: axum::routing::get(handler) }
}

fn post<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Route {
    Route { method: "post", path, serve: axum::routing::post(handler) }
}

/// Method and path of every route.
#[cfg(test)]
pub(crate) fn listed() -> Vec<(&'static str, &'static str)> {
    all().into_iter().map(|route| (route.method, route.path)).collect()
}
