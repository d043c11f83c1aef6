//! What answers rest on, read and written.

use super::*;
use crate::chat::{Citation, Location, Page, SearchOutcome, WebSearch};

fn web(url: &str, title: Option<&str>) -> Citation {
    Citation {
        title: title.map(str::to_owned),
        location: Some(Location::Web { url: url.to_owned() }),
        ..Citation::default()
    }
}

#[test]
fn chunks_are_cited_where_supports_say() {
    let told = r#"{"webSearchQueries":["q"],"groundingChunks":[{"web":{"uri":"https://x","title":"X","domain":"x"}},
        {"retrievedContext":{"uri":"gs://d","title":"D","text":"said"}},{"image":{"imageUri":"i"}},{"web":{"title":"no"}}],
        "groundingSupports":[{"groundingChunkIndices":[0,1,2,9,0],"segment":{"startIndex":0,"endIndex":3,"text":"abc"}},
        {"groundingChunkIndices":[0],"segment":{"partIndex":1}},{"segment":{}}],"searchEntryPoint":{"renderedContent":"<a>"}}"#;
    let citing = r#"{"citations":[{"uri":"https://l","startIndex":2},{"title":"Book"},{"license":"mit"}]}"#;
    let grounding = read(Some(serde_json::from_str(told).unwrap()), Some(serde_json::from_str(citing).unwrap()), "r");
    let document = Citation {
        title: Some("D".into()),
        source: Some("gs://d".into()),
        quotes: vec!["said".into()],
        location: None,
    };
    let book = Citation { title: Some("Book".into()), ..Citation::default() };
    let expected = [
        (0, web("https://x", Some("X"))),
        (0, document),
        (1, web("https://x", Some("X"))),
        (0, web("https://l", None)),
        (0, book),
    ];
    assert_eq!(grounding.citations, expected);
    let pages = vec![Page { url: "https://x".into(), title: Some("X".into()), ..Page::default() }];
    let outcome = Some(SearchOutcome::Found(pages));
    assert_eq!(grounding.searches, [WebSearch { id: "search_0_r".into(), query: Some("q".into()), outcome }]);
    for odd in ["3", r#"{"groundingChunks":3}"#, "{}"] {
        assert_eq!(read(Some(serde_json::from_str(odd).unwrap()), None, ""), Grounding::default());
    }
}

#[test]
fn citations_and_searches_are_written() {
    let mut written = Written::default();
    let pages = vec![Page { url: "https://x".into(), ..Page::default() }];
    written.search(&WebSearch { id: "s".into(), query: Some("q".into()), outcome: Some(SearchOutcome::Found(pages)) });
    written.cite(&web("https://x", None), 0, 0..4, Some("h\u{e9}y"));
    written.cite(&web("https://y", Some("Y")), 0, 0..4, Some("h\u{e9}y"));
    let quoted = Citation { source: Some("s".into()), quotes: vec!["a".into(), "b".into()], ..Citation::default() };
    written.cite(&quoted, 2, 4..9, None);
    insta::assert_snapshot!(serde_json::to_string(&written).unwrap());
    assert!(Written::default().said().is_none());
}
