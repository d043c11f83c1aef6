//! The parts of one answer, put into an order in which they do not overlap.
//!
//! Text, reasoning and refusals end when something else begins. A tool call does not say when it ends, and deltas of
//! parallel calls may be mixed: while one call is open, everything else waits until the answer is finished, then
//! follows in the order in which it began. So nothing is lost, and the first call, or any text before it, flows at once.

mod waiting;

use self::waiting::Waiting;
use super::super::call::made_id;
use crate::chat::{CallKind, Citation, Delta, Event, PartStart};
use crate::json::{Invalid, Raw};

/// The most bytes that may wait behind a tool call, and the most of log probabilities that may wait for their text.
const MAX_WAITING: usize = 16 * 1024 * 1024;

/// What a part is. A call is known by its place in the order of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Refusal,
    Thinking,
    Redacted(String),
    Call(usize),
}

/// A tool call, as far as it is known.
#[derive(Debug)]
struct Call {
    /// The server's number for it, if it gave one.
    at: Option<u32>,
    id: String,
    name: String,
    kind: CallKind,
}

/// The parts of one answer.
#[derive(Debug)]
pub(crate) struct Parts {
    choice: u32,
    /// Of which ids are made for calls that have none.
    reply_id: String,
    begun: u32,
    open: Option<Kind>,
    /// The open part has its signature: more reasoning is a part of its own.
    signed: bool,
    calls: Vec<Call>,
    waiting: Vec<Waiting>,
    waiting_bytes: usize,
    /// Log probabilities of the text that comes next.
    logprobs: Vec<Raw>,
    logprobs_bytes: usize,
}

impl Parts {
    pub(crate) fn new(choice: u32, reply_id: &str) -> Self {
        Self {
            choice,
            reply_id: reply_id.to_owned(),
            begun: 0,
            open: None,
            signed: false,
            calls: Vec::new(),
            waiting: Vec::new(),
            waiting_bytes: 0,
            logprobs: Vec::new(),
            logprobs_bytes: 0,
        }
    }

    /// Takes log probabilities of the text that comes next; of half a character, that is not yet.
    pub(crate) fn hold_logprobs(&mut self, tokens: Vec<Raw>) -> Result<(), Invalid> {
        self.logprobs_bytes += tokens.iter().map(|token| token.get().len() + size_of::<Raw>()).sum::<usize>();
        if self.logprobs_bytes > MAX_WAITING {
            let path = format!("choices[{}].logprobs", self.choice);
            return Err(Invalid::new(path, format!("more than {MAX_WAITING} bytes wait for their text")));
        }
        self.logprobs.extend(tokens);
        Ok(())
    }

    pub(super) fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Takes a piece of text, reasoning, signature or refusal.
    pub(crate) fn add(&mut self, kind: Kind, delta: Delta, out: &mut Vec<Event>) -> Result<(), Invalid> {
        let fresh = self.signed && matches!(delta, Delta::Thinking(_));
        if self.open.as_ref() == Some(&kind) && !fresh {
            self.emit(delta, out);
        } else if self.must_wait(&kind) {
            self.wait(kind, Some(delta))?;
        } else {
            self.switch(kind, out);
            self.emit(delta, out);
        }
        Ok(())
    }

    /// Takes what the text rests on, while there is one: providers tell it with the text or right behind it.
    pub(super) fn cite(&self, citation: Citation, out: &mut Vec<Event>) {
        if self.open == Some(Kind::Text) {
            out.push(Event::Citation { choice: self.choice, part: self.begun.saturating_sub(1), citation });
        }
    }

    /// Takes reasoning that only the provider can read: a part without deltas.
    pub(super) fn add_redacted(&mut self, data: String, out: &mut Vec<Event>) -> Result<(), Invalid> {
        self.start(Kind::Redacted(data), out)
    }

    /// Finds the call that a delta belongs to, or notes a new one.
    ///
    /// Its number tells; a server that gives every call the same number gives them different ids. Without a number
    /// the id tells, and without either a name begins a new call.
    pub(super) fn call(
        &mut self,
        at: Option<u32>,
        id: &str,
        name: &str,
        kind: CallKind,
        out: &mut Vec<Event>,
    ) -> Result<Kind, Invalid> {
        if let Some(found) = self.find_call(at, id, !name.is_empty()) {
            self.complete_call(found, id, name, kind, out);
            return Ok(Kind::Call(found));
        }
        self.calls.push(Call { at, id: id.to_owned(), name: name.to_owned(), kind });
        let kind = Kind::Call(self.calls.len() - 1);
        self.start(kind.clone(), out)?;
        Ok(kind)
    }

    fn find_call(&self, at: Option<u32>, id: &str, named: bool) -> Option<usize> {
        if at.is_some() {
            let found = self.calls.iter().rposition(|call| call.at == at)?;
            let known = self.calls.get(found).map_or("", |call| call.id.as_str());
            let other = named && !id.is_empty() && !known.is_empty() && known != id;
            return (!other).then_some(found);
        }
        if !id.is_empty() {
            return self.calls.iter().rposition(|call| call.id == id);
        }
        if named { None } else { self.calls.len().checked_sub(1) }
    }

    /// Fills in what a call's first delta did not say; a repeated name or id changes nothing.
    fn complete_call(&mut self, found: usize, id: &str, name: &str, kind: CallKind, out: &mut Vec<Event>) {
        let Some(call) = self.calls.get_mut(found) else { return };
        if call.id.is_empty() {
            id.clone_into(&mut call.id);
        }
        if call.name.is_empty() && !name.is_empty() {
            name.clone_into(&mut call.name);
            call.kind = kind;
            self.promote(out);
        }
    }

    /// Ends what is open, then brings everything that waited.
    pub(crate) fn finish(&mut self, out: &mut Vec<Event>) {
        if self.open == Some(Kind::Text) {
            self.tell_logprobs(out);
        }
        for waiting in std::mem::take(&mut self.waiting) {
            self.bring(waiting, out);
        }
        self.close(out);
        self.waiting_bytes = 0;
    }

    fn must_wait(&self, kind: &Kind) -> bool {
        self.is_nameless(kind) || !self.waiting.is_empty() || matches!(self.open, Some(Kind::Call(_)))
    }

    /// A call whose name has not come yet cannot start.
    fn is_nameless(&self, kind: &Kind) -> bool {
        matches!(kind, Kind::Call(call) if self.calls.get(*call).is_some_and(|call| call.name.is_empty()))
    }

    /// Begins a part, now or when its turn comes.
    fn start(&mut self, kind: Kind, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.must_wait(&kind) {
            return self.wait(kind, None);
        }
        self.switch(kind, out);
        Ok(())
    }

    /// Lets the first part that waits begin, once its name is known and no other call is open.
    fn promote(&mut self, out: &mut Vec<Event>) {
        let ready = self.waiting.first().is_some_and(|first| !self.is_nameless(&first.kind));
        if ready && !matches!(self.open, Some(Kind::Call(_))) {
            let first = self.waiting.remove(0);
            self.bring(first, out);
        }
    }

    /// Keeps a delta, or a part without any yet, for later. A call is continued wherever it waits, other parts only at the end.
    fn wait(&mut self, kind: Kind, delta: Option<Delta>) -> Result<(), Invalid> {
        let mut logprobs = Vec::new();
        if kind == Kind::Text {
            self.waiting_bytes += std::mem::take(&mut self.logprobs_bytes);
            logprobs = std::mem::take(&mut self.logprobs);
        }
        let size = delta.as_ref().map_or(0, |delta| delta.text().len()) + size_of::<Waiting>();
        self.waiting_bytes += size;
        if self.waiting_bytes > MAX_WAITING {
            let path = format!("choices[{}].delta.tool_calls", self.choice);
            return Err(Invalid::new(path, format!("more than {MAX_WAITING} bytes wait for a call to end")));
        }
        let found = match &kind {
            Kind::Call(_) => self.waiting.iter_mut().find(|waiting| waiting.kind == kind),
            Kind::Redacted(_) => None,
            _ => self.waiting.last_mut().filter(|last| last.kind == kind && !last.is_ended_for(delta.as_ref())),
        };
        match found {
            Some(waiting) => waiting.push(delta, logprobs),
            None => self.waiting.push(Waiting { kind, deltas: delta.into_iter().collect(), logprobs }),
        }
        Ok(())
    }

    fn bring(&mut self, waiting: Waiting, out: &mut Vec<Event>) {
        self.switch(waiting.kind, out);
        if !waiting.logprobs.is_empty() {
            self.logprobs = waiting.logprobs;
        }
        for delta in waiting.deltas {
            self.emit(delta, out);
        }
    }

    fn tell_logprobs(&mut self, out: &mut Vec<Event>) {
        if !self.logprobs.is_empty() {
            let tokens = std::mem::take(&mut self.logprobs);
            out.push(Event::Logprobs { choice: self.choice, part: self.begun.saturating_sub(1), tokens });
        }
        self.logprobs_bytes = 0;
    }

    /// Ends the open part and begins another.
    fn switch(&mut self, kind: Kind, out: &mut Vec<Event>) {
        self.close(out);
        out.push(Event::PartStart { choice: self.choice, part: self.begun, kind: self.part_start(&kind) });
        self.open = Some(kind);
        self.begun += 1;
    }

    fn part_start(&self, kind: &Kind) -> PartStart {
        match kind {
            Kind::Text => PartStart::Text,
            Kind::Refusal => PartStart::Refusal,
            Kind::Thinking => PartStart::Thinking,
            Kind::Redacted(data) => PartStart::RedactedThinking { data: data.clone() },
            Kind::Call(index) => {
                let call = self.calls.get(*index);
                let (id, name) = call.map(|call| (call.id.clone(), call.name.clone())).unwrap_or_default();
                let id = if id.is_empty() { made_id(&self.reply_id, *index) } else { id };
                let kind = call.map(|call| call.kind).unwrap_or_default();
                PartStart::ToolCall { id, name, namespace: None, kind }
            }
        }
    }

    fn emit(&mut self, delta: Delta, out: &mut Vec<Event>) {
        self.signed |= matches!(delta, Delta::Signature(_) | Delta::Sealed { .. } | Delta::Bound(_));
        if self.open == Some(Kind::Text) {
            self.tell_logprobs(out);
        }
        out.push(Event::Delta { choice: self.choice, part: self.begun.saturating_sub(1), delta });
    }

    fn close(&mut self, out: &mut Vec<Event>) {
        self.signed = false;
        if self.open.take().is_some() {
            out.push(Event::PartEnd { choice: self.choice, part: self.begun.saturating_sub(1) });
        }
    }
}
