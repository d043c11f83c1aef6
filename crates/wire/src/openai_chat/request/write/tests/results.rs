//! Results of tools: of those that failed, and with more than text.

use super::{base64, media, of, written};
use crate::chat::{Media, MediaSource, Message, Part, Role, ToolResult};

fn result(id: &str, parts: Vec<Part>, is_error: bool) -> Part {
    Part::ToolResult(ToolResult { call_id: id.into(), parts, is_error, cache: None })
}

fn image() -> Part {
    Part::Image { media: media(base64("image/png")), cache: None }
}

/// The messages, a line each.
fn messages(parts: Vec<Message>) -> String {
    let text = written(&of(parts));
    text.replace("},{\"role\"", "},\n{\"role\"")
}

#[test]
fn a_tool_that_failed_says_so_in_its_text() {
    insta::assert_snapshot!(
        messages(vec![Message::new(
            Role::User,
            vec![
                result("1", vec![Part::text("no such file")], true),
                result("2", vec![Part::text("a"), Part::text("b")], true),
                result("3", vec![], true),
                result("4", vec![image()], true),
            ],
        )]),
        @r#"
        {"model":"up","messages":[{"role":"tool","tool_call_id":"1","content":"[The tool failed.]\nno such file"},
        {"role":"tool","tool_call_id":"2","content":[{"type":"text","text":"[The tool failed.]\na"},{"type":"text","text":"b"}]},
        {"role":"tool","tool_call_id":"3","content":"[The tool failed.]"},
        {"role":"tool","tool_call_id":"4","content":"[The tool failed.]"},
        {"role":"user","content":[{"type":"text","text":"Content of the result of call 4:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]}
        "#
    );
}

#[test]
fn what_is_no_text_follows_behind_all_results() {
    let file = Part::document(Media { name: Some("a.pdf".into()), ..media(base64("application/pdf")) }, None);
    let sound = Part::Audio { media: media(base64("audio/wav")) };
    insta::assert_snapshot!(
        messages(vec![
            Message::new(
                Role::User,
                vec![
                    result("1", vec![Part::text("p"), image(), Part::text("q"), file], false),
                    result("2", vec![Part::text("r")], false),
                    result("3", vec![sound], false),
                ],
            ),
            Message::new(Role::User, vec![result("4", vec![image()], false)]),
            Message::new(Role::Assistant, vec![Part::text("seen")]),
            Message { name: Some("n".into()), ..Message::new(Role::User, vec![Part::text("after"), result("5", vec![image()], false)]) },
            Message::new(Role::User, vec![result("6", vec![image()], false)]),
            Message::new(Role::User, vec![Part::text("more")]),
            Message::new(Role::User, vec![result("7", vec![image()], false)]),
        ]),
        @r#"
        {"model":"up","messages":[{"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"p"},{"type":"text","text":"q"}]},
        {"role":"tool","tool_call_id":"2","content":"r"},
        {"role":"tool","tool_call_id":"3","content":""},
        {"role":"tool","tool_call_id":"4","content":""},
        {"role":"user","content":[{"type":"text","text":"Content of the result of call 1:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},{"type":"file","file":{"file_data":"data:application/pdf;base64,AA==","filename":"a.pdf"}},{"type":"text","text":"Content of the result of call 3:"},{"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}},{"type":"text","text":"Content of the result of call 4:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]},
        {"role":"assistant","content":"seen"},
        {"role":"tool","tool_call_id":"5","content":""},
        {"role":"user","name":"n","content":[{"type":"text","text":"Content of the result of call 5:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},{"type":"text","text":"after"}]},
        {"role":"tool","tool_call_id":"6","content":""},
        {"role":"user","content":[{"type":"text","text":"Content of the result of call 6:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},{"type":"text","text":"more"}]},
        {"role":"tool","tool_call_id":"7","content":""},
        {"role":"user","content":[{"type":"text","text":"Content of the result of call 7:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]}
        "#
    );
}

#[test]
fn what_no_message_can_hold_is_named() {
    let s3 = |media_type: &str| {
        media(MediaSource::S3 { media_type: media_type.into(), uri: "s3://b/k".into(), owner: None })
    };
    let parts = vec![
        Part::Image { media: s3("image/png"), cache: None },
        Part::document(media(MediaSource::Url("https://x".into())), None),
        Part::Image { media: Media { name: Some("n".into()), ..media(base64("image/png")) }, cache: None },
        Part::Refusal { text: "no".into() },
    ];
    insta::assert_snapshot!(messages(vec![Message::new(Role::User, vec![result("1", parts, false)])]), @r#"
    {"model":"up","messages":[{"role":"tool","tool_call_id":"1","content":""},
    {"role":"user","content":[{"type":"text","text":"Content of the result of call 1:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]}
    dropped: messages[0].parts[0].tool_result.image messages[0].parts[0].tool_result.document messages[0].parts[0].tool_result.name messages[0].parts[0].tool_result.refusal
    "#);
}
