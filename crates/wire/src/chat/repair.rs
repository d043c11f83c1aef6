//! Repairs of conversations that a provider would refuse as they are, for administrators who want that (LiteLLM's
//! `modify_params`). What loses nothing is no repair: writers join turns and leave out empty texts by themselves.

use std::collections::HashSet;

use super::{CallKind, Message, Namespace, Origin, Part, Request, Role, Tool, ToolKind};
use crate::Dialect;
use crate::json::Raw;

/// What a user says who has said nothing.
const CONTINUE: &str = "Continue.";

impl Request {
    /// Repairs the conversation for a provider of `dialect`, and names what was changed, where the client wrote it:
    /// `modified:input[0] (…)`.
    pub fn repair(&mut self, dialect: Dialect) -> Vec<String> {
        let mut changed = Vec::new();
        drop_results_without_calls(&mut self.messages, &mut changed);
        match dialect {
            Dialect::Anthropic | Dialect::Bedrock | Dialect::BedrockInvoke | Dialect::Gemini => {
                begin_with_user(&mut self.messages, &mut changed);
            }
            Dialect::OpenAiChat
            | Dialect::OpenAiCompletions
            | Dialect::OpenAiResponses
            | Dialect::Cohere
            | Dialect::CohereV1 => {}
        }
        // the writer for Bedrock does so always, as its providers refuse any conversation with calls otherwise
        if matches!(dialect, Dialect::Anthropic | Dialect::BedrockInvoke) && self.tools.is_empty() {
            self.tools = called(&self.messages);
            let names = self.tools.iter().map(|tool| format!("modified:tools ({} declared)", tool.name));
            changed.extend(names);
        }
        changed
    }
}

/// Providers refuse the result of a call that stands nowhere before it.
fn drop_results_without_calls(messages: &mut Vec<Message>, changed: &mut Vec<String>) {
    let mut called = HashSet::new();
    let mut index = 0;
    messages.retain_mut(|message| {
        let (before, mut kept) = (message.parts.len(), 0);
        let origin = &mut message.origin;
        message.parts.retain(|part| {
            let stays = !matches!(part, Part::ToolResult(result) if !called.contains(&result.call_id));
            if stays {
                kept += 1;
            } else {
                changed.push(format!("modified:{} (result without a call dropped)", path_of(origin, kept, index)));
                origin.remove(kept);
            }
            stays
        });
        called.extend(message.parts.iter().filter_map(|part| match part {
            Part::ToolCall(call) => Some(call.id.clone()),
            _ => None,
        }));
        index += 1;
        message.parts.len() == before || !message.parts.is_empty()
    });
}

/// Claude's APIs want the user to speak first, and Gemini's refuses a call that no user's turn comes before.
fn begin_with_user(messages: &mut Vec<Message>, changed: &mut Vec<String>) {
    let turn = |message: &Message| matches!(message.role, Role::User | Role::Assistant) && says_something(message);
    let first = messages.iter().position(turn);
    if first.is_some_and(|at| messages.get(at).is_some_and(|message| message.role == Role::User)) {
        return;
    }
    let at = first.unwrap_or(messages.len());
    let path = messages.get(at).map_or_else(|| format!("messages[{at}]"), |message| path_of(&message.origin, 0, at));
    messages.insert(at, Message::new(Role::User, vec![Part::text(CONTINUE)]));
    changed.push(format!("modified:{path} (user message put in front)"));
}

/// Where the client wrote a part of the message at `index`.
fn path_of(origin: &Origin, part: usize, index: usize) -> String {
    origin.path(part).map_or_else(|| format!("messages[{index}]"), str::to_owned)
}

/// Empty texts are left out by the writers.
fn says_something(message: &Message) -> bool {
    message.parts.iter().any(|part| !matches!(part, Part::Text { text, .. } if text.is_empty()))
}

/// Tools as far as their calls tell of them, each once.
fn called(messages: &[Message]) -> Vec<Tool> {
    let mut seen = HashSet::new();
    let parts = messages.iter().flat_map(|message| &message.parts);
    let calls = parts.filter_map(|part| match part {
        Part::ToolCall(call) if seen.insert((&call.namespace, &call.name)) => Some(call),
        _ => None,
    });
    let tools = calls.map(|call| Tool {
        name: call.name.clone(),
        schema: Raw::parse(r#"{"type":"object"}"#).ok().filter(|_| call.kind == CallKind::Function),
        kind: match call.kind {
            CallKind::Function => ToolKind::Function,
            CallKind::Custom => ToolKind::Custom { format: super::CustomFormat::Text },
        },
        namespace: call.namespace.clone().map(|name| Namespace { name, description: None }.into()),
        ..Tool::default()
    });
    tools.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ToolCall, ToolResult};

    fn say(role: Role, text: &str) -> Message {
        Message::new(role, vec![Part::text(text)])
    }

    fn call(id: &str) -> Message {
        Message::new(Role::Assistant, vec![Part::ToolCall(ToolCall::new(id, "look", "{}"))])
    }

    fn result(id: &str) -> Message {
        let result = ToolResult { call_id: id.to_owned(), parts: Vec::new(), is_error: false, cache: None };
        Message::new(Role::User, vec![Part::ToolResult(result)])
    }

    fn repaired(messages: Vec<Message>, dialect: Dialect) -> (Vec<String>, Request) {
        let mut request = Request { messages, ..Request::default() };
        let changed = request.repair(dialect);
        (changed, request)
    }

    #[test]
    fn what_is_dropped_is_named_where_the_client_wrote_it() {
        let at = |path: &str, message: Message| Message::at(path, message.role, message.parts);
        let mut results = at("input[2]", result("zz"));
        for message in
            [at("input[3]", result("yy")), at("input[4]", result("a")), at("input[5]", say(Role::User, "so?"))]
        {
            results.join(message);
        }
        let said = vec![at("input[0]", say(Role::User, "hi")), at("input[1]", call("a")), results];
        let (changed, request) = repaired(said, Dialect::OpenAiChat);
        assert_eq!(changed, [2, 3].map(|at| format!("modified:input[{at}] (result without a call dropped)")));
        let told = request.in_words_of(Dialect::OpenAiResponses, "messages[2].parts[1].audio");
        assert_eq!((request.messages[2].parts.len(), told.as_str()), (2, "input[5].audio"));
    }

    #[test]
    fn the_user_speaks_first() {
        for (messages, at) in [
            (vec![say(Role::Assistant, "hi"), say(Role::User, "x")], Some(0)),
            (vec![say(Role::System, "be"), say(Role::Assistant, "hi")], Some(1)),
            (vec![say(Role::System, "be")], Some(1)),
            (vec![say(Role::User, ""), say(Role::Assistant, "hi")], Some(1)),
            (vec![say(Role::System, "be"), say(Role::User, "x")], None),
        ] {
            for dialect in Dialect::SQUARE {
                let wanted = at.filter(|_| matches!(dialect, Dialect::Anthropic | Dialect::Bedrock | Dialect::Gemini));
                let names = wanted.map(|at| format!("modified:messages[{at}] (user message put in front)"));
                let (changed, request) = repaired(messages.clone(), dialect);
                assert_eq!(changed, Vec::from_iter(names), "{messages:?}");
                let put = wanted.map(|at| &request.messages[at]);
                assert_eq!(put, wanted.map(|_| say(Role::User, CONTINUE)).as_ref());
                assert_eq!(request.messages.len(), messages.len() + usize::from(wanted.is_some()));
            }
        }
    }

    #[test]
    fn results_without_calls_go() {
        let messages = vec![say(Role::User, "x"), result("a"), call("b"), result("b"), result("c")];
        let (changed, request) = repaired(messages, Dialect::OpenAiResponses);
        let expected = [1, 4].map(|at| format!("modified:messages[{at}] (result without a call dropped)"));
        assert_eq!(changed, expected);
        assert_eq!(request.messages, [say(Role::User, "x"), call("b"), result("b")]);
    }

    #[test]
    fn what_was_called_is_declared() {
        let messages = vec![say(Role::User, "x"), call("a"), result("a"), call("b"), result("b")];
        let (changed, request) = repaired(messages.clone(), Dialect::Anthropic);
        assert_eq!(changed, ["modified:tools (look declared)"]);
        assert_eq!((request.tools.len(), request.tools[0].name.as_str()), (1, "look"));
        assert_eq!(repaired(messages, Dialect::Bedrock).0, Vec::<String>::new());
    }
}
