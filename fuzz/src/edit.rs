//! Edits of bodies that go on as the client's own bytes: what was JSON stays JSON, and what was put there is read there.

use bytes::Bytes;
use wire::edit::{self, Edits, FieldPath};
use wire::envelope::{self, Address, Envelope};
use wire::{Dialect, foreign};

/// `<dialect><path of a field, up to the end of the line><body>`.
pub fn edit(input: &[u8]) {
    let Some((dialect, rest)) = super::dialect(input) else { return };
    let Some(at) = rest.iter().position(|byte| *byte == b'\n') else { return };
    let (path, body) = (&rest[..at], Bytes::copy_from_slice(&rest[at + 1..]));
    let path = std::str::from_utf8(path).ok().and_then(|path| FieldPath::parse(path).ok());
    if let Some(path) = &path {
        // a body that is no JSON must not break it either
        drop(edit::cut(&body, std::slice::from_ref(path)));
    }
    let address = Address { model: "m".to_owned(), stream: true };
    let address =
        Some(&address).filter(|_| matches!(dialect, Dialect::Bedrock | Dialect::BedrockInvoke | Dialect::Gemini));
    let Ok(envelope) = envelope::read(dialect, address, &body) else { return };
    if let Some(path) = path {
        cut(&body, path);
    }
    if !envelope.sealed {
        replace(dialect, address, &envelope, &body);
    }
    without_foreign(dialect, &body);
}

fn cut(body: &Bytes, path: FieldPath) {
    let paths = [path];
    let Some((bare, named)) = edit::cut(body, &paths) else { return };
    super::json(&bare, "a body without a field");
    assert_eq!(named, [paths[0].written()]);
    assert_eq!(edit::cut(&bare, &paths), None);
}

/// Another model and another ceiling are read where they were put.
fn replace(dialect: Dialect, address: Option<&Address>, envelope: &Envelope, body: &Bytes) {
    let mut edits = Edits::default();
    if let Some(span) = envelope.model_span.clone().filter(|_| dialect != Dialect::Gemini) {
        edits.replace(span, r#""other""#.to_owned());
    }
    for (_, _, span) in &envelope.ceilings {
        edits.replace(span.clone(), "77".to_owned());
    }
    edits.insert_field(body, envelope.start, "x-put", "1");
    if let Some(span) = envelope.inference_config.clone().filter(|span| body[span.start] == b'{') {
        edits.insert_field(body, span.start + 1, "x-put", "1");
    }
    let edited = edits.apply(body);
    super::json(&edited, "an edited body");
    match envelope::read(dialect, address, &edited) {
        Ok(read) => {
            let has_model = envelope.model_span.is_some() && dialect != Dialect::Gemini;
            assert_eq!(read.model, if has_model { "other" } else { &envelope.model });
            assert_eq!(read.ceilings.len(), envelope.ceilings.len());
            assert!(read.ceilings.iter().all(|(_, value, _)| *value == 77));
        }
        Err(refused) => panic!("{refused}: {}", String::from_utf8_lossy(&edited)),
    }
}

fn without_foreign(dialect: Dialect, body: &Bytes) {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let found = foreign::find(dialect, "gemini-3", text);
    let mut edits = Edits::default();
    for (span, json) in found.lists {
        edits.replace(span, json);
    }
    let bare = edits.apply(body);
    let text = super::json(&bare, "a body without what another provider made");
    assert_eq!(foreign::find(dialect, "gemini-3", text).names, Vec::<String>::new());
}
