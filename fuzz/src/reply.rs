//! Whole answers of providers, and their errors: what is read is written for every client, whole and as a stream.

use wire::chat::{Part, Reply};
use wire::embeddings::Form;
use wire::{Dialect, ErrorReply};

use super::written;

/// `<dialect><body>`.
pub fn reply(input: &[u8]) {
    let Some((from, body)) = super::dialect(input) else { return };
    for status in [400, 404, 429, 500] {
        error(&from.read_error(status, Some("ThrottlingException:http://x"), body));
    }
    let Ok(body) = std::str::from_utf8(body) else { return };
    error(&from.read_late_error(body));
    let _told = from.is_error_reply(body);
    from.read_count(body);
    let scanned = from.scan_usage(body);
    embeddings(from, body);
    let Ok(mut reply) = from.read_reply(body) else { return };
    assert_eq!(scanned, reply.usage, "the scan and the reader");
    assert!(!reply.choices.is_empty());
    written::stand_ins().restore_reply(&mut reply);
    for to in Dialect::ALL {
        write(&reply, to);
    }
}

fn error(reply: &ErrorReply) {
    for to in Dialect::ALL {
        to.error_word(reply);
        to.error_status(reply);
        super::json(&to.write_error(reply, "call"), "a written error");
    }
}

fn write(reply: &Reply, to: Dialect) {
    written::check(to, &reply.events());
    let whole = to.write_reply(reply, &written::style(to), 7);
    let text = super::json(&whole, "a written answer");
    if !super::is_read(to) {
        return;
    }
    let back = to.read_reply(text);
    let back = back.unwrap_or_else(|error| panic!("{to:?} does not read what it wrote ({error}): {text}"));
    written::check_texts(texts(reply), &texts(&back).collect::<String>(), text);
    // of figures that contradict each other no dialect must make sense
    if reply.usage.output >= reply.usage.reasoning {
        assert_eq!(back.usage.output.unwrap_or_default(), reply.usage.output.unwrap_or_default(), "{to:?}: {text}");
    }
}

fn embeddings(from: Dialect, body: &str) {
    let scanned = from.scan_embedding_usage(body);
    let Ok(reply) = from.read_embeddings(body) else { return };
    assert_eq!(scanned, reply.usage, "the scan and the reader");
    for to in Dialect::ALL.into_iter().filter(|to| to.embeds()) {
        for (base64, single) in [(false, false), (true, false), (false, true)] {
            super::json(&to.write_embeddings(&reply, Form { base64, single }), "written vectors");
        }
    }
}

/// What the first answer says.
fn texts(reply: &Reply) -> impl Iterator<Item = &str> {
    reply.choices.iter().take(1).flat_map(|choice| &choice.parts).filter_map(|part| match part {
        Part::Text { text, .. } => Some(text.as_str()),
        _ => None,
    })
}
