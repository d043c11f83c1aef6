//! What is answered to a request, and what happens around the answer.

use std::time::Duration;

use http::request::Parts;
use serde_json::Value;

use crate::counts::{Counts, measure, quarter};
use crate::decide::{Decision, decide, status};
use crate::dialect::Dialect;
use crate::markers;
use crate::read;
use crate::route::Route;
use crate::rules;
use crate::script::Script;
use crate::shared::Shared;
use crate::turn::Turn;
use crate::write::{Answer, Job, bedrock, embeddings, gemini};

pub(crate) struct Plan {
    pub(crate) answer: Answer,
    pub(crate) script: Script,
    /// What the answer costs in truth.
    pub(crate) measured: Counts,
    /// The wait before the head that the prompt asked for.
    pub(crate) sleep: Duration,
    /// The wait before each frame that the prompt asked for.
    pub(crate) slow: Duration,
    pub(crate) request_id: String,
}

impl Plan {
    /// An answer and nothing around it.
    pub(crate) fn plain(answer: Answer) -> Self {
        Self {
            answer,
            script: Script::default(),
            measured: Counts::default(),
            sleep: Duration::ZERO,
            slow: Duration::ZERO,
            request_id: String::new(),
        }
    }
}

pub(crate) fn plan(shared: &Shared, head: &Parts, route: Route<'_>, body: &[u8], json: Option<&Value>) -> Plan {
    let text = str::from_utf8(body).unwrap_or_default();
    let asked = json.unwrap_or(&Value::Null);
    let spelt = route.is_geminis().then(|| json.map(read::gemini::spelt)).flatten();
    let json = spelt.as_ref().or(json);
    let (model, stream, plain) = (route.model(asked), route.stream(asked), route.plain(head));
    let model = model.as_deref();
    let dialect = route.dialect();
    let script = shared.scripts.take(head.uri.path(), model, text, dialect.is_some());
    let request_id = shared.ids.next("req_");
    let scene = |dialect| Scene {
        shared,
        dialect,
        text,
        model: model.unwrap_or("mock"),
        stream,
        plain,
        request_id: &request_id,
    };
    let planned = match (route, dialect) {
        (Route::Invoke { .. }, Some(dialect)) => {
            let planned = scene(dialect).invoke(json, script);
            Plan { answer: bedrock::invoke::headed(planned.answer, &planned.script, planned.measured, head), ..planned }
        }
        (Route::Generate { .. }, Some(dialect)) if plain => {
            let planned = scene(dialect).plan(json, script);
            let fails = planned.answer.status >= 400;
            Plan { answer: if fails { gemini::listed(planned.answer) } else { planned.answer }, ..planned }
        }
        (Route::Embed { dialect, several, .. }, _) => scene(dialect).embed(json, several, script),
        (_, Some(dialect)) => scene(dialect).plan(json, script),
        (Route::Count { dialect, .. }, _) => scene(dialect).count(json, script.unwrap_or_default()),
        _ => fixed(route, head, script.unwrap_or_default(), &request_id),
    };
    Plan { request_id, ..planned }
}

/// A route without a model can be made to fail too.
fn fixed(route: Route<'_>, head: &Parts, script: Script, request_id: &str) -> Plan {
    let mut answer = route.fixed(head);
    if let Some(status) = script.status {
        let dialect =
            if head.headers.contains_key("anthropic-version") { Dialect::Anthropic } else { Dialect::OpenaiChat };
        answer = dialect.error(status, "mock error", request_id);
    }
    Plan { script, ..Plan::plain(answer) }
}

/// A request for a turn, and where it came in.
struct Scene<'a> {
    shared: &'a Shared,
    dialect: Dialect,
    text: &'a str,
    model: &'a str,
    stream: bool,
    plain: bool,
    request_id: &'a str,
}

impl Scene<'_> {
    fn plan(&self, json: Option<&Value>, pushed: Option<Script>) -> Plan {
        let Some(json) = json else { return self.refuse("could not parse the JSON body") };
        if let Some(refusal) = self.dialect.refusal(json, self.request_id) {
            return Plan::plain(refusal);
        }
        let mut turn = Turn { stream: self.stream, plain: self.plain, ..self.dialect.read(json) };
        if turn.is_prompt() {
            let raw = turn.user.contains("[[think:raw]]");
            let aloud = turn.user.contains("[[think]]");
            (turn.think, turn.summary, turn.raw) = (turn.think || aloud || raw, turn.summary || aloud, raw);
        }
        let script = match scripted(&turn, pushed) {
            Ok(script) => script,
            Err(message) => return self.refuse(&message),
        };
        match self.dialect.forgery(json, self.model, &self.shared.ids, self.request_id).filter(|_| !script.any_proof) {
            Some(refusal) => Plan::plain(refusal),
            None => self.answer(&turn, script),
        }
    }

    /// A body for Claude is a turn. Of one for another model nothing is known: it is answered with its digest, and a pushed
    /// script harms only what is around that.
    fn invoke(&self, json: Option<&Value>, pushed: Option<Script>) -> Plan {
        let Some(json) = json.filter(|json| json.is_object()) else {
            return self.refuse("Malformed input request, please reformat your input and try again.");
        };
        if json.get("anthropic_version").is_some() || self.model.contains("anthropic.") {
            return self.plan(Some(json), pushed);
        }
        let script = pushed.unwrap_or_default();
        if let Some(status) = script.status.filter(|status| *status >= 400) {
            return Plan { script, ..Plan::plain(self.dialect.error(status, "mock error", self.request_id)) };
        }
        let (answer, measured) = bedrock::invoke::digest(self.text, self.stream, &script);
        Plan { script, measured, ..Plan::plain(answer) }
    }

    /// A count of tokens generates nothing. It waits and fails as its prompt says, but flakiness is left to the turn.
    fn count(&self, json: Option<&Value>, script: Script) -> Plan {
        let Some(json) = json else { return self.refuse("could not parse the JSON body") };
        let (dialect, asked) = self.dialect.counted(json);
        let forgery =
            || dialect.forgery(&asked, self.model, &self.shared.ids, self.request_id).filter(|_| !script.any_proof);
        if let Some(refusal) = self.dialect.count_refusal(json, self.request_id).or_else(forgery) {
            return Plan::plain(refusal);
        }
        let turn = dialect.read(&asked);
        let prompt = if turn.is_prompt() { turn.user.as_str() } else { "" };
        let sleep = Duration::from_millis(markers::number(prompt, "sleep").unwrap_or(0));
        let failure = script.status.filter(|status| *status >= 400);
        let tokens = script.counts.map_or_else(|| quarter(self.text.len()), |counts| counts.input);
        let answer = failure.or_else(|| Some(status(markers::number(prompt, "error")?))).map_or_else(
            || self.dialect.write_count(tokens),
            |status| self.dialect.error(status, "mock error", self.request_id),
        );
        Plan { script, sleep, ..Plan::plain(answer) }
    }

    /// Vectors: their texts fail and wait like the prompt of a turn.
    fn embed(&self, json: Option<&Value>, several: bool, pushed: Option<Script>) -> Plan {
        let Some(json) = json else { return self.refuse("could not parse the JSON body") };
        if let Some(refusal) = rules::embeddings::refusal(self.dialect, json, self.model, several) {
            return Plan::plain(refusal);
        }
        let asked = read::embeddings::asked(self.dialect, json);
        let turn = Turn { user: asked.texts.join("\n"), ..Turn::default() };
        let script = match scripted(&turn, pushed) {
            Ok(script) => script,
            Err(message) => return self.refuse(&message),
        };
        let Decision { error, sleep, .. } = decide(&turn, &self.shared.flaky);
        if let Some(status) = script.status.filter(|status| *status >= 400).or(error) {
            let answer = self.dialect.error(status, "mock error", self.request_id);
            return Plan { script, sleep, ..Plan::plain(answer) };
        }
        let input = quarter(self.text.len());
        let measured = script.counts.unwrap_or(Counts { input, ..Counts::default() });
        let vectors =
            embeddings::Vectors { asked: &asked, script: &script, model: self.model, counts: measured, several };
        let answer = vectors.answer(self.dialect);
        let status = script.status.unwrap_or(answer.status);
        Plan { script, measured, sleep, ..Plan::plain(Answer { status, ..answer }) }
    }

    fn answer(&self, turn: &Turn, script: Script) -> Plan {
        let mut decision = decide(turn, &self.shared.flaky);
        if let Some(text) = &script.text {
            decision.text.clone_from(text);
            decision.others.fill(text.clone());
            decision.calls.clear();
        }
        let (sleep, slow) = (decision.sleep, decision.slow);
        if let Some(status) = script.status.filter(|status| *status >= 400).or(decision.error) {
            let answer = self.dialect.error(status, "mock error", self.request_id);
            return Plan { script, sleep, slow, ..Plan::plain(answer) };
        }
        let measured = script.counts.unwrap_or_else(|| measure(self.dialect, self.text, turn, &decision));
        let Scene { shared, model, .. } = self;
        let job = Job { turn, decision: &decision, script: &script, model, counts: measured, ids: &shared.ids };
        let mut answer = self.dialect.write(&job);
        answer.status = script.status.unwrap_or(answer.status);
        Plan { script, measured, sleep, slow, ..Plan::plain(answer) }
    }

    fn refuse(&self, message: &str) -> Plan {
        Plan::plain(self.dialect.error(400, message, self.request_id))
    }
}

/// The script that was pushed, else that of the prompt: like every marker, it says nothing to a turn of tool results. The error
/// says what is wrong with it.
fn scripted(turn: &Turn, pushed: Option<Script>) -> Result<Script, String> {
    let marked = || markers::script(&turn.user).filter(|_| turn.is_prompt());
    pushed.map(Ok).or_else(marked).unwrap_or_else(|| Ok(Script::default()))
}
