//! Who may use which route about what: every cell of the tables in this folder, asked of a gateway.
//!
//! A table is a file a noun. A route stands there as it is asked, `{…}` in the place of what it is about, and below it a line
//! for each kind of that: `own`, the caller's; `mates`, somebody else's in the caller's team; `ours`, of the caller's tenant;
//! `barred`, the same, and blocked by an administrator; `theirs`, of another tenant; `-`, what no tenant has. Each column is a caller (`World::key`). What a caller may not see
//! does not exist for it: the status is the one of an id that nothing has.
//!
//! That every route of the gateway is in a table is tested beside the list of routes, in `manage/mod.rs`.

mod book;
mod replay;
mod table;
mod world;

use std::fmt::Write as _;
use std::path::Path;

use http::{Request, StatusCode};
use serde_json::json;

use self::table::{Asked, NOUNS};
pub(super) use self::world::{World, hash_of};
use crate::app::{TestApp, on_both};

on_both![every_answer_is_as_the_tables_say, who_may_not_come_in_learns_nothing_of_bodies,];

async fn every_answer_is_as_the_tables_say(app: TestApp) {
    let mut world = World::new(&app, 0).await;
    let mut wrong = String::new();
    for noun in NOUNS {
        for Asked { route, about, caller, expected } in table::read(noun).asked() {
            let request = world.request(&app, route, about, caller).await;
            let mut head = Request::builder().method(request.method.as_str()).uri(&request.path);
            if let Some(key) = world.key(caller) {
                head = head.header("authorization", format!("Bearer {key}"));
            }
            let (head, body) = app.answer(head, request.body).await;
            if head.status.as_u16() != expected {
                let body = String::from_utf8_lossy(&body);
                writeln!(wrong, "{route}, {about}, {caller}: {}, not {expected}: {body:.300}", head.status).unwrap();
            }
            if head.status.is_success() && request.method != "GET" {
                world = World::new(&app, world.number + 1).await;
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

async fn who_may_not_come_in_learns_nothing_of_bodies(app: TestApp) {
    let world = World::new(&app, 0).await;
    for noun in NOUNS {
        for Asked { route, about, caller, expected } in table::read(noun).asked() {
            if expected != 401 {
                continue;
            }
            let request = world.request(&app, route, about, caller).await;
            let keys = match world.key(caller) {
                Some(key) => vec![format!("Bearer {key}")],
                None => ["Bearer sk-nobody-has-this-one", "Bearer nonsense", ""].map(str::to_owned).to_vec(),
            };
            for key in keys {
                let head = Request::builder().method(request.method.as_str()).uri(&request.path);
                let (status, error) = app.send(head.header("authorization", &key), "{\"no\": 1}".to_owned()).await;
                let refused = (StatusCode::UNAUTHORIZED, &json!("auth_error"));
                assert_eq!((status, &error["error"]["type"]), refused, "{route} {caller} {key}: {error}");
            }
        }
    }
}

#[test]
fn the_book_says_who_may_do_what() {
    let page = book::page();
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/rights.md");
    if std::fs::read_to_string(&place).unwrap_or_default() != page {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rights.md");
        std::fs::write(&fresh, page).unwrap();
        panic!("read {} and, if it is right, copy it over docs/generated/rights.md", fresh.display());
    }
}
