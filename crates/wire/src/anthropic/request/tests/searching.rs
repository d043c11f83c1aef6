//! Anthropic's search of the web: the tool, and searches in the conversation.

use super::reading::{only_part, with, with_block};
use super::writing::{body, request, written};
use crate::anthropic::request::read;
use crate::chat::*;

#[test]
fn a_search_is_one_part_where_its_call_stood() {
    let search = only_part(
        r#"{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"},"caller":{"type":"direct"}},
           {"type":"text","text":"x"},
           {"type":"web_search_tool_result","tool_use_id":"s","content":[
             {"type":"web_search_result","url":"u","title":"T","page_age":"1 day","encrypted_content":"E"},
             {"type":"web_search_result","url":"v","title":"","encrypted_content":""}]}"#,
    );
    let page = Page {
        url: "u".to_owned(),
        title: Some("T".to_owned()),
        age: Some("1 day".to_owned()),
        encrypted: Some("E".to_owned()),
    };
    let outcome = SearchOutcome::Found(vec![page, Page { url: "v".to_owned(), ..Page::default() }]);
    assert_eq!(
        search,
        Part::WebSearch(WebSearch { id: "s".to_owned(), query: Some("q".to_owned()), outcome: Some(outcome) })
    );
}

/// Looking through all parts for each outcome, this would take minutes.
#[test]
fn any_number_of_outcomes_without_a_call_is_read() {
    let result = r#"{"type":"web_search_tool_result","tool_use_id":"s","content":[]}"#;
    let request = read(&with_block(&vec![result; 200_000].join(","))).unwrap();
    assert_eq!(request.messages[0].parts.len(), 200_000);
}

#[test]
fn the_search_of_the_web_is_read_in_every_version() {
    for version in ["20250305", "20260209", "20260318"] {
        let request = read(&with(&format!(
            r#""tools":[{{"type":"web_search_{version}","name":"web_search","max_uses":3,"allowed_domains":["a"],
            "blocked_domains":null,"user_location":{{"type":"approximate","city":"Oslo","timezone":"Europe/Oslo"}},
            "cache_control":{{"type":"ephemeral"}},"response_inclusion":"full","allowed_callers":["direct"]}},{{"name":"f"}}]"#
        )))
        .unwrap();
        let place =
            Place { city: Some("Oslo".to_owned()), timezone: Some("Europe/Oslo".to_owned()), ..Place::default() };
        let expected = SearchTool {
            max_uses: Some(3),
            allowed_domains: vec!["a".to_owned()],
            place: Some(place),
            cache: Some(CacheMark { ttl: None }),
            ..SearchTool::default()
        };
        assert_eq!((request.web_search, request.tools.len()), (Some(expected), 1), "{version}");
        assert_eq!(request.unmapped, [""; 0]);
    }
}

#[test]
fn the_search_of_the_web_is_written_behind_the_tools() {
    let place = Place { country: Some("NO".to_owned()), region: Some("Oslo".to_owned()), ..Place::default() };
    let tool = SearchTool {
        max_uses: Some(2),
        blocked_domains: vec!["b".to_owned()],
        place: Some(place),
        context_size: Some("medium".to_owned()),
        cache: Some(CacheMark { ttl: Some("1h".to_owned()) }),
        ..SearchTool::default()
    };
    let asked = Request {
        tools: vec![Tool { name: "f".to_owned(), ..Tool::default() }],
        web_search: Some(tool),
        ..request(vec![])
    };
    insta::assert_snapshot!(
        body(&asked),
        @r#"{"model":"claude-x","max_tokens":100,"messages":[],"tools":[{"name":"f","input_schema":{"type":"object","properties":{}}},{"type":"web_search_20250305","name":"web_search","max_uses":2,"blocked_domains":["b"],"user_location":{"type":"approximate","region":"Oslo","country":"NO"},"cache_control":{"type":"ephemeral","ttl":"1h"}}]}"#
    );
    let tool = SearchTool {
        context_size: Some("high".to_owned()),
        cache: Some(CacheMark { ttl: Some("12h".to_owned()) }),
        ..SearchTool::default()
    };
    let asked = Request { web_search: Some(tool), tool_choice: Some(ToolChoice::Auto), ..request(vec![]) };
    let (body, dropped) = written(&asked).unwrap();
    assert_eq!(dropped, ["web_search.context_size", "web_search.cache.ttl"]);
    insta::assert_snapshot!(
        body,
        @r#"{"model":"claude-x","max_tokens":100,"messages":[],"tools":[{"type":"web_search_20250305","name":"web_search","cache_control":{"type":"ephemeral"}}],"tool_choice":{"type":"auto"}}"#
    );
}

#[test]
fn only_a_search_of_its_own_goes_back_to_anthropic() {
    let page = |encrypted: Option<&str>| Page {
        url: "u".to_owned(),
        title: Some("T".to_owned()),
        encrypted: encrypted.map(str::to_owned),
        ..Page::default()
    };
    let found = |pages| Some(SearchOutcome::Found(pages));
    for (id, query, outcome, blocks) in [
        ("srvtoolu_1", Some("q"), found(vec![page(Some("E")), page(Some("F"))]), 2),
        ("srvtoolu_1", Some("q"), found(vec![]), 2),
        ("srvtoolu_1", Some("q"), Some(SearchOutcome::Failed("unavailable".to_owned())), 2),
        ("srvtoolu_1", Some("q"), None, 1),
        ("srvtoolu_1", Some("q"), found(vec![page(Some("E")), page(None)]), 0),
        ("srvtoolu_1", Some("q"), Some(SearchOutcome::Failed("new".to_owned())), 0),
        ("srvtoolu_1", None, found(vec![]), 0),
        ("ws_1", Some("q"), found(vec![]), 0),
    ] {
        let query = query.map(str::to_owned);
        let search = Part::WebSearch(WebSearch { id: id.to_owned(), query, outcome });
        let said = vec![Part::text("a"), search.clone(), Part::text("b")];
        let body = body(&request(vec![Message::new(Role::Assistant, said.clone())]));
        assert_eq!(body.matches("srvtoolu_1").count(), blocks, "{search:?}");
        if blocks > 0 {
            assert_eq!(read(&body).unwrap().messages[0].parts, said);
        }
    }
}
