//! `POST /customer/delete`.

use http::StatusCode;
use serde_json::json;

use super::NAMES;
use crate::app::{MASTER, TestApp, on_both};

on_both![deletes_all_or_none,];

async fn deletes_all_or_none(app: TestApp) {
    for name in NAMES {
        for id in ["a", "b"] {
            app.post(MASTER, &format!("{name}/new"), json!({"user_id": id, "max_budget": 1})).await;
        }
        let path = format!("{name}/delete");
        for (body, expected) in [
            (json!({"user_ids": ["a", "none"]}), StatusCode::NOT_FOUND),
            (json!({"user_ids": []}), StatusCode::BAD_REQUEST),
            (json!({"user_id": "a"}), StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            assert_eq!(app.post(MASTER, &path, &body).await.0, expected, "{body}");
        }
        assert_eq!(app.get(MASTER, "/customer/list").await.1.as_array().unwrap().len(), 2);
        let (status, deleted) = app.post(MASTER, &path, json!({"user_ids": ["b", "a"]})).await;
        let message = "Successfully deleted customers with ids: ['a', 'b']";
        assert_eq!((status, deleted), (StatusCode::OK, json!({"deleted_customers": 2, "message": message})));
        assert_eq!(app.get(MASTER, "/customer/list").await.1, json!([]));
        assert_eq!(app.get(MASTER, "/budget/list").await.1, json!([]), "their own budgets go with them");
    }
}
