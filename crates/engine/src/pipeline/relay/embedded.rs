//! Vectors: as they came where client and provider speak one dialect, else written in the client's.

use bytes::Bytes;
use http::HeaderMap;
use providers::UpstreamError;
use wire::{Dialect, embeddings};

use super::super::dispatch::Failed;
use super::{Passage, Relayed};
use crate::upstream::Inbound;

impl Passage<'_> {
    /// A provider's answer.
    pub(super) fn embedded(&mut self, dialect: Dialect, inbound: &Inbound, body: &Bytes) -> Result<Relayed, Failed> {
        let text =
            std::str::from_utf8(body).map_err(|_| UpstreamError::malformed("the provider's answer is not text"))?;
        let mut reply = dialect.read_embeddings(text).map_err(|error| {
            tracing::warn!(at = error.path, "a provider's answer cannot be read");
            UpstreamError::malformed("the provider's answer has no vectors")
        })?;
        self.attempt.usage = reply.usage;
        let body = if dialect == self.ask.dialect {
            body.clone()
        } else {
            self.name(&mut reply);
            self.ask.dialect.write_embeddings(&reply, self.ask.embedding()?.style).into()
        };
        Ok(Relayed::Whole { headers: self.head_of_whole(&inbound.headers), body })
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
        let body = self.ask.dialect.write_embeddings(&reply, request.style).into();
        Relayed::Whole { headers: self.head_of_whole(&HeaderMap::new()), body }
    }

    fn name(&self, reply: &mut embeddings::Reply) {
        if reply.model.is_empty() {
            reply.model.clone_from(&self.attempt.target.model);
        }
    }
}
