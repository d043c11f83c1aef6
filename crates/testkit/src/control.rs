//! Routes for tests that run in another process: the log, and scripts to push. They are not logged.
//!
//! `GET /testkit/log` · `POST /testkit/script` (a `Script` as JSON)

use http::Method;
use http::request::Parts;

use crate::json::Object;
use crate::shared::Shared;
use crate::write::{Answer, openai_chat};

pub(crate) fn answer(shared: &Shared, head: &Parts, body: &[u8]) -> Option<Answer> {
    let route = head.uri.path().strip_prefix("/testkit/")?;
    Some(match (&head.method, route) {
        (&Method::GET, "log") => {
            let log = serde_json::to_string(&shared.log.served()).unwrap_or_default();
            Answer::json(log)
        }
        (&Method::POST, "script") => match serde_json::from_slice(body) {
            Ok(script) => {
                shared.scripts.push(script);
                Answer::reply(&Object::new().with("waiting", shared.scripts.waiting()), None)
            }
            Err(error) => openai_chat::error(400, &format!("bad script: {error}")),
        },
        _ => openai_chat::no_such_route(head.method.as_str(), head.uri.path()),
    })
}
