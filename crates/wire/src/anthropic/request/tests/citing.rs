//! What is to be cited, what is cited, and what a guardrail is to look at, on their way to Anthropic.

use super::writing::{body, cites, request, texts, written};
use crate::chat::*;
use crate::json::Raw;

#[test]
fn what_is_to_be_cited_and_what_is_cited() {
    let found = SearchResult {
        source: "s".to_owned(),
        title: "t".to_owned(),
        texts: vec!["a".to_owned()],
        citations: true,
        cache: Some(CacheMark { ttl: None }),
    };
    let value = Part::Json(Raw::parse(r#"{ "n": 1.0}"#).unwrap());
    let answered = ToolResult {
        call_id: "a".to_owned(),
        parts: vec![value, Part::SearchResult(SearchResult { citations: false, cache: None, ..found.clone() })],
        is_error: false,
        cache: None,
    };
    let told = Part::Document {
        media: texts(&["a", "b"]),
        context: Some("c".to_owned()),
        citations: true,
        cache: Some(CacheMark { ttl: None }),
    };
    let user = vec![Part::ToolResult(answered), told, Part::SearchResult(found)];
    let assistant = vec![
        cites(Some(Location::Pages { document: 0, start: 1, end: 2 })),
        cites(Some(Location::SearchResult { result: 0, start: 0, end: 1 })),
    ];
    insta::assert_snapshot!(
        body(&request(vec![Message::new(Role::User, user), Message::new(Role::Assistant, assistant)])),
        @r#"{"model":"claude-x","max_tokens":100,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"{ \"n\": 1.0}"},{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"a"}]}]},{"type":"document","source":{"type":"content","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},"context":"c","citations":{"enabled":true},"cache_control":{"type":"ephemeral"}},{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"a"}],"citations":{"enabled":true},"cache_control":{"type":"ephemeral"}}]},{"role":"assistant","content":[{"type":"text","text":"x","citations":[{"type":"page_location","cited_text":"qr","document_index":0,"document_title":"T","start_page_number":1,"end_page_number":2}]},{"type":"text","text":"x","citations":[{"type":"search_result_location","cited_text":"qr","search_result_index":0,"source":"S","title":"T","start_block_index":0,"end_block_index":1}]}]}]}"#
    );
}

#[test]
fn guarded_content_arrives_unguarded() {
    let text = Part::Guarded(Guarded::Text { text: "g".to_owned(), qualifiers: vec!["query".to_owned()] });
    let media = Media { source: MediaSource::Url("u".to_owned()), detail: None, name: None };
    let messages = vec![
        Message::new(Role::System, vec![text.clone()]),
        Message::new(Role::User, vec![text, Part::Guarded(Guarded::Image { media })]),
    ];
    let (body, dropped) = written(&request(messages)).unwrap();
    assert_eq!(
        dropped,
        ["messages[0].parts[0].guarded", "messages[1].parts[0].guarded", "messages[1].parts[1].guarded"]
    );
    insta::assert_snapshot!(body, @r#"{"model":"claude-x","max_tokens":100,"system":"g","messages":[{"role":"user","content":[{"type":"text","text":"g"},{"type":"image","source":{"type":"url","url":"u"}}]}]}"#);
}
