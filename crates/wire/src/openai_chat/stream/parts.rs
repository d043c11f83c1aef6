//! The parts of one answer, put into an order in which they do not overlap.
//!
//! Text, reasoning and refusals end when something else begins. A tool call does not say when it ends, and deltas of
//! parallel calls may be mixed: while one call is open, everything else waits until the answer is finished, then
//! follows in the order in which it began. So nothing is lost, and the first call, or any text before it, flows at once.

use super::super::call::made_id;
use crate::chat::{Citation, Delta, Event, PartStart};
use crate::json::Invalid;

/// The most bytes that may wait behind a tool call.
const MAX_WAITING: usize = 16 * 1024 * 1024;

/// What a part is. A call is known by its place in the order of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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
}

/// A part that waits.
#[derive(Debug)]
struct Waiting {
    kind: Kind,
    deltas: Vec<Delta>,
}

/// The parts of one answer.
#[derive(Debug)]
pub(super) struct Parts {
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
}

impl Parts {
    pub(super) fn new(choice: u32, reply_id: &str) -> Self {
        Self {
            choice,
            reply_id: reply_id.to_owned(),
            begun: 0,
            open: None,
            signed: false,
            calls: Vec::new(),
            waiting: Vec::new(),
            waiting_bytes: 0,
        }
    }

    pub(super) fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Takes a piece of text, reasoning, signature or refusal.
    pub(super) fn add(&mut self, kind: Kind, delta: Delta, out: &mut Vec<Event>) -> Result<(), Invalid> {
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
        out: &mut Vec<Event>,
    ) -> Result<Kind, Invalid> {
        if let Some(found) = self.find_call(at, id, !name.is_empty()) {
            self.complete_call(found, id, name, out);
            return Ok(Kind::Call(found));
        }
        self.calls.push(Call { at, id: id.to_owned(), name: name.to_owned() });
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
    fn complete_call(&mut self, found: usize, id: &str, name: &str, out: &mut Vec<Event>) {
        let Some(call) = self.calls.get_mut(found) else { return };
        if call.id.is_empty() {
            id.clone_into(&mut call.id);
        }
        if call.name.is_empty() && !name.is_empty() {
            name.clone_into(&mut call.name);
            self.promote(out);
        }
    }

    /// Ends what is open, then brings everything that waited.
    pub(super) fn finish(&mut self, out: &mut Vec<Event>) {
        for Waiting { kind, deltas } in std::mem::take(&mut self.waiting) {
            self.bring(kind, deltas, out);
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
            let Waiting { kind, deltas } = self.waiting.remove(0);
            self.bring(kind, deltas, out);
        }
    }

    /// Keeps a delta, or a part without any yet, for later. A call is continued wherever it waits, other parts only at the end.
    fn wait(&mut self, kind: Kind, delta: Option<Delta>) -> Result<(), Invalid> {
        let size = delta.as_ref().map_or(0, |delta| text(delta).len()) + size_of::<Waiting>();
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
            Some(waiting) => waiting.push(delta),
            None => self.waiting.push(Waiting { kind, deltas: delta.into_iter().collect() }),
        }
        Ok(())
    }

    fn bring(&mut self, kind: Kind, deltas: Vec<Delta>, out: &mut Vec<Event>) {
        self.switch(kind, out);
        for delta in deltas {
            self.emit(delta, out);
        }
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
                let (id, name) =
                    self.calls.get(*index).map(|call| (call.id.clone(), call.name.clone())).unwrap_or_default();
                let id = if id.is_empty() { made_id(&self.reply_id, *index) } else { id };
                PartStart::ToolCall { id, name }
            }
        }
    }

    fn emit(&mut self, delta: Delta, out: &mut Vec<Event>) {
        self.signed |= matches!(delta, Delta::Signature(_));
        out.push(Event::Delta { choice: self.choice, part: self.begun.saturating_sub(1), delta });
    }

    fn close(&mut self, out: &mut Vec<Event>) {
        self.signed = false;
        if self.open.take().is_some() {
            out.push(Event::PartEnd { choice: self.choice, part: self.begun.saturating_sub(1) });
        }
    }
}

impl Waiting {
    /// Reasoning behind a signature is a part of its own.
    fn is_ended_for(&self, delta: Option<&Delta>) -> bool {
        matches!(self.deltas.last(), Some(Delta::Signature(_))) && matches!(delta, Some(Delta::Thinking(_)))
    }

    fn push(&mut self, delta: Option<Delta>) {
        match (self.deltas.last_mut(), delta) {
            (Some(Delta::Arguments(all)), Some(Delta::Arguments(more)))
            | (Some(Delta::Text(all)), Some(Delta::Text(more)))
            | (Some(Delta::Thinking(all)), Some(Delta::Thinking(more))) => all.push_str(&more),
            (_, delta) => self.deltas.extend(delta),
        }
    }
}

fn text(delta: &Delta) -> &str {
    match delta {
        Delta::Text(text) | Delta::Thinking(text) | Delta::Signature(text) | Delta::Arguments(text) => text,
    }
}
