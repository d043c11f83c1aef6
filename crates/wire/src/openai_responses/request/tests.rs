//! Reading requests: what becomes of them, and what is named.

mod items;
mod naming;
mod settings;

use super::read;
use crate::chat::{Message, Part, Request};

/// A request whose `input` is this JSON, and maybe more fields behind it.
fn request(input: &str) -> Request {
    let body = format!(r#"{{"model":"m","input":{input}}}"#);
    read(&body).unwrap_or_else(|refused| panic!("{body}: {refused}"))
}

fn messages(items: &str) -> Vec<Message> {
    let request = request(&format!("[{items}]"));
    assert_eq!(request.unmapped, [""; 0], "{items}");
    request.messages
}

/// The parts of the one message that these items are.
fn parts(items: &str) -> Vec<Part> {
    let mut messages = messages(items);
    assert_eq!(messages.len(), 1, "{items}");
    messages.remove(0).parts
}

/// What is named in a request with these fields.
fn unmapped(fields: &str) -> Vec<String> {
    let mut unmapped = request(&format!(r#""hi"{fields}"#)).unmapped;
    unmapped.sort();
    unmapped
}

/// A session as an agent sends it: everything that the conversation holds, and what SDKs hand back.
#[test]
fn an_agents_session() {
    let body = r#"{"model":"m","stream":true,"store":false,"truncation":"disabled","include":["reasoning.encrypted_content"],
        "stream_options":{"include_obfuscation":false},"tool_choice":"auto","parallel_tool_calls":true,"background":false,
        "reasoning":{"effort":"high","summary":"auto","context":"auto"},"text":{"verbosity":"low"},"prompt_cache_key":"k",
        "instructions":"Be good.","metadata":{"team":"a"},
        "input":[
            {"type":"message","role":"developer","content":[{"type":"input_text","text":"Rules."}]},
            {"type":"message","role":"user","content":[
                {"type":"input_text","text":"Look.","prompt_cache_breakpoint":{"mode":"explicit","ttl":"30m"}},
                {"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"low"},
                {"type":"input_file","file_data":"data:application/pdf;base64,AA==","filename":"a.pdf"}]},
            {"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Thought."}],"encrypted_content":"gAAA",
                "status":"completed"},
            {"id":"msg_1","type":"message","role":"assistant","status":"completed","phase":"commentary",
                "content":[{"type":"output_text","text":"Looking.","annotations":[],"logprobs":[]}]},
            {"id":"fc_1","type":"function_call","call_id":"call_1","name":"exec","arguments":"{ \"a\" : 1.0}","status":"completed"},
            {"id":"ctc_1","type":"custom_tool_call","call_id":"call_2","name":"patch","input":"*** Begin","namespace":"edit"},
            {"type":"function_call_output","call_id":"call_1","output":"done"},
            {"type":"custom_tool_call_output","call_id":"call_2","output":[
                {"type":"input_text","text":"see"},{"type":"input_image","image_url":"https://a/b.png","detail":"auto"}]},
            {"role":"user","content":"Go on."}],
        "tools":[
            {"type":"function","name":"exec","description":"Runs.","strict":false,"parameters":{ "type" : "object" }},
            {"type":"namespace","name":"edit","description":"Edits.","tools":[
                {"type":"custom","name":"patch","description":"Patches.",
                    "format":{"type":"grammar","syntax":"lark","definition":"start: /.+/"}}]},
            {"type":"web_search","external_web_access":true,"filters":{"allowed_domains":["a.org"]},
                "user_location":{"type":"approximate","country":"DE"}}]}"#;
    insta::assert_snapshot!(format!("{:#?}", read(body).unwrap()));
}
