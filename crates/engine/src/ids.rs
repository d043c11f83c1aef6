//! Ids and randomness, injected.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where ids and random numbers come from.
#[derive(Clone, Debug, Default)]
pub enum Ids {
    /// The operating system's randomness.
    #[default]
    Random,
    /// Counts up from one, for tests.
    Counting(Arc<AtomicU64>),
}

/// Letters of keys: url-safe base64's.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Ids {
    pub fn counting() -> Self {
        Self::Counting(Arc::default())
    }

    /// A call's id: a UUID of version 7 (RFC 9562), so that ids sort by time. `now` is in microseconds.
    pub fn call(&self, now: i64) -> String {
        let millis = u128::try_from(now / 1000).unwrap_or_default() & 0xffff_ffff_ffff;
        let random = u128::from_be_bytes(self.bytes::<16>().unwrap_or_default());
        uuid(
            (millis << 80) | (0x7 << 76) | (((random >> 64) & 0xfff) << 64) | (0b10 << 62) | (random & ((1 << 62) - 1)),
        )
    }

    /// An id for an object that was given none: a UUID of version 4 (RFC 9562). Fails rather than make one that somebody has.
    pub fn object(&self) -> Result<String, NoRandomness> {
        let random = u128::from_be_bytes(self.bytes::<16>()?);
        let kept = !((0xf << 76) | (0b11 << 62));
        Ok(uuid((random & kept) | (0x4 << 76) | (0b10 << 62)))
    }

    /// A new virtual key: `sk-` and 22 letters, 132 random bits. Fails rather than make a key that can be guessed.
    pub fn virtual_key(&self) -> Result<String, NoRandomness> {
        Ok(format!("sk-{}", self.unguessable()?))
    }

    /// A nonce of AES-GCM. Fails rather than give one that was used before.
    pub(crate) fn nonce(&self) -> Result<[u8; 12], NoRandomness> {
        self.bytes::<12>()
    }

    /// A word that nobody guesses, 22 letters, 132 random bits: whoever knows it may do something.
    pub fn unguessable(&self) -> Result<String, NoRandomness> {
        let letter = |byte: u8| char::from(*LETTERS.get(usize::from(byte & 63)).unwrap_or(&b'A'));
        Ok(self.bytes::<22>()?.map(letter).into_iter().collect())
    }

    /// A random number below `below`, for weighted choices; 0 when `below` is 0.
    pub fn below(&self, below: u64) -> u64 {
        let wide = u128::from(u64::from_be_bytes(self.bytes::<8>().unwrap_or_default())) * u128::from(below);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        match self {
            Self::Counting(next) => {
                let count = next.fetch_add(1, Ordering::Relaxed).wrapping_add(1).to_be_bytes();
                for (to, from) in bytes.iter_mut().rev().zip(count.iter().rev()) {
                    *to = *from;
                }
            }
            Self::Random => fill(&mut bytes)?,
        }
        Ok(bytes)
    }
}

fn uuid(bits: u128) -> String {
    let hex = format!("{bits:032x}");
    let mut out = String::with_capacity(36);
    for (i, letter) in hex.chars().enumerate() {
        if matches!(i, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(letter);
    }
    out
}

/// Random bytes that a thread has in stock: a system call for each id would cost more than the id.
struct Stock {
    bytes: [u8; 512],
    used: usize,
}

thread_local! {
    static STOCK: RefCell<Stock> = const { RefCell::new(Stock { bytes: [0; 512], used: 512 }) };
}

/// Fills `out` from the stock. What was given out is wiped: an id may be a key.
fn fill(out: &mut [u8]) -> Result<(), NoRandomness> {
    STOCK.with_borrow_mut(|stock| {
        if stock.bytes.len() - stock.used < out.len() {
            #[expect(clippy::disallowed_methods, reason = "this is where everybody else's ids come from")]
            getrandom::fill(&mut stock.bytes).map_err(|_| NoRandomness)?;
            stock.used = 0;
        }
        let end = stock.used + out.len();
        let given = stock.bytes.get_mut(stock.used..end).ok_or(NoRandomness)?;
        out.copy_from_slice(given);
        given.fill(0);
        stock.used = end;
        Ok(())
    })
}

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_ids_are_version_7_and_sort_by_time() {
        let ids = Ids::default();
        let (a, b) = (ids.call(1_000_000), ids.call(2_000_000));
        assert!(a < b, "{a} {b}");
        assert_eq!((a.len(), a.as_bytes()[14], a.as_bytes()[8]), (36, b'7', b'-'));
        assert!(matches!(a.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }

    #[test]
    fn ids_of_objects_are_version_4_and_differ() {
        let ids = Ids::default();
        let (a, b) = (ids.object().unwrap(), ids.object().unwrap());
        assert_eq!((a.len(), a.as_bytes()[14], a == b), (36, b'4', false), "{a} {b}");
        assert!(matches!(a.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }

    #[test]
    fn keys_are_long_and_differ() {
        let ids = Ids::default();
        let (a, b) = (ids.virtual_key().unwrap(), ids.virtual_key().unwrap());
        assert!(a.starts_with("sk-") && a.len() == 25 && a != b);
    }

    #[test]
    fn random_choices_stay_below() {
        let ids = Ids::default();
        assert!((0..1000).all(|_| ids.below(3) < 3));
        assert_eq!(ids.below(0), 0);
    }
}
