//! Puts the faults of a script into an answer: from frames to the steps that the body takes.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use crate::script::Script;
use crate::write::{Answer, Ending, Form, Frame, Sent};

/// Large bodies go out in pieces, so that a client that leaves half way is noticed half way.
const PIECE: usize = 16 * 1024;

/// What a body does next.
pub(crate) enum Step {
    Wait(Duration),
    /// Lets what was written reach the client before anything else happens.
    Flush,
    Data(Bytes, Option<Sent>),
    /// Nothing more, until the client leaves.
    Stall,
    Cut,
}

pub(crate) struct Steps {
    pub(crate) queue: VecDeque<Step>,
    /// The length to declare; streams and bodies that end early have none.
    pub(crate) length: Option<usize>,
}

/// `slow` is the wait before each frame of a stream that the prompt asked for.
pub(crate) fn steps(answer: Answer, script: &Script, slow: Duration) -> Steps {
    let (stream, ending) = (answer.form.is_stream(), answer.ending);
    let frames = frames(answer, script);
    let total: usize = frames.iter().map(|frame| frame.bytes.len()).sum();
    let limit = limit(script, total);
    let mut plan = Plan { queue: VecDeque::new(), left: limit.as_ref().map_or(total, |(bytes, _)| *bytes), script };
    if script.first_byte_ms > 0 {
        plan.queue.push_back(Step::Wait(Duration::from_millis(script.first_byte_ms)));
    }
    let pace = if stream { slow + Duration::from_millis(script.between_ms) } else { Duration::ZERO };
    for frame in frames {
        plan.frame(frame, pace);
    }
    let ends_early = script.end_after_bytes.is_some();
    if let Some(count) = script.frames_per_write.filter(|_| stream) {
        plan.queue = joined(plan.queue, count.max(1));
    }
    let closing = limit.and_then(|(_, step)| step).or((ending == Ending::Cut).then_some(Step::Cut));
    if let Some(step) = closing {
        plan.queue.extend([Step::Flush, step]);
    }
    Steps { queue: plan.queue, length: (!stream && !ends_early && total > 0).then_some(total) }
}

/// The frames to send; a raw body takes the place of all of them.
fn frames(answer: Answer, script: &Script) -> Vec<Frame> {
    if let Some(raw) = &script.raw_body {
        return vec![Frame::silent(raw.clone())];
    }
    let Answer { form, mut frames, .. } = answer;
    if script.omit_terminal && form.is_stream() {
        frames.retain(|frame| !frame.told.terminal);
    }
    match script.malformed_after {
        Some(at) if form.is_stream() => frames.insert(at.min(frames.len()), Frame::malformed(form)),
        Some(_) => {
            if let Some(frame) = frames.last_mut() {
                frame.bytes.truncate(frame.bytes.len().saturating_sub(1));
                frame.told = Sent::default();
            }
        }
        None => {}
    }
    if form == Form::Sse { script.sse.dress(frames) } else { frames }
}

/// Up to `count` pieces that follow each other without a wait become one, and each of these goes out by itself.
fn joined(queue: VecDeque<Step>, count: usize) -> VecDeque<Step> {
    let mut joined = VecDeque::with_capacity(queue.len());
    let mut room = 0;
    for step in queue {
        match (step, joined.back_mut()) {
            (Step::Flush, _) => {}
            (Step::Data(bytes, told), Some(Step::Data(all, knows))) if room > 0 => {
                *all = [all.as_ref(), bytes.as_ref()].concat().into();
                *knows = match (knows.take(), told) {
                    (Some(earlier), Some(later)) => Some(earlier.then(later)),
                    (earlier, later) => later.or(earlier),
                };
                room -= 1;
            }
            (step, _) => {
                room = if matches!(step, Step::Data(..)) { count - 1 } else { 0 };
                joined.push_back(step);
            }
        }
    }
    let flushed = |step| [step, Step::Flush];
    joined.into_iter().flat_map(flushed).collect()
}

/// Where the body stops before its end, and how. Of several the first wins.
fn limit(script: &Script, total: usize) -> Option<(usize, Option<Step>)> {
    let stops = [
        (script.cut_after_bytes, Some(Step::Cut)),
        (script.stall_after_bytes, Some(Step::Stall)),
        (script.end_after_bytes, None),
    ];
    let reached = stops.into_iter().filter_map(|(at, step)| Some((at.filter(|at| *at <= total)?, step)));
    reached.min_by_key(|(at, _)| *at)
}

struct Plan<'a> {
    queue: VecDeque<Step>,
    /// Bytes that may still be sent.
    left: usize,
    script: &'a Script,
}

impl Plan<'_> {
    fn frame(&mut self, frame: Frame, pace: Duration) {
        if self.left == 0 {
            return;
        }
        if !pace.is_zero() {
            self.queue.push_back(Step::Wait(pace));
        }
        let mut bytes = frame.bytes;
        let whole = bytes.len() <= self.left;
        bytes.truncate(self.left);
        self.left -= bytes.len();
        let size = self.script.chunk_bytes.unwrap_or(PIECE).max(1);
        while !bytes.is_empty() {
            let piece = bytes.split_to(size.min(bytes.len()));
            let told = (bytes.is_empty() && whole).then(|| frame.told.clone());
            self.queue.push_back(Step::Data(piece, told));
            if self.script.chunk_bytes.is_some() {
                self.queue.push_back(Step::Flush);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Answer {
        let last = Frame::sse(None, "[DONE]").last();
        Answer::stream(vec![Frame::sse(None, "{}"), last], Ending::Complete)
    }

    /// The bytes sent, how many pieces they are, and the last step that is no data.
    fn run(script: &Script) -> (String, usize, Option<Step>) {
        let (mut text, mut pieces, mut other) = (String::new(), 0, None);
        for step in steps(stream(), script, Duration::ZERO).queue {
            match step {
                Step::Data(bytes, _) => {
                    text.push_str(std::str::from_utf8(&bytes).unwrap());
                    pieces += 1;
                }
                step => other = Some(step),
            }
        }
        (text, pieces, other)
    }

    #[test]
    fn bodies() {
        let whole = "data: {}\n\ndata: [DONE]\n\n";
        for (script, expect, pieces) in [
            (Script::default(), whole, 2),
            (Script { chunk_bytes: Some(5), ..Script::default() }, whole, 5),
            (Script { cut_after_bytes: Some(12), ..Script::default() }, "data: {}\n\nda", 2),
            (Script { cut_after_bytes: Some(0), ..Script::default() }, "", 0),
            (Script { cut_after_bytes: Some(900), ..Script::default() }, whole, 2),
            (Script { end_after_bytes: Some(3), cut_after_bytes: Some(4), ..Script::default() }, "dat", 1),
            (Script { omit_terminal: true, ..Script::default() }, "data: {}\n\n", 1),
            (Script { frames_per_write: Some(2), ..Script::default() }, whole, 1),
            (Script { frames_per_write: Some(2), chunk_bytes: Some(5), ..Script::default() }, whole, 3),
            (Script { raw_body: Some(b"raw".to_vec()), ..Script::default() }, "raw", 1),
        ] {
            let (text, count, _) = run(&script);
            assert_eq!((text.as_str(), count), (expect, pieces), "{script:?}");
        }
    }

    #[test]
    fn endings() {
        assert!(matches!(run(&Script { cut_after_bytes: Some(24), ..Script::default() }).2, Some(Step::Cut)));
        assert!(matches!(run(&Script { stall_after_bytes: Some(1), ..Script::default() }).2, Some(Step::Stall)));
        assert!(run(&Script { cut_after_bytes: Some(25), ..Script::default() }).2.is_none());
        assert!(run(&Script { end_after_bytes: Some(1), ..Script::default() }).2.is_none());
    }

    #[test]
    fn a_malformed_frame_is_one_more() {
        let (text, ..) = run(&Script { malformed_after: Some(1), ..Script::default() });
        assert_eq!(text, "data: {}\n\ndata: {\"broken\": \n\ndata: [DONE]\n\n");
    }

    #[test]
    fn only_a_whole_frame_tells_something() {
        let script = Script { chunk_bytes: Some(4), cut_after_bytes: Some(20), ..Script::default() };
        let told = steps(stream(), &script, Duration::ZERO)
            .queue
            .into_iter()
            .filter(|step| matches!(step, Step::Data(_, Some(sent)) if sent.terminal));
        assert_eq!(told.count(), 0);
    }
}
