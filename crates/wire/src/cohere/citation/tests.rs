//! Citations, read, cut and written.

use super::*;

fn told(text: &str) -> Told {
    read(serde_json::from_str(text).unwrap()).unwrap()
}

fn texts(parts: &[Part]) -> Vec<(&str, usize)> {
    let texts = parts.iter().map(|part| match part {
        Part::Text { text, citations, .. } => (text.as_str(), citations.len()),
        other => panic!("{other:?}"),
    });
    texts.collect()
}

#[test]
fn a_text_is_cut_where_its_citations_begin_and_end() {
    let source = r#""sources":[{"type":"document","id":"doc:0","document":{"text":"q"}}]"#;
    let at = |start: usize, end: usize, text: &str| {
        told(&format!(r#"{{"start":{start},"end":{end},"text":"{text}",{source}}}"#))
    };
    let text = "é cited, other.";
    for (citations, expected) in [
        (vec![at(9, 14, "other"), at(2, 7, "cited")], vec![("é ", 0), ("cited", 1), (", ", 0), ("other", 1), (".", 0)]),
        (vec![at(0, 1, "é"), at(0, 1, "é")], vec![("é", 2), (" cited, other.", 0)]),
        (vec![at(0, 15, text)], vec![(text, 1)]),
        // they overlap, point elsewhere, or behind the end
        (vec![at(2, 7, "cited"), at(4, 8, "ted,")], vec![(text, 2)]),
        (vec![at(2, 7, "other")], vec![(text, 1)]),
        (vec![at(9, 99, "other")], vec![(text, 1)]),
        (vec![at(7, 2, "")], vec![(text, 1)]),
        (vec![], vec![(text, 0)]),
    ] {
        assert_eq!(texts(&cut(text.to_owned(), citations)), expected);
    }
}

#[test]
fn sources_are_read_by_what_they_tell() {
    let quotes = |text: &str| vec![text.to_owned()];
    let some = |text: &str| Some(text.to_owned());
    for (source, expected) in [
        (
            r#"{"type":"document","id":"doc:2","document":{"id":"doc:2","text":"abc","title":"T"}}"#,
            chat::Citation {
                title: some("T"),
                source: None,
                quotes: quotes("abc"),
                location: Some(Location::Characters { document: 2, start: 0, end: 3 }),
            },
        ),
        (
            r#"{"type":"document","id":"result:0:1","document":{"text":"abc","title":"T","url":"https://x"}}"#,
            chat::Citation {
                title: some("T"),
                source: some("https://x"),
                quotes: quotes("abc"),
                location: Some(Location::SearchResult { result: 0, start: 1, end: 2 }),
            },
        ),
        (
            r#"{"type":"tool","id":"f_1:0","tool_output":{"n": 1.0}}"#,
            chat::Citation { source: some("f_1:0"), quotes: quotes(r#"{"n": 1.0}"#), ..chat::Citation::default() },
        ),
        (
            r#"{"type":"tool","id":"f_1:0","tool_output":{"url":"https://x","content":"c"}}"#,
            chat::Citation {
                quotes: quotes("c"),
                location: Some(Location::Web { url: "https://x".to_owned() }),
                ..chat::Citation::default()
            },
        ),
        (
            r#"{"type":"document","id":"mine","document":{"id":"mine","url":"https://x"}}"#,
            chat::Citation {
                location: Some(Location::Web { url: "https://x".to_owned() }),
                ..chat::Citation::default()
            },
        ),
        (r#"{"type":"document","id":"mine"}"#, chat::Citation { source: some("mine"), ..chat::Citation::default() }),
    ] {
        let told = told(&format!(r#"{{"start":0,"end":1,"sources":[{source},7]}}"#));
        assert_eq!(told.citations, [expected], "{source}");
    }
}

#[test]
fn what_is_written_names_the_documents_of_the_client() {
    let at = |location| chat::Citation {
        title: Some("T".to_owned()),
        quotes: vec!["a".to_owned(), "b".to_owned()],
        location,
        ..chat::Citation::default()
    };
    let citations = [
        at(Some(Location::Pages { document: 0, start: 1, end: 2 })),
        at(Some(Location::Blocks { document: 1, start: 3, end: 4 })),
        at(Some(Location::Web { url: "https://x".to_owned() })),
        at(None),
    ];
    let echo = Echo::of(r#"{"documents":[{"id":"mine","data":{"n": 1.0}}]}"#);
    let written = Written::of("hé", &citations, 3, Some(1), &echo);
    insta::assert_snapshot!(serde_json::to_string(&written).unwrap(), @r#"{"start":3,"end":5,"text":"hé","sources":[{"type":"document","id":"mine","document":{"n": 1.0}},{"type":"document","id":"doc:1:3","document":{"title":"T","text":"ab"}},{"type":"document","id":"https://x","document":{"title":"T","url":"https://x","text":"ab"}},{"type":"document","document":{"title":"T","text":"ab"}}],"content_index":1,"type":"TEXT_CONTENT"}"#);
    assert!(Written::of("x", &[], 0, None, &echo).is_none());
}

#[test]
fn what_cannot_be_read_is_no_citation() {
    for text in ["3", r#"{"start":-1}"#, r#"{"sources":7}"#] {
        assert!(read(serde_json::from_str(text).unwrap()).is_none(), "{text}");
    }
}
