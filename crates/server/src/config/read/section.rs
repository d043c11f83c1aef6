//! A mapping of the configuration, read key by key.

use std::ops::RangeInclusive;
use std::time::Duration;

use money::Validity;

use super::super::error::ConfigError;
use super::super::findings::Findings;
use super::super::known::{self, Standing, Table};
use super::super::place::{Mark, Place, Placed, join};
use super::super::secret::Resolved;
use super::super::yaml::{Entry, Node, Value};
use super::field::Field;
use super::numbers;

/// A mapping and the keys that were asked for so far, by name or (`free`) because they stand there. Each reader reports a value that is not what it should be, and
/// answers `None`; a null counts as not written.
pub(in super::super) struct Section<'n, 'f> {
    pub(in super::super) path: String,
    pub(in super::super) findings: &'f mut Findings,
    mark: &'n Mark,
    entries: &'n [Entry],
    asked: Vec<&'static str>,
    free: Vec<&'n str>,
}

impl<'n, 'f> Section<'n, 'f> {
    /// The mapping that `node` is; with nothing in it if `node` is something else.
    pub(in super::super) fn open(node: &'n Node, path: String, findings: &'f mut Findings) -> Self {
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Null => &[],
            _ => {
                findings.error(&node.mark, &path, "expected a mapping of keys to values");
                &[]
            }
        };
        Self::of(entries, &node.mark, path, findings)
    }

    fn of(entries: &'n [Entry], mark: &'n Mark, path: String, findings: &'f mut Findings) -> Self {
        Self { path, findings, mark, entries, asked: Vec::new(), free: Vec::new() }
    }

    pub(in super::super) fn place(&self) -> Place {
        self.mark.at(&self.path)
    }

    /// Reports something about the section as a whole.
    pub(in super::super) fn error(&mut self, message: impl Into<String>) {
        let place = self.place();
        self.findings.errors.push(ConfigError { place, message: message.into() });
    }

    pub(in super::super) fn field(&mut self, key: &'static str) -> Option<Field<'n>> {
        self.asked.push(key);
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        let written = !matches!(entry.value.value, Value::Null);
        written.then(|| Field { node: &entry.value, path: join(&self.path, key) })
    }

    /// The section below `key`; an empty one if there is none, so that its keys have one reader.
    pub(in super::super) fn child(&mut self, key: &'static str) -> Section<'n, '_> {
        let path = join(&self.path, key);
        match self.field(key) {
            Some(field) => Section::open(field.node, path, self.findings),
            None => Section::of(&[], self.mark, path, self.findings),
        }
    }

    /// The items of the list below `key`.
    pub(in super::super) fn list(&mut self, key: &'static str) -> Vec<Field<'n>> {
        let Some(field) = self.field(key) else { return Vec::new() };
        if !matches!(field.node.value, Value::List(_)) {
            self.findings.errors.push(field.error("expected a list"));
        }
        field.items()
    }

    /// The texts of the list below `key`.
    pub(in super::super) fn texts(&mut self, key: &'static str) -> Vec<Placed<String>> {
        let mut texts = Vec::new();
        for field in self.list(key) {
            match field.scalar() {
                Ok(text) => texts.push(Placed { value: text.to_owned(), place: field.place() }),
                Err(error) => self.findings.errors.push(error),
            }
        }
        texts
    }

    /// The entries of the mapping below `key`, whatever their names.
    pub(in super::super) fn entries(&mut self, key: &'static str) -> Vec<(&'n str, Field<'n>)> {
        let Some(field) = self.field(key) else { return Vec::new() };
        let child = Section::open(field.node, field.path, self.findings);
        let entries = child.entries.iter();
        entries.map(|entry| (entry.key.as_str(), child.named(entry))).collect()
    }

    /// What stands in this section under keys that nobody asked for and that `wanted` accepts. They count as asked for.
    pub(in super::super) fn others(&mut self, wanted: impl Fn(&str) -> bool) -> Vec<(&'n str, Field<'n>)> {
        let entries = self.entries.iter();
        let is_asked = |key: &str| self.asked.contains(&key) || self.free.contains(&key);
        let left = entries.filter(|entry| !is_asked(&entry.key) && wanted(&entry.key));
        let left: Vec<_> = left.map(|entry| (entry.key.as_str(), self.named(entry))).collect();
        self.free.extend(left.iter().map(|(key, _)| *key));
        left
    }

    fn named(&self, entry: &'n Entry) -> Field<'n> {
        Field { node: &entry.value, path: join(&self.path, &entry.key) }
    }

    /// Reads `key` with `read`, reporting what it complains of.
    pub(in super::super) fn with<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Field<'n>) -> Result<T, ConfigError>,
    ) -> Option<Placed<T>> {
        let field = self.field(key)?;
        match read(&field) {
            Ok(value) => Some(Placed { value, place: field.place() }),
            Err(error) => {
                self.findings.errors.push(error);
                None
            }
        }
    }

    /// Reads the text or number at `key` with `parse`; `what` completes "expected …".
    pub(in super::super) fn parsed<T>(
        &mut self,
        key: &'static str,
        what: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Placed<T>> {
        self.with(key, |field| {
            let text = field.scalar()?;
            parse(text).ok_or_else(|| field.error(format!("expected {what}")))
        })
    }

    /// Text; an empty one counts as not written.
    pub(in super::super) fn text(&mut self, key: &'static str) -> Option<Placed<String>> {
        let text = self.with(key, |field| field.scalar().map(str::to_owned))?;
        (!text.value.is_empty()).then_some(text)
    }

    pub(in super::super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.with(key, Field::flag).map(|flag| flag.value)
    }

    /// A secret; an empty one counts as not written.
    pub(in super::super) fn secret(&mut self, key: &'static str) -> Option<Placed<Resolved>> {
        let secret = self.with(key, Field::secret)?;
        let empty = secret.value.found().is_some_and(|secret| secret.reveal().is_empty());
        (!empty).then_some(secret)
    }

    pub(in super::super) fn whole(&mut self, key: &'static str, range: RangeInclusive<u64>) -> Option<u64> {
        let what = match (*range.start(), *range.end()) {
            (0, u64::MAX) => "a whole number".to_owned(),
            (least, u64::MAX) => format!("a whole number of at least {least}"),
            (least, most) => format!("a whole number from {least} to {most}"),
        };
        let parse = |text: &str| text.trim().parse().ok().filter(|number| range.contains(number));
        self.parsed(key, &what, parse).map(|number| number.value)
    }

    pub(in super::super) fn small(&mut self, key: &'static str) -> Option<u32> {
        let number = self.whole(key, 0..=u64::from(u32::MAX))?;
        u32::try_from(number).ok()
    }

    pub(in super::super) fn weight(&mut self, key: &'static str) -> Option<f64> {
        self.parsed(key, "a number of at least 0", numbers::weight).map(|weight| weight.value)
    }

    pub(in super::super) fn seconds(&mut self, key: &'static str) -> Option<Duration> {
        self.parsed(key, "a number of seconds, more than 0", numbers::seconds).map(|time| time.value)
    }

    pub(in super::super) fn milliseconds(&mut self, key: &'static str, least: u64) -> Option<Duration> {
        self.whole(key, least..=u64::MAX).map(Duration::from_millis)
    }

    pub(in super::super) fn mebibytes(&mut self, key: &'static str) -> Option<u64> {
        self.parsed(key, "a number of megabytes, more than 0", numbers::mebibytes).map(|size| size.value)
    }

    pub(in super::super) fn amount(&mut self, key: &'static str) -> Option<Placed<String>> {
        self.with(key, Field::amount)
    }

    /// An instant, in microseconds UTC.
    pub(in super::super) fn instant(&mut self, key: &'static str) -> Option<Placed<i64>> {
        self.parsed(key, "a day or an instant, such as 2026-12-01 or 2026-12-01T06:30:00Z", Validity::instant)
    }

    /// Judges the keys of a small section without a table: only those in `known` may stand here.
    pub(in super::super) fn only(self, known: &[&str]) {
        for entry in self.entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let path = join(&self.path, &entry.key);
            self.findings.error(&entry.mark, &path, format!("unknown key; known are {}", known.join(", ")));
        }
    }

    /// Judges the keys by the section's table: what we do not support is noted, what nobody knows is a mistake.
    pub(in super::super) fn finish(self, table: &Table) {
        debug_assert_eq!(
            table.supported_keys().find(|key| !self.asked.contains(key)),
            None,
            "{}: a key is listed as supported and not read",
            table.section
        );
        debug_assert_eq!(
            self.asked.iter().find(|key| table.standing(key) == Standing::Unknown),
            None,
            "{}: a key is read and stands in no table",
            table.section
        );
        for entry in self.entries {
            let path = join(&self.path, &entry.key);
            match table.standing(&entry.key) {
                Standing::Planned => self.findings.unsupported(&entry.mark, &path),
                Standing::Supported => {}
                Standing::Unknown if self.free.contains(&entry.key.as_str()) => {}
                Standing::Unknown => self.findings.error(&entry.mark, &path, known::unknown(table, &entry.key)),
            }
        }
    }
}
