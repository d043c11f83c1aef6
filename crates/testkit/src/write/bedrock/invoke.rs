//! Bedrock InvokeModel: the answer of the model itself, and what Bedrock puts around it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderName;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Parts;

use super::stream::{Event, padding};
use super::strike;
use crate::counts::{Counts, quarter};
use crate::event_stream::Message;
use crate::json::{Json, Object};
use crate::script::{Script, UsageMode};
use crate::write::{Answer, Ending, Form, Frame, Job, Reported, Sent, anthropic, pieces, usage};

const METRICS: &str = "amazon-bedrock-invocationMetrics";
/// Of every answer, in milliseconds.
const LATENCY: u64 = 5;

/// What Claude answers. The counts of its own are the better ones: what Bedrock adds to the last event has no classes, so that it
/// tells nothing new.
pub(crate) fn answer(job: &Job<'_>) -> Answer {
    let answer = anthropic::answer(job);
    if answer.form != Form::Sse {
        return answer;
    }
    let ending = answer.ending;
    let mut events: Vec<_> = answer.frames.iter().filter_map(inner).collect();
    if ending == Ending::Error {
        // it is told in Bedrock's words
        events.pop();
    }
    if let Some((data, _)) = events.last_mut().filter(|(_, told)| told.terminal) {
        let metrics = metrics(job.script, job.counts).map(|(metrics, _)| metrics);
        let last = Object::new().with("type", "message_stop").with_all(&job.script.extra);
        *data = last.with_some(METRICS, metrics).text();
    }
    chunks(events, ending, job.script)
}

/// What models answer of whose bodies nothing is known, and what it costs.
pub(crate) fn digest(asked: &str, stream: bool, script: &Script) -> (Answer, Counts) {
    let digest = format!("{:08x}", crc32fast::hash(asked.as_bytes()));
    let (input, output) = (quarter(asked.len()), quarter(digest.len()));
    let counts = script.counts.unwrap_or(Counts { input, output, ..Counts::default() });
    let (metrics, reported) = metrics(script, counts).unzip();
    let said = |text: &str| Object::new().with("digest", text);
    if !stream {
        let body = said(&digest).with("length", asked.len()).with_all(&script.extra);
        return (Answer::reply(&body, reported), counts);
    }
    let told = Sent { usage: reported, terminal: true };
    let last = said("").with_all(&script.extra).with_some(METRICS, metrics);
    let pieces =
        pieces(&digest, 3).into_iter().map(|piece| (said(&piece).with_all(&script.extra).text(), Sent::default()));
    (chunks(pieces.chain([(last.text(), told)]), Ending::Complete, script), counts)
}

/// The headers that Bedrock adds: of what kind the answer is, as the request had it, and what it cost.
pub(crate) fn headed(answer: Answer, script: &Script, counts: Counts, head: &Parts) -> Answer {
    if answer.status >= 400 {
        return answer;
    }
    if answer.form.is_stream() {
        let kind = accepted(head, &HeaderName::from_static("x-amzn-bedrock-accept"));
        return answer.with_header("x-amzn-bedrock-content-type", kind);
    }
    let answer = answer.with_header(CONTENT_TYPE.as_str(), accepted(head, &ACCEPT));
    if matches!(script.usage, UsageMode::Absent | UsageMode::Null) {
        return answer;
    }
    let number = |count| script.usage.number(count).to_string();
    answer
        .with_header("x-amzn-bedrock-input-token-count", number(counts.input))
        .with_header("x-amzn-bedrock-output-token-count", number(counts.output))
        .with_header("x-amzn-bedrock-invocation-latency", LATENCY.to_string())
}

fn accepted(head: &Parts, name: &HeaderName) -> String {
    let accepted = head.headers.get(name).and_then(|value| value.to_str().ok());
    accepted.filter(|kind| *kind != "*/*").unwrap_or("application/json").to_owned()
}

fn metrics(script: &Script, counts: Counts) -> Option<(Json, Reported)> {
    if script.omit_metadata {
        return None;
    }
    let number = |count| script.usage.number(count);
    let object = Object::new()
        .with("inputTokenCount", number(counts.input))
        .with("outputTokenCount", number(counts.output))
        .with("invocationLatency", LATENCY)
        .with("firstByteLatency", LATENCY);
    usage(script.usage, Counts { cache_read: 0, cache_write: 0, ..counts }, object)
}

/// The data of one of Anthropic's events, and what it tells. A sign of life would be an event of the model to AWS's SDKs.
fn inner(frame: &Frame) -> Option<(String, Sent)> {
    let (event, data) = str::from_utf8(&frame.bytes).ok()?.split_once("\ndata: ")?;
    (event != "event: ping").then(|| (data.trim_end().to_owned(), frame.told.clone()))
}

fn chunks(events: impl IntoIterator<Item = (String, Sent)>, ending: Ending, script: &Script) -> Answer {
    let chunk = |(at, (data, told)): (usize, (String, Sent))| {
        let payload = Object::new().with("bytes", STANDARD.encode(data)).with("p", padding(at));
        Event { message: Message::event("chunk", &payload), told }
    };
    let mut events: Vec<_> = events.into_iter().enumerate().map(chunk).collect();
    if ending == Ending::Error {
        let message = Message::exception("throttlingException", "mock midstream");
        events.push(Event { message, told: Sent::default() });
    }
    let (frames, struck) = strike::frames(events, script.frame_fault.as_ref());
    Answer::chunks(frames, struck.unwrap_or(ending))
}
