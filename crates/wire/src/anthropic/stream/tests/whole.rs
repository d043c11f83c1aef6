//! Parts that come in one piece, and what the conversation has no place for.

use super::*;

const CALL: [&str; 2] = [
    r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"q"}}}"#,
    r#"{"type":"content_block_stop","index":0}"#,
];
const TEXT: [&str; 2] = [
    r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"x"}}"#,
    r#"{"type":"content_block_stop","index":1}"#,
];

fn said(number: u32, text: &str) -> Vec<Event> {
    part(number, PartStart::Text, vec![Delta::Text(text.to_owned())])
}

#[test]
fn blocks_of_servers_tools_become_searches_or_sentences() {
    let block = |fields: &str| {
        let start = format!(r#"{{"type":"content_block_start","index":2,"content_block":{{{fields}}}}}"#);
        [start, r#"{"type":"content_block_stop","index":2}"#.to_owned()]
    };
    let delta = r#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#;
    let result = |content: &str| {
        block(&format!(r#""type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":{content}"#))
    };
    let stop = r#"{"type":"message_delta","delta":{"stop_reason":"pause_turn"}}"#;
    let (failed, empty, broken) =
        (result(r#"{"type":"web_search_tool_result_error","error_code":"unavailable"}"#), result("[]"), result("7"));
    let code = block(r#""type":"server_tool_use","id":"s","name":"code_execution","input":{}"#);
    let mcp = block(r#""type":"mcp_tool_result","tool_use_id":"s","content":[]"#);
    let outcome = |outcome| part(0, search(Some("q"), Some(outcome)), vec![]);
    let cases = [
        ([&CALL[..], &[&failed[0], &failed[1]]].concat(), outcome(SearchOutcome::Failed("unavailable".to_owned()))),
        // it stands where its outcome came
        (
            [&CALL[..], &TEXT, &[&empty[0], &empty[1]]].concat(),
            [said(0, "x"), part(1, search(Some("q"), Some(SearchOutcome::Found(vec![]))), vec![])].concat(),
        ),
        (
            [&CALL[..], &[stop]].concat(),
            [part(0, search(Some("q"), None), vec![]), vec![super::stop(StopReason::Pause)]].concat(),
        ),
        (vec![&empty[0], &empty[1]], part(0, search(None, Some(SearchOutcome::Found(vec![]))), vec![])),
        (vec![&broken[0], &broken[1]], said(0, &uncarried("web_search_tool_result"))),
        (
            [&TEXT[..], &[&code[0], delta, &code[1], &mcp[0], &mcp[1]]].concat(),
            [said(0, "x"), said(1, &uncarried("server_tool_use")), said(2, &uncarried("mcp_tool_result"))].concat(),
        ),
    ];
    for (datas, expected) in cases {
        assert_eq!(read_all(&stream(&datas)).unwrap(), expected, "{datas:?}");
    }
}

#[test]
fn what_comes_in_one_piece_is_written_in_the_official_shape() {
    let image = Part::Image {
        media: crate::chat::Media { source: crate::chat::MediaSource::Url("u".to_owned()), detail: None, name: None },
        cache: None,
    };
    let events = [
        part(0, search(Some("q"), None), vec![]),
        part(1, PartStart::Whole(Box::new(image)), vec![]),
        part(2, search(None, Some(SearchOutcome::Failed("new".to_owned()))), vec![]),
    ];
    let written = String::from_utf8(write_all(&events.concat())).unwrap();
    let datas: Vec<_> = written.lines().filter(|line| line.starts_with("data: {\"type\":\"content_block")).collect();
    insta::assert_snapshot!(datas.join("\n"));
}
