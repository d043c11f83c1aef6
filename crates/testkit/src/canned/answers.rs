//! The bytes of the canned answers, in four languages.

use std::fmt::Display;

use super::{BURST, CHUNKS, Language, MARK};

/// About 1 KB with what stands around it. It has the one mark of a reply.
const TEXT: &str = "[~] The quick brown fox jumps over the lazy dog, again and again, until somebody asks it to stop. ";

const SSE: &str = "text/event-stream";
const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

/// Everything that can be answered.
pub(super) struct Answers {
    openai_chat: Script,
    openai_responses: Script,
    anthropic: Script,
    converse: Script,
}

/// What is said in one language, ready for the socket: heads and chunk sizes are in the bytes.
pub(super) struct Script {
    pub(super) reply: Vec<u8>,
    /// A whole stream, by write.
    pub(super) bursts: Vec<Vec<u8>>,
    /// The head of a stream and what comes before its text.
    pub(super) opening: Vec<u8>,
    pub(super) chunk: Vec<u8>,
    /// What comes behind the text, and the end of the body.
    pub(super) closing: Vec<u8>,
}

impl Answers {
    pub(super) fn render() -> Self {
        Self {
            openai_chat: openai_chat(),
            openai_responses: openai_responses(),
            anthropic: anthropic(),
            converse: converse(),
        }
    }

    pub(super) fn of(&self, language: Language) -> &Script {
        match language {
            Language::OpenAiChat => &self.openai_chat,
            Language::OpenAiResponses => &self.openai_responses,
            Language::Anthropic => &self.anthropic,
            Language::Converse => &self.converse,
        }
    }
}

impl Script {
    fn new(reply: &str, kind: &str, before: &[Vec<u8>], piece: &[u8], after: &[Vec<u8>]) -> Self {
        let head = "HTTP/1.1 200 OK\r\nx-request-id: req_canned\r\ncache-control: no-cache\r\n";
        let length = reply.len();
        let reply =
            format!("{head}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{reply}").into_bytes();
        let head = format!("{head}content-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n").into_bytes();
        let http = |pieces: &[Vec<u8>]| pieces.iter().flat_map(|piece| http_chunk(piece)).collect::<Vec<u8>>();
        let opening = [head, http(before)].concat();
        let chunk = http_chunk(piece);
        let closing = [http(after), b"0\r\n\r\n".to_vec()].concat();
        let mut bursts: Vec<Vec<u8>> =
            (0..CHUNKS).step_by(BURST).map(|done| chunk.repeat(BURST.min(CHUNKS - done))).collect();
        if let Some(first) = bursts.first_mut() {
            first.splice(0..0, opening.iter().copied());
        }
        if let Some(last) = bursts.last_mut() {
            last.extend_from_slice(&closing);
        }
        Self { reply, bursts, opening, chunk, closing }
    }
}

fn http_chunk(piece: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()
}

/// About 700 bytes, with one mark.
fn text() -> String {
    let once = TEXT.trim_start_matches(MARK).trim_start();
    format!("{TEXT}{}", once.repeat(6))
}

fn sse(event: Option<&str>, data: impl Display) -> Vec<u8> {
    let event = event.map(|event| format!("event: {event}\n")).unwrap_or_default();
    format!("{event}data: {data}\n\n").into_bytes()
}

fn openai_chat() -> Script {
    let usage = r#"{"prompt_tokens":220,"completion_tokens":100,"total_tokens":320,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}"#;
    let base = |object: &str, choices: &str| {
        format!(
            r#""id":"chatcmpl-canned","object":"{object}","created":1763800000,"model":"canned","system_fingerprint":"fp_canned","choices":[{choices}]"#
        )
    };
    let message = format!(
        r#"{{"index":0,"message":{{"role":"assistant","content":"{}","refusal":null}},"logprobs":null,"finish_reason":"stop"}}"#,
        text()
    );
    let delta = |delta: &str, finish: &str| {
        let choice = format!(r#"{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}"#);
        sse(None, format!("{{{}}}", base("chat.completion.chunk", &choice)))
    };
    Script::new(
        &format!(r#"{{{},"usage":{usage}}}"#, base("chat.completion", &message)),
        SSE,
        &[delta(r#"{"role":"assistant","content":"","refusal":null}"#, "null")],
        &delta(r#"{"content":"word[~] "}"#, "null"),
        &[
            delta("{}", r#""stop""#),
            sse(None, format!(r#"{{{},"usage":{usage}}}"#, base("chat.completion.chunk", ""))),
            sse(None, "[DONE]"),
        ],
    )
}

/// The last events repeat the text, so that a stream's own text is in it five times.
fn openai_responses() -> Script {
    let usage = r#"{"input_tokens":220,"input_tokens_details":{"cached_tokens":0},"output_tokens":100,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":320}"#;
    let response = |status: &str, output: &str, usage: &str| {
        format!(
            r#"{{"id":"resp_canned","object":"response","created_at":1763800000,"status":"{status}","error":null,"incomplete_details":null,"model":"canned","output":[{output}],"parallel_tool_calls":true,"tool_choice":"auto","tools":[],"usage":{usage}}}"#
        )
    };
    let part = |text: &str| format!(r#"{{"type":"output_text","text":"{text}","annotations":[],"logprobs":[]}}"#);
    let item = |status: &str, content: &str| {
        format!(
            r#"{{"id":"msg_canned","type":"message","status":"{status}","role":"assistant","content":[{content}]}}"#
        )
    };
    let event = |kind: &str, number: usize, rest: &str| {
        sse(Some(kind), format!(r#"{{"type":"{kind}","sequence_number":{number},{rest}}}"#))
    };
    let place = r#""item_id":"msg_canned","output_index":0"#;
    let said = "word[~] ".repeat(CHUNKS);
    let whole = item("completed", &part(&said));
    Script::new(
        &response("completed", &item("completed", &part(&text())), usage),
        SSE,
        &[
            event("response.created", 0, &format!(r#""response":{}"#, response("in_progress", "", "null"))),
            event("response.in_progress", 1, &format!(r#""response":{}"#, response("in_progress", "", "null"))),
            event("response.output_item.added", 2, &format!(r#""output_index":0,"item":{}"#, item("in_progress", ""))),
            event("response.content_part.added", 3, &format!(r#"{place},"content_index":0,"part":{}"#, part(""))),
        ],
        &event(
            "response.output_text.delta",
            4,
            &format!(r#"{place},"content_index":0,"delta":"word[~] ","logprobs":[]"#),
        ),
        &[
            event(
                "response.output_text.done",
                104,
                &format!(r#"{place},"content_index":0,"text":"{said}","logprobs":[]"#),
            ),
            event("response.content_part.done", 105, &format!(r#"{place},"content_index":0,"part":{}"#, part(&said))),
            event("response.output_item.done", 106, &format!(r#""output_index":0,"item":{whole}"#)),
            event("response.completed", 107, &format!(r#""response":{}"#, response("completed", &whole, usage))),
        ],
    )
}

fn anthropic() -> Script {
    let message = |content: &str, stop: &str, output: u32| {
        format!(
            r#"{{"id":"msg_canned","type":"message","role":"assistant","model":"canned","content":[{content}],"stop_reason":{stop},"stop_sequence":null,"usage":{{"input_tokens":220,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":{output},"service_tier":"standard"}}}}"#
        )
    };
    let event = |kind: &str, rest: &str| sse(Some(kind), format!(r#"{{"type":"{kind}",{rest}}}"#));
    Script::new(
        &message(&format!(r#"{{"type":"text","text":"{}"}}"#, text()), r#""end_turn""#, 100),
        SSE,
        &[
            event("message_start", &format!(r#""message":{}"#, message("", "null", 1))),
            event("content_block_start", r#""index":0,"content_block":{"type":"text","text":""}"#),
        ],
        &event("content_block_delta", r#""index":0,"delta":{"type":"text_delta","text":"word[~] "}"#),
        &[
            event("content_block_stop", r#""index":0"#),
            event(
                "message_delta",
                r#""delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":220,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":100}"#,
            ),
            sse(Some("message_stop"), r#"{"type":"message_stop"}"#),
        ],
    )
}

/// Bedrock's Converse and its event-stream frames.
fn converse() -> Script {
    let usage = r#""usage":{"inputTokens":220,"outputTokens":100,"totalTokens":320}"#;
    let reply = format!(
        r#"{{"metrics":{{"latencyMs":12}},"output":{{"message":{{"content":[{{"text":"{}"}}],"role":"assistant"}}}},"stopReason":"end_turn",{usage}}}"#,
        text()
    );
    Script::new(
        &reply,
        EVENT_STREAM,
        &[frame("messageStart", r#"{"p":"abcdefgh","role":"assistant"}"#)],
        &frame("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"word[~] "},"p":"abcdefghijkl"}"#),
        &[
            frame("contentBlockStop", r#"{"contentBlockIndex":0,"p":"abcd"}"#),
            frame("messageStop", r#"{"p":"abcdef","stopReason":"end_turn"}"#),
            frame("metadata", &format!(r#"{{"metrics":{{"latencyMs":12}},"p":"abcd",{usage}}}"#)),
        ],
    )
}

/// `total | headers | CRC | headers… | payload | CRC`, big-endian; header values are strings (type 7).
fn frame(event: &str, payload: &str) -> Vec<u8> {
    let pairs = [(":event-type", event), (":content-type", "application/json"), (":message-type", "event")];
    let mut headers = Vec::new();
    for (name, value) in pairs {
        headers.extend(u8::try_from(name.len()).unwrap_or(u8::MAX).to_be_bytes());
        headers.extend_from_slice(name.as_bytes());
        headers.push(7);
        headers.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let mut frame = [size(headers.len() + payload.len() + 16), size(headers.len())].concat();
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame.extend(headers);
    frame.extend_from_slice(payload.as_bytes());
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const ALL: [Language; 4] =
        [Language::OpenAiChat, Language::OpenAiResponses, Language::Anthropic, Language::Converse];

    fn marks(bytes: &[u8]) -> usize {
        memchr::memmem::find_iter(bytes, MARK).count()
    }

    /// The body of an answer whose chunks are joined.
    fn body(answer: &[u8]) -> Vec<u8> {
        let at = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let (mut rest, mut joined) = (&answer[at..], Vec::new());
        loop {
            let line = rest.iter().position(|byte| *byte == b'\r').unwrap();
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
            joined.extend_from_slice(&rest[line + 2..][..size]);
            assert_eq!(&rest[line + 2 + size..][..2], b"\r\n");
            rest = &rest[line + 4 + size..];
            if size == 0 {
                assert_eq!(rest, b"");
                return joined;
            }
        }
    }

    #[test]
    fn a_reply_is_about_one_kilobyte_of_json_with_one_mark() {
        let answers = Answers::render();
        for language in ALL {
            let reply = String::from_utf8(answers.of(language).reply.clone()).unwrap();
            let (head, body) = reply.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
            assert!((800..1200).contains(&body.len()), "{language:?}: {}", body.len());
            assert_eq!(marks(body.as_bytes()), 1);
            serde_json::from_str::<Value>(body).unwrap();
        }
    }

    #[test]
    fn a_stream_has_a_hundred_marks_and_ends_as_its_dialect_does() {
        let answers = Answers::render();
        let ends = [
            "data: [DONE]\n\n",
            "\"total_tokens\":320}}}\n\n",
            "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        ];
        for (language, end) in ALL.into_iter().zip(ends) {
            let body = String::from_utf8(body(&answers.of(language).bursts.concat())).unwrap();
            let times = if language == Language::OpenAiResponses { 1 + super::super::SAID_AGAIN } else { 1 };
            assert_eq!(marks(body.as_bytes()), CHUNKS * times);
            assert!(body.ends_with(end), "{language:?}");
            let data = body.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]");
            assert!(data.map(serde_json::from_str::<Value>).all(|event| event.is_ok()), "{language:?}");
        }
    }

    #[test]
    fn every_frame_has_its_lengths_and_both_sums() {
        let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
        let body = body(&Answers::render().of(Language::Converse).bursts.concat());
        assert_eq!(marks(&body), CHUNKS);
        let (mut rest, mut count) = (body.as_slice(), 0);
        while !rest.is_empty() {
            let (frame, behind) = rest.split_at(number(&rest[..4]) as usize);
            let headers = number(&frame[4..8]) as usize;
            assert_eq!(number(&frame[8..12]), crc32fast::hash(&frame[..8]));
            let (sound, sum) = frame.split_at(frame.len() - 4);
            assert_eq!(number(sum), crc32fast::hash(sound));
            serde_json::from_slice::<Value>(&sound[12 + headers..]).unwrap();
            (rest, count) = (behind, count + 1);
        }
        assert_eq!(count, CHUNKS + 4);
    }
}
