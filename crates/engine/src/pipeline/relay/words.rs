//! What clients hear of a provider's errors: in their own words, and nothing that the gateway keeps secret.

use wire::{Dialect, ErrorReply};

use super::Passage;
use crate::cloud::aws::AwsAuth;
use crate::secret::Secret;

/// A header's value that is shorter is not looked for: it would be found everywhere.
const SHORTEST_SECRET: usize = 8;

impl Passage<'_> {
    /// A provider's error as the client may see it; `raw` is what it was read from. Across dialects the type's word is the
    /// client's for that kind: the provider's would mean something else there, or nothing.
    pub(super) fn in_clients_words(&self, dialect: Dialect, reply: ErrorReply, raw: &[u8]) -> ErrorReply {
        if self.quotes_a_secret(raw) {
            let message = "The provider's message is withheld: it quotes the gateway's credential.".to_owned();
            return ErrorReply { message, param: None, type_word: None, code: None, details: None, ..reply };
        }
        let type_word = reply.type_word.filter(|_| dialect == self.ask.dialect);
        ErrorReply { type_word, ..reply }
    }

    /// Whether the deployment's key, what it signs with, or a header that it adds, stands in `raw`.
    pub(super) fn quotes_a_secret(&self, raw: &[u8]) -> bool {
        let deployment = &self.attempt.target.deployment;
        let key = deployment.key.as_ref().map(Secret::reveal).into_iter();
        let signs = deployment.aws.as_ref().and_then(AwsAuth::credentials);
        let signs = signs.iter().flat_map(|keys| {
            [Some(keys.access_key_id()), Some(keys.secret_access_key()), keys.session_token()].into_iter().flatten()
        });
        let mut secrets = key.chain(signs).chain(deployment.headers.iter().map(|(_, value)| value.as_str()));
        secrets.any(|secret| secret.len() >= SHORTEST_SECRET && memchr::memmem::find(raw, secret.as_bytes()).is_some())
    }
}
