//! Documents: beside the messages at Cohere, in what the user says in the conversation.

use super::*;
use crate::chat::{Citation, Location, Media, MediaSource, SearchResult};
use crate::json::Raw;

fn document(text: &str, name: Option<&str>, citations: bool) -> Part {
    let source = MediaSource::Text(text.to_owned());
    let media = Media { source, detail: None, name: name.map(str::to_owned) };
    Part::Document { media, context: None, citations, cache: None }
}

fn pieces(texts: &[&str]) -> Part {
    let source = MediaSource::Texts(texts.iter().map(|text| (*text).to_owned()).collect());
    Part::Document { media: Media { source, detail: None, name: None }, context: None, citations: true, cache: None }
}

fn found(citations: bool) -> Part {
    Part::SearchResult(SearchResult {
        source: "https://x".to_owned(),
        title: "T".to_owned(),
        texts: vec!["a".to_owned(), "b".to_owned()],
        citations,
        cache: None,
    })
}

#[test]
fn documents_of_a_client_stand_in_front_of_what_the_user_says_last() {
    let body = |messages: &str, fields: &str| {
        format!(
            r#"{{"model":"m","messages":[{messages}],"documents":["a",{{"id":"x","data":{{"text":"b","title":"T"}}}}]{fields}}}"#
        )
    };
    let (a, b) = (document("a", None, true), document("b", Some("T"), true));
    let first = r#"{"role":"user","content":"1"}"#;
    let read_one = read(&body(&format!(r#"{first},{{"role":"assistant","content":"x"}},{first}"#), "")).unwrap();
    assert_eq!(read_one.messages[2], user(vec![a.clone(), b.clone(), Part::text("1")]));
    assert_eq!(read_one.messages[0], says(Role::User, "1"));
    for (path, expected) in [
        ("messages[2].parts[1].document", "documents[1].document"),
        ("messages[2].parts[2].text", "messages[2].text"),
        ("document.citations", "document.citations"),
    ] {
        assert_eq!(read_one.in_words_of(crate::Dialect::OpenAiChat, path), expected);
    }
    // results of tools are not what the user says
    let tool = r#"{"role":"tool","tool_call_id":"1","content":"x"}"#;
    let before_results = read(&body(&format!("{first},{tool}"), "")).unwrap();
    assert_eq!(before_results.messages[0].parts.len(), 3);
    // a user who says nothing
    let alone = read(&body(r#"{"role":"system","content":"s"},{"role":"assistant","content":"x"}"#, "")).unwrap();
    assert_eq!(alone.messages[1], user(vec![a, b]));
    let uncited = read(&body(first, r#","citation_options":{"mode":"OFF"}"#)).unwrap();
    assert_eq!(uncited.messages[0].parts[0], document("a", None, false));
    // that Cohere cites by itself is no wish of the client's
    let by_default = vec!["document.citations"];
    for (fields, by_default) in [
        ("", by_default.clone()),
        (r#","citation_options":{}"#, by_default.clone()),
        (r#","citation_options":null"#, by_default),
        (r#","citation_options":{"mode":"ENABLED"}"#, vec![]),
        (r#","citation_options":{"mode":"OFF"}"#, vec![]),
    ] {
        assert_eq!(read(&body(first, fields)).unwrap().by_default, by_default, "{fields}");
    }
    assert_eq!(read(&with("")).unwrap().by_default, [""; 0]);
}

#[test]
fn what_is_to_be_cited_stands_beside_the_messages() {
    let messages = vec![
        user(vec![document("not cited", Some("N"), false), document("d", Some("T"), true), pieces(&["p", "q"])]),
        says(Role::Assistant, "ok"),
        user(vec![found(true), Part::text("Hi"), found(false)]),
    ];
    insta::assert_snapshot!(body(&request(messages)), @r#""messages":[{"role":"user","content":"N\n\nnot cited"},{"role":"assistant","content":"ok"},{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"text","text":"T\nhttps://x\n\na\nb"}]}],"documents":[{"id":"doc:1","data":{"title":"T","text":"d"}},{"id":"doc:2:0","data":{"text":"p"}},{"id":"doc:2:1","data":{"text":"q"}},{"id":"result:0:0","data":{"title":"T","url":"https://x","text":"a"}},{"id":"result:0:1","data":{"title":"T","url":"https://x","text":"b"}}]}"#);
}

#[test]
fn a_user_who_only_shows_documents_says_nothing_else() {
    let messages = vec![user(vec![document("d", None, true)]), says(Role::User, "Hi")];
    insta::assert_snapshot!(body(&request(messages)), @r#""messages":[{"role":"user","content":"Hi"}],"documents":[{"id":"doc:0","data":{"text":"d"}}]}"#);
}

#[test]
fn results_of_tools_hold_documents() {
    let json = |text: &str| Part::Json(Raw::parse(text).unwrap());
    let parts = vec![found(false), document("d", None, false), json(r#"{"n": 1.0}"#), json("[1]"), Part::text("t")];
    let messages = vec![
        says(Role::User, "Hi"),
        Message::new(Role::Assistant, vec![call("1")]),
        user(vec![result("1", parts), document("e", None, true)]),
    ];
    insta::assert_snapshot!(body(&request(messages)), @r#""messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":[{"type":"document","document":{"id":"result:0:0","data":{"title":"T","url":"https://x","text":"a"}}},{"type":"document","document":{"id":"result:0:1","data":{"title":"T","url":"https://x","text":"b"}}},{"type":"document","document":{"id":"doc:0","data":{"text":"d"}}},{"type":"document","document":{"data":{"n": 1.0}}},{"type":"text","text":"[1]"},{"type":"text","text":"t"}]}],"documents":[{"id":"doc:1","data":{"text":"e"}}]}"#);
}

#[test]
fn what_an_answer_rested_on_is_handed_back() {
    let at = |location| Citation { quotes: vec!["q".to_owned()], location: Some(location), ..Citation::default() };
    let text = |text: &str, location| Part::Text { text: text.to_owned(), citations: vec![at(location)], cache: None };
    let parts = vec![
        text("é", Location::Characters { document: 0, start: 1, end: 2 }),
        Part::Thinking(crate::chat::Thinking::Plain { text: "t".to_owned(), signature: None }),
        Part::text("I "),
        text("look", Location::SearchResult { result: 1, start: 2, end: 3 }),
        call("1"),
    ];
    insta::assert_snapshot!(body(&request(vec![Message::new(Role::Assistant, parts)])), @r#""messages":[{"role":"assistant","content":[{"type":"text","text":"é"},{"type":"thinking","thinking":"t"}],"tool_plan":"I look","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}],"citations":[{"start":0,"end":1,"text":"é","sources":[{"type":"document","id":"doc:0","document":{"text":"q"}}],"content_index":0,"type":"TEXT_CONTENT"},{"start":2,"end":6,"text":"look","sources":[{"type":"document","id":"result:1:2","document":{"text":"q"}}],"type":"PLAN"}]}]}"#);
}
