//! Vectors: as they came where client and provider speak one dialect, else written in the client's.

use bytes::Bytes;
use http::HeaderMap;
use providers::UpstreamError;
use wire::Dialect;
use wire::embeddings::{self, Input};

use super::super::dispatch::Failed;
use super::super::settle::{self, BYTES_PER_TOKEN};
use super::whole::is_object;
use super::{Passage, Relayed};
use crate::upstream::Inbound;

impl Passage<'_> {
    /// A provider's answer.
    pub(super) fn embedded(&mut self, dialect: Dialect, inbound: &Inbound, body: &Bytes) -> Result<Relayed, Failed> {
        let text =
            std::str::from_utf8(body).map_err(|_| UpstreamError::malformed("the provider's answer is not text"))?;
        self.attempt.usage = dialect.scan_embedding_usage(text);
        if dialect.is_error_reply(text) {
            return Err(self.answered_with_an_error(dialect, text));
        }
        if self.attempt.usage.input.is_none()
            && let Ok(asked) = self.ask.embedding()
        {
            // beside short texts the names and braces around them would be the most of what is counted
            self.attempt.input_bytes = asked.inputs.iter().map(size).sum();
        }
        let body = if dialect != self.ask.dialect {
            self.vectors(dialect, text)?
        } else if is_object(text, &self.attempt.usage) {
            body.clone()
        } else {
            return Err(UpstreamError::malformed("the provider's answer is not a JSON object").into());
        };
        Ok(Relayed::Whole { headers: self.head_of_whole(&inbound.headers), body })
    }

    /// The answer in the client's dialect.
    fn vectors(&self, dialect: Dialect, text: &str) -> Result<Bytes, Failed> {
        let mut reply = dialect.read_embeddings(text).map_err(|error| {
            tracing::warn!(at = error.path, "a provider's answer cannot be read");
            UpstreamError::malformed("the provider's answer has no vectors")
        })?;
        let asked = self.ask.embedding()?;
        if reply.vectors.len() != asked.inputs.len() {
            return Err(UpstreamError::malformed("the provider's answer has not one vector for each input").into());
        }
        // clients of OpenAI's always find a count: where the provider tells none, the one that is charged
        reply.usage.input.get_or_insert_with(|| settle::estimated_input(self.attempt));
        self.name(&mut reply);
        Ok(self.ask.dialect.write_embeddings(&reply, asked.form).into())
    }

    /// The answer of a provider that is in this process.
    pub(super) fn embedded_here(
        &mut self,
        request: &embeddings::Request,
        embed: fn(&embeddings::Request) -> embeddings::Reply,
    ) -> Relayed {
        let mut reply = embed(request);
        self.name(&mut reply);
        self.attempt.usage = reply.usage;
        self.attempt.first_byte_at = Some(self.engine.clock.now());
        let body = self.ask.dialect.write_embeddings(&reply, request.form).into();
        Relayed::Whole { headers: self.head_of_whole(&HeaderMap::new()), body }
    }

    fn name(&self, reply: &mut embeddings::Reply) {
        if reply.model.is_empty() {
            reply.model.clone_from(&self.attempt.target.model);
        }
    }
}

/// What an estimate counts of an input, in bytes.
fn size(input: &Input) -> usize {
    match input {
        Input::Text(text) => text.len(),
        Input::Tokens(tokens) => tokens.len().saturating_mul(BYTES_PER_TOKEN),
    }
}
