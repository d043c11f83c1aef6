//! The body of a request for vectors.

use bytes::Bytes;
use wire::edit::Edits;
use wire::embeddings;
use wire::envelope::Envelope;
use wire::{Dialect, Invalid};

use super::request::{Prepared, quoted};
use crate::models::Target;

/// The client's own bytes with only the model's name edited, wherever it stands.
pub(crate) fn same_embedding(body: &Bytes, envelope: &Envelope, target: &Target, dialect: Dialect) -> Prepared {
    let mut edits = Edits::default();
    if envelope.model != target.model {
        // the envelope was read from these bytes, so they are text
        for span in dialect.models_in_embedding(std::str::from_utf8(body).unwrap_or_default()) {
            edits.replace(span, quoted(&dialect.model_in_body(&target.model)));
        }
    }
    Prepared { body: edits.apply(body), ..Prepared::default() }
}

/// What a client of another dialect asks, written in the provider's.
pub(crate) fn embedding_across(
    request: &embeddings::Request,
    target: &Target,
    dialect: Dialect,
) -> Result<Prepared, Invalid> {
    let written = dialect.write_embedding_request(request, &target.model)?;
    let mut dropped = request.unmapped.clone();
    dropped.extend(written.dropped);
    Ok(Prepared { body: written.body.into(), dropped, ..Prepared::default() })
}
