//! `GET /key/list`.

use serde_json::{Value, json};

use crate::app::{MASTER, TestApp, on_both};

on_both![pages_filters_and_sorts,];

async fn pages_filters_and_sorts(app: TestApp) {
    let mut hashes = Vec::new();
    for n in 0..12 {
        app.engine.clock.advance(1);
        let body = json!({"key_alias": format!("k{n:02}"), "user_id": format!("u{}", n % 2), "max_budget": 12 - n});
        hashes.push(app.generate(body).await.1);
    }
    let newest_first: Vec<Value> = hashes.iter().rev().map(|hash| json!(hash)).collect();
    for (query, keys, total, page, pages) in [
        ("", &newest_first[..10], 12, 1, 2),
        ("?page=2", &newest_first[10..], 12, 2, 2),
        ("?page=3", &[], 12, 3, 2),
        ("?size=5&page=3", &newest_first[10..], 12, 3, 3),
        ("?key_alias=k11", &newest_first[..1], 1, 1, 1),
        ("?user_id=u1&size=1", &newest_first[..1], 6, 1, 6),
        ("?sort_by=max_budget&sort_order=asc&size=1", &newest_first[..1], 12, 1, 12),
        ("?key_alias=none", &[], 0, 1, 0),
    ] {
        let (_, list) = app.get(MASTER, &format!("/key/list{query}")).await;
        let expected = json!({"keys": keys, "total_count": total, "current_page": page, "total_pages": pages});
        assert_eq!(list, expected, "{query}");
    }
    let (_, list) = app.get(MASTER, &format!("/key/list?return_full_object=true&key_hash={}", hashes[3])).await;
    assert_eq!((&list["keys"][0]["token"], &list["keys"][0]["key_alias"]), (&json!(hashes[3]), &json!("k03")));
}
