//! Providers that answer in this process.

use http::HeaderMap;
use tokio::time::timeout_at;
use wire::chat;

use super::super::answer as head;
use super::super::client::Left;
use super::super::dispatch::Failed;
use super::super::settle::Conclusion;
use super::{Passage, Relayed, ended};

impl Passage<'_> {
    /// The answer of a provider that is in this process.
    pub(super) async fn local(
        &mut self,
        mut conversation: Box<chat::Request>,
        answer: fn(&chat::Request) -> chat::Reply,
    ) -> Result<Relayed, Failed> {
        conversation.model.clone_from(&self.attempt.target.model);
        let mut reply = answer(&conversation);
        self.names().fill(&mut reply.id, &mut reply.model);
        self.attempt.usage = reply.usage;
        self.attempt.first_byte_at = Some(self.engine.clock.now());
        let none = HeaderMap::new();
        if !self.attempt.stream {
            let headers = self.head_of_whole(&none);
            let body = self.ask.dialect.write_reply(&reply, &self.style, self.latency_ms()).into();
            return Ok(Relayed::Whole { headers, body });
        }
        let mut headers = head::stream_headers(self.ask.dialect, &self.attempt.call_id);
        head::describe(&mut headers, self.attempt, &none);
        self.client.expect(self.style.clone());
        self.client.begin(headers);
        for event in reply.events() {
            let mut bytes = Vec::new();
            let latency_ms = self.latency_ms();
            self.client.writer.write(&event, latency_ms, &mut bytes);
            if bytes.is_empty() {
                continue;
            }
            let ending = self.ended();
            let sent = tokio::select! {
                sent = timeout_at(self.deadline, self.client.send(bytes.into())) => sent.unwrap_or(Err(Left)),
                ending = ending => return Err(ended(ending).into()),
            };
            if sent == Err(Left) {
                return Ok(Relayed::Streamed { conclusion: Conclusion::Cancelled, inbound: None });
            }
        }
        Ok(Relayed::Streamed { conclusion: Conclusion::Success, inbound: None })
    }
}
