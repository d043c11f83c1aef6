//! `GET /customer/list`.

use serde_json::{Value, json};

use super::NAMES;
use crate::app::{MASTER, TestApp, on_both};

on_both![pages_and_searches,];

async fn pages_and_searches(app: TestApp) {
    for (id, alias) in [("c", "Third"), ("a", "First"), ("b", "50%")] {
        app.post(MASTER, "/customer/new", json!({"user_id": id, "alias": alias, "max_budget": 1})).await;
    }
    let ids = |list: &Value| -> Vec<_> {
        list.as_array().unwrap().iter().map(|row| row["user_id"].as_str().unwrap().to_owned()).collect()
    };
    for name in NAMES {
        for (query, found) in [
            ("", &["a", "b", "c"][..]),
            ("?page_size=2", &["a", "b"]),
            ("?page_size=2&page=2", &["c"]),
            ("?page=2", &[]),
            ("?search=FIRST", &["a"]),
            ("?search=c", &["c"]),
            ("?search=%25", &["b"]),
        ] {
            let (_, list) = app.get(MASTER, &format!("{name}/list{query}")).await;
            assert_eq!(ids(&list), found, "{query}");
        }
        let (_, list) = app.get(MASTER, &format!("{name}/list?page_size=1")).await;
        assert_eq!(list[0]["litellm_budget_table"]["max_budget"], 1.0);
        for (query, param) in [("page=0", "page"), ("page_size=101", "page_size"), ("size=1", "size")] {
            assert_eq!(app.get(MASTER, &format!("{name}/list?{query}")).await.1["error"]["param"], param);
        }
    }
}
