//! What the conversation has no place for is named, and what says nothing is not.

use super::{request, unmapped};

#[test]
fn items_of_other_kinds_are_named_with_their_type() {
    for kind in [
        "apply_patch_call",
        "apply_patch_call_output",
        "code_interpreter_call",
        "compaction",
        "compaction_trigger",
        "computer_call",
        "computer_call_output",
        "configuration_update",
        "file_search_call",
        "image_generation_call",
        "item_reference",
        "local_shell_call",
        "local_shell_call_output",
        "mcp_approval_request",
        "mcp_approval_response",
        "mcp_call",
        "mcp_list_tools",
        "program",
        "program_output",
        "shell_call",
        "shell_call_output",
        "tool_search_call",
        "tool_search_output",
    ] {
        let read = request(&format!(r#"[{{"role":"user","content":"hi"}},{{"type":"{kind}","id":"x"}}]"#));
        assert_eq!(read.unmapped, [format!("input[1] ({kind})")]);
        assert_eq!(read.messages.len(), 1, "{kind}");
    }
    assert_eq!(request(r#"[{"id":"msg_1"}]"#).unmapped, ["input[0] (item_reference)"]);
}

#[test]
fn tools_of_other_kinds_are_named_with_their_type() {
    for kind in [
        "apply_patch",
        "code_interpreter",
        "computer",
        "computer_use_preview",
        "file_search",
        "image_generation",
        "local_shell",
        "mcp",
        "programmatic_tool_calling",
        "shell",
        "tool_search",
    ] {
        let fields =
            format!(r#","tools":[{{"type":"function","name":"f","parameters":null}},{{"type":"{kind}","x":1}}]"#);
        assert_eq!(unmapped(&fields), [format!("tools[1] ({kind})")]);
        let fields = format!(r#","tools":[{{"type":"namespace","name":"n","tools":[{{"type":"{kind}"}}]}}]"#);
        assert_eq!(unmapped(&fields), [format!("tools[0].tools[0] ({kind})")]);
        assert_eq!(unmapped(&format!(r#","tool_choice":{{"type":"{kind}"}}"#)), [format!("tool_choice ({kind})")]);
    }
    assert_eq!(
        unmapped(r#","tools":[{"type":"web_search"},{"type":"web_search_preview"}]"#),
        ["tools[1] (web_search_preview)"]
    );
}

#[test]
fn fields_without_a_place_are_named_by_their_path() {
    for (fields, expected) in [
        (r#","client_metadata":{"a":"b"}"#, &["client_metadata"][..]),
        (r#","truncation":"auto""#, &["truncation"]),
        (r#","context_management":[{"type":"compaction"}]"#, &["context_management"]),
        (
            r#","access_programs":{"cyber":"standard"},"background_options":{},"image":{}"#,
            &["access_programs", "background_options", "image"],
        ),
        (r#","max_tool_calls":3"#, &["max_tool_calls"]),
        (r#","top_k":3,"stop":["x"],"seed":1"#, &["seed", "stop", "top_k"]),
        (r#","reasoning":{"context":"all_turns","mode":"pro"}"#, &["reasoning.context", "reasoning.mode"]),
        (r#","reasoning":{"summary":"auto","generate_summary":"detailed"}"#, &["reasoning.generate_summary"]),
        (r#","text":{"format":{"type":"text","x":1},"y":2}"#, &["text.format.x", "text.y"]),
        (r#","stream_options":{"x":1}"#, &["stream_options.x"]),
        (r#","user":"a","safety_identifier":"b""#, &["safety_identifier"]),
        (r#","metadata":{"a":"b","c":1}"#, &["metadata.c"]),
        (
            r#","include":["file_search_call.results","reasoning.encrypted_content","web_search_call.action.sources"]"#,
            &["include (file_search_call.results)", "include (web_search_call.action.sources)"],
        ),
        (
            r#","tools":[{"type":"function","name":"f","defer_loading":true,"output_schema":{},"allowed_callers":["programmatic"],"async":true}]"#,
            &["tools[0].allowed_callers", "tools[0].async", "tools[0].defer_loading", "tools[0].output_schema"],
        ),
        (
            r#","tools":[{"type":"web_search","external_web_access":false}]"#,
            &["tools[0] (web_search without external_web_access)"],
        ),
        (
            r#","tools":[{"type":"web_search","external_web_access":1,"search_content_types":["text","image"],"filters":{"x":1},
            "user_location":{"type":"approximate","street":"s"}}]"#,
            &[
                "tools[0].external_web_access",
                "tools[0].filters.x",
                "tools[0].search_content_types",
                "tools[0].user_location.street",
            ],
        ),
        (
            r#","tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"},{"type":"mcp","server_label":"s"}]}"#,
            &["tool_choice.tools[1] (mcp)"],
        ),
        (r#","tool_choice":{"type":"function","name":"f","x":1}"#, &["tool_choice.x"]),
    ] {
        assert_eq!(unmapped(fields), expected, "{fields}");
    }
}

#[test]
fn parts_and_fields_of_items_are_named_too() {
    for (item, expected) in [
        (r#"{"role":"user","content":[{"type":"input_video","url":"x"}]}"#, "input[0].content[0] (input_video)"),
        (r#"{"role":"user","content":[{"type":"input_text","text":"a","x":1}]}"#, "input[0].content[0].x"),
        (
            r#"{"role":"user","content":[{"type":"input_file","file_id":"f","detail":"high"}]}"#,
            "input[0].content[0].detail",
        ),
        (
            r#"{"role":"user","content":[{"type":"input_image","image_url":"u","file_id":"f"}]}"#,
            "input[0].content[0].file_id",
        ),
        (r#"{"role":"user","content":"a","x":1}"#, "input[0].x"),
        (
            r#"{"role":"assistant","content":[{"type":"output_text","text":"a","provider_specific_fields":{"x":1}}]}"#,
            "input[0].content[0].provider_specific_fields.x",
        ),
        (
            r#"{"type":"function_call","call_id":"1","name":"f","arguments":"","caller":{"type":"program","caller_id":"p"}}"#,
            "input[0].caller",
        ),
        (r#"{"type":"function_call","call_id":"1","name":"f","arguments":"","async":true}"#, "input[0].async"),
        (r#"{"type":"reasoning","summary":[{"type":"other","text":"a"}]}"#, "input[0].summary[0] (other)"),
        (
            r#"{"type":"function_call_output","call_id":"1","output":[{"type":"input_text","text":"a","y":1}]}"#,
            "input[0].output[0].y",
        ),
    ] {
        assert_eq!(request(&format!("[{item}]")).unmapped, [expected], "{item}");
    }
}

#[test]
fn what_says_the_default_is_not_named() {
    for fields in [
        r#","background":false,"store":false,"truncation":"disabled","context_management":[ ],"include":[]"#,
        r#","reasoning":{"context":"auto","mode":"standard","summary":"auto","generate_summary":"auto"}"#,
        r#","stream_options":{"include_obfuscation":true},"include":["reasoning.encrypted_content"]"#,
        r#","user":"a","safety_identifier":"a","max_tool_calls":null,"prompt":null,"conversation":null"#,
        r#","text":{"format":{"type":"text"}},"top_logprobs":0,"tool_choice":null,"tools":null"#,
        r#","tools":[{"type":"function","name":"f","strict":null,"defer_loading":false,"allowed_callers":[ "direct" ],"async":false}]"#,
        r#","tools":[{"type":"web_search","external_web_access":true,"search_content_types":["text"],"filters":null}]"#,
    ] {
        assert_eq!(unmapped(fields), [""; 0], "{fields}");
    }
}

/// Codex writes its notes on every item.
#[test]
fn notes_on_items_are_not_named() {
    for item in [
        r#""role":"user","content":"a""#,
        r#""type":"reasoning","summary":[],"encrypted_content":"D""#,
        r#""type":"function_call","call_id":"1","name":"f","arguments":"{}""#,
        r#""type":"custom_tool_call","call_id":"1","name":"f","input":"""#,
        r#""type":"function_call_output","call_id":"1","output":"r""#,
        r#""type":"additional_tools","role":"developer","tools":[]"#,
    ] {
        let item = format!(r#"[{{{item},"internal_chat_message_metadata_passthrough":{{"turn_id":"t"}}}}]"#);
        assert_eq!(request(&item).unmapped, [""; 0], "{item}");
    }
}
