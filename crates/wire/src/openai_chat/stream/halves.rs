//! Characters outside the basic plane are two JSON escapes, and some servers cut between them: one half waits for the other.

use serde_json::value::RawValue;

/// Escapes of a high surrogate that wait for their other half, by the text that they belong to.
#[derive(Debug)]
pub(crate) struct Halves<K>(Vec<(K, String)>);

impl<K> Default for Halves<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq> Halves<K> {
    /// The text of a JSON string that continues the text `key`. Nothing when it is no string.
    pub(crate) fn decode(&mut self, key: K, raw: &RawValue) -> Option<String> {
        let waiting = self.0.iter().position(|(of, _)| *of == key);
        let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
        let mut text = waiting.map(|at| self.0.swap_remove(at).1).unwrap_or_default();
        if text.is_empty()
            && let Ok(text) = serde_json::from_str(raw.get())
        {
            return Some(text);
        }
        text.push_str(inner);
        if let Some(half) = split_half(&mut text) {
            self.0.push((key, half));
        }
        Some(whole(&text))
    }
}

/// Cuts a high surrogate's escape off the end of `text`.
fn split_half(text: &mut String) -> Option<String> {
    let at = text.len().checked_sub(6)?;
    let escape = text.get(at..)?;
    let high = u16::from_str_radix(escape.strip_prefix("\\u")?, 16).is_ok_and(|unit| (0xD800..0xDC00).contains(&unit));
    let before = text.get(..at)?;
    // An odd number of backslashes: the one before `u` is not escaped itself.
    let escaped = before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    (high && !escaped).then(|| text.split_off(at))
}

/// The text of a string's inside. A half that stays alone becomes the replacement character.
fn whole(inner: &str) -> String {
    let quoted = format!("\"{inner}\"");
    serde_json::from_str(&quoted).unwrap_or_else(|_| {
        let bytes: Wtf8 = serde_json::from_str(&quoted).unwrap_or_default();
        String::from_utf8_lossy(&bytes.0).into_owned()
    })
}

/// The bytes of a JSON string, in which serde_json leaves lone halves as they are.
#[derive(Default)]
struct Wtf8(Vec<u8>);

impl<'de> serde::Deserialize<'de> for Wtf8 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl serde::de::Visitor<'_> for Bytes {
            type Value = Wtf8;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Wtf8, E> {
                Ok(Wtf8(bytes.to_owned()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(pieces: &[&str]) -> String {
        let mut halves = Halves::default();
        pieces.iter().map(|piece| halves.decode((), serde_json::from_str(piece).unwrap()).unwrap()).collect()
    }

    #[test]
    fn halves_meet() {
        assert_eq!(decode(&[r#""a\ud83d""#, r#""\ude00b""#]), "a\u{1F600}b");
        assert_eq!(decode(&[r#""\ud83d""#, r#""\ude00\ud83d""#, r#""\ude00""#]), "\u{1F600}\u{1F600}");
        assert_eq!(decode(&[r#""\\ud83d""#, r#""\ude00""#]).chars().next(), Some('\\'));
    }

    #[test]
    fn a_half_that_stays_alone_is_replaced() {
        assert!(decode(&[r#""\ud83d""#, r#""b""#]).ends_with('b'));
        assert!(decode(&[r#""\ude00b""#]).contains('\u{FFFD}'));
    }

    #[test]
    fn texts_do_not_mix() {
        let mut halves = Halves::default();
        let raw = |text| serde_json::from_str::<&RawValue>(text).unwrap();
        assert_eq!(halves.decode(1, raw(r#""\ud83d""#)).unwrap(), "");
        assert_eq!(halves.decode(2, raw(r#""x""#)).unwrap(), "x");
        assert_eq!(halves.decode(1, raw(r#""\ude00""#)).unwrap(), "\u{1F600}");
    }
}
