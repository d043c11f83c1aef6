//! Whole answers of providers, and their errors: what is read is written for every client, whole and as a stream.

use wire::chat::Reply;
use wire::dialect::Style;
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
    from.is_error_reply(body);
    from.read_count(body);
    let scanned = from.scan_usage(body);
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
    let style = Style { include_usage: true, created: 7, request_id: "call".to_owned(), ..Style::default() };
    let whole = to.write_reply(reply, &style, 7);
    let text = super::json(&whole, "a written answer");
    if super::is_read(to)
        && let Err(error) = to.read_reply(text)
    {
        panic!("{to:?} does not read what it wrote ({error}): {text}");
    }
    let (mut writer, mut out) = (to.stream_writer(style), Vec::new());
    for event in reply.events() {
        writer.write(&event, 7, &mut out);
    }
    written::check(to, &out);
}
