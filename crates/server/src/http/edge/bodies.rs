//! How many bytes of request bodies the process holds: a bound for all of a kind together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

/// The bytes that are held now. Clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bodies(Arc<AtomicUsize>);

/// A share of them; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    bodies: Bodies,
    bytes: usize,
}

/// There is no room for another body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Bodies {
    /// Sets `bytes` aside, unless there would be more than `most`.
    pub(crate) fn reserve(&self, bytes: usize, most: usize) -> Result<Share, Full> {
        let mut share = Share { bodies: self.clone(), bytes: 0 };
        share.grow_to(bytes, most)?;
        Ok(share)
    }
}

impl Share {
    /// Sets more aside, if `bytes` is more than there is.
    pub(crate) fn grow_to(&mut self, bytes: usize, most: usize) -> Result<(), Full> {
        let more = bytes.saturating_sub(self.bytes);
        if more > 0 {
            let fits = |held: usize| held.checked_add(more).filter(|held| *held <= most);
            let held = &self.bodies.0;
            held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).map_err(|_| Full)?;
            self.bytes = bytes;
        }
        Ok(())
    }

    /// The body, which gives its share back when the last of it is dropped.
    pub(crate) fn hold(self, body: Vec<u8>) -> Bytes {
        if body.is_empty() { Bytes::new() } else { Bytes::from_owner(Held { body, _share: self }) }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.bodies.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

struct Held {
    body: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_lives_as_long_as_its_body() {
        let bodies = Bodies::default();
        let mut first = bodies.reserve(6, 10).unwrap();
        assert_eq!(bodies.reserve(5, 10).err(), Some(Full));
        drop(bodies.reserve(4, 10).unwrap());
        assert_eq!(first.grow_to(11, 10), Err(Full));
        assert_eq!(first.grow_to(10, 10), Ok(()));
        assert_eq!(first.grow_to(3, 0), Ok(()), "what is there is not asked for again");
        let body = first.hold(b"0123456789".to_vec());
        let part = body.slice(2..4);
        drop(body);
        assert_eq!(bodies.reserve(1, 10).err(), Some(Full));
        assert_eq!(part, &b"23"[..]);
        drop(part);
        assert!(bodies.reserve(10, 10).is_ok());
        assert_eq!(bodies.reserve(usize::MAX, usize::MAX).unwrap().grow_to(usize::MAX, 0), Ok(()));
    }
}
