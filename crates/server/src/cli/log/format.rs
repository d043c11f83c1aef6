//! One log line as JSON, in the shape of tracing-subscriber's own: `{"timestamp", "level", "fields": {…}, "target"}`. Its
//! writer goes through maps and trees, which costs a call more than the line is worth.

use std::fmt::{self, Write as _};

use engine::clock::Clock;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent};
use tracing_subscriber::registry::LookupSpan;

/// Writes events as JSON lines.
#[derive(Clone, Debug)]
pub(super) struct JsonLines {
    pub(super) clock: Clock,
}

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let meta = event.metadata();
        let now = jiff::Timestamp::from_microsecond(self.clock.now()).unwrap_or_default();
        let mut line = String::with_capacity(512);
        write!(line, r#"{{"timestamp":"{now:.6}","level":"{}","fields":{{"#, meta.level())?;
        let mut fields = Fields { line, is_first: true };
        event.record(&mut fields);
        let mut line = fields.line;
        line.push_str(r#"},"target":"#);
        quote(&mut line, meta.target());
        line.push_str("}\n");
        writer.write_str(&line)
    }
}

/// The line that stands for `lines` others, which nobody read in time. `at` is in microseconds.
pub(super) fn missing(at: i64, lines: u64) -> String {
    let at = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
    let target = module_path!();
    format!(
        "{{\"timestamp\":\"{at:.6}\",\"level\":\"WARN\",\"fields\":{{\"message\":\"log lines were dropped: standard error was \
         not read\",\"lines\":{lines}}},\"target\":\"{target}\"}}\n"
    )
}

/// The fields of an event, one behind the other.
struct Fields {
    line: String,
    is_first: bool,
}

impl Fields {
    fn name(&mut self, field: &Field) -> &mut String {
        if !std::mem::take(&mut self.is_first) {
            self.line.push(',');
        }
        quote(&mut self.line, field.name());
        self.line.push(':');
        &mut self.line
    }

    fn plain(&mut self, field: &Field, value: impl fmt::Display) {
        let line = self.name(field);
        // a string takes everything
        let _written = write!(line, "{value}");
    }
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() { self.plain(field, value) } else { self.record_debug(field, &value) }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        quote(self.name(field), value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        quote(self.name(field), &value.to_string());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        quote(self.name(field), &format!("{value:?}"));
    }
}

/// Appends `text` as a JSON string.
fn quote(line: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        line.push_str(&serde_json::Value::from(text).to_string());
    } else {
        line.push('"');
        line.push_str(text);
        line.push('"');
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::Arc;

    use parking_lot::Mutex;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_json_whatever_stands_in_it() {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = tracing_subscriber::fmt()
            .event_format(JsonLines { clock: Clock::System })
            .with_writer(move || writer.clone())
            .finish();
        let broken = io::Error::other("said \"no\"\n");
        tracing::subscriber::with_default(subscriber, || {
            let none: Option<u16> = None;
            tracing::info!(call.id = "a\"b\\c\u{1b}[0m", attempt = 3_u32, cost = -5_i64, none, ok = true, "it's said");
            tracing::warn!(error = &broken as &dyn std::error::Error, what = ?Some("x"), share = 0.5, odd = f64::NAN);
        });
        let text = String::from_utf8(kept.0.lock().clone()).unwrap();
        let read: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [first, second] = read.as_slice() else { panic!("two lines: {text}") };
        assert_eq!(
            first["fields"],
            serde_json::json!({"message": "it's said", "call.id": "a\"b\\c\u{1b}[0m", "attempt": 3, "cost": -5, "ok": true})
        );
        assert_eq!((&first["level"], &second["level"]), (&"INFO".into(), &"WARN".into()));
        assert_eq!(
            second["fields"],
            serde_json::json!({"error": "said \"no\"\n", "what": "Some(\"x\")", "share": 0.5, "odd": "NaN"})
        );
        let at: jiff::Timestamp = first["timestamp"].as_str().unwrap().parse().unwrap();
        assert!(at.as_microsecond() > 0 && first["timestamp"].as_str().unwrap().len() == 27, "{text}");
        assert!(first["target"].as_str().unwrap().ends_with("format::tests"));
    }
}
