//! What an answer rests on, and what a guardrail found, in our own streams.

use super::{part, start, written};
use crate::chat::{Citation, Delta, Event, Location, PartStart, StopReason, Usage};
use crate::dialect::Style;
use crate::json::Raw;

#[test]
fn citations_in_a_stream() {
    let cite = |title: &str, location| Event::Citation {
        choice: 0,
        part: 0,
        citation: Citation { title: Some(title.into()), location: Some(location), ..Citation::default() },
    };
    let web = |url: &str| Location::Web { url: url.into() };
    let text = |text: &str| Delta::Text(text.into());
    let mut cited = part(1, PartStart::Text, vec![text("\u{e4}"), text("b")]);
    cited.insert(1, cite("a", web("u")));
    cited.insert(4, cite("b", Location::Pages { document: 0, start: 1, end: 2 }));
    cited.insert(5, cite("c", web("v")));
    let mut again = part(2, PartStart::Text, vec![text("c")]);
    again.insert(2, cite("d", web("w")));
    let events = [vec![start()], part(0, PartStart::Text, vec![text("a")]), cited, again].concat();
    let text = written(Style::default(), &events);
    let deltas: Vec<&str> =
        text.split("\"delta\":").skip(1).filter_map(|rest| rest.split(",\"logprobs").next()).collect();
    insta::assert_snapshot!(deltas.join("\n"), @r#"
    {"role":"assistant","content":""}
    {"content":"a"}
    {"provider_specific_fields":{"citation":{"type":"web_search_result_location","cited_text":"","url":"u","title":"a","encrypted_index":""}}}
    {"content":"ä"}
    {"content":"b"}
    {"provider_specific_fields":{"citation":{"type":"page_location","cited_text":"","document_index":0,"document_title":"b","start_page_number":1,"end_page_number":2}}}
    {"provider_specific_fields":{"citation":{"type":"web_search_result_location","cited_text":"","url":"v","title":"c","encrypted_index":""}}}
    {"annotations":[{"index":0,"type":"url_citation","url_citation":{"url":"u","title":"a","start_index":1,"end_index":3}},{"index":1,"type":"url_citation","url_citation":{"url":"v","title":"c","start_index":1,"end_index":3}}]}
    {"content":"c"}
    {"provider_specific_fields":{"citation":{"type":"web_search_result_location","cited_text":"","url":"w","title":"d","encrypted_index":""}}}
    {"annotations":[{"index":2,"type":"url_citation","url_citation":{"url":"w","title":"d","start_index":3,"end_index":4}}]}
    "#);
}

#[test]
fn what_a_guardrail_found_stands_on_the_last_chunk_and_on_one_line() {
    let trace = || Event::Trace(Raw::parse("{\"guardrail\":\n{}}").unwrap());
    let stop = || Event::Stop { choice: 0, reason: StopReason::Guardrail, sequence: None };
    let usage = || Event::Usage(Usage { output: Some(1), ..Usage::default() });
    let last = |include_usage, events: &[Event]| {
        let text = written(Style { include_usage, created: 7, ..Style::default() }, events);
        text.lines().rfind(|chunk| chunk.contains("choices")).unwrap().to_owned()
    };
    insta::assert_snapshot!(
        [
            last(true, &[start(), stop(), usage(), trace(), Event::End]),
            last(false, &[start(), stop(), trace(), usage(), Event::End]),
        ]
        .join("\n"),
        @r#"
        data: {"id":"msg_1","object":"chat.completion.chunk","created":7,"model":"m","choices":[],"usage":{"prompt_tokens":0,"completion_tokens":1,"total_tokens":1,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"trace":{"guardrail": {}}}
        data: {"id":"msg_1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":null}],"trace":{"guardrail": {}}}
        "#
    );
}
