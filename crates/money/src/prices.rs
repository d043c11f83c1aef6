//! Prices that hold for a time.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Price;

/// The prices of one model over time. Where several hold, the first one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices(Vec<(Validity, Arc<Price>)>);

/// When a price holds, in microseconds UTC: from the first instant until just before the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// None: always did.
    pub from: Option<i64>,
    /// None: until further notice.
    pub to: Option<i64>,
}

// === impl Prices ===

impl Prices {
    /// Nobody said what the model costs.
    pub const NONE: Self = Self(Vec::new());

    /// Adds one that holds where no earlier one does.
    pub fn add(&mut self, validity: Validity, price: Arc<Price>) {
        self.0.push((validity, price));
    }

    /// These, and where they say nothing, those of `other`.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        self.0.extend(other.0.iter().cloned());
        self
    }

    /// The one that holds at `at`, in microseconds UTC.
    pub fn at(&self, at: i64) -> Option<&Arc<Price>> {
        self.0.iter().find(|(validity, _)| validity.contains(at)).map(|(_, price)| price)
    }

    /// The one to show where no instant is meant: that which holds until further notice, else the first.
    pub fn usual(&self) -> Option<&Arc<Price>> {
        self.at(i64::MAX).or_else(|| self.0.first().map(|(_, price)| price))
    }

    /// Whether there is none, at any time.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with its time.
    pub fn iter(&self) -> impl Iterator<Item = (Validity, &Arc<Price>)> {
        self.0.iter().map(|(validity, price)| (*validity, price))
    }

    /// Each changed.
    #[must_use]
    pub fn map(self, change: impl Fn(&mut Price)) -> Self {
        let changed = self.0.into_iter().map(|(validity, mut price)| {
            change(Arc::make_mut(&mut price));
            (validity, price)
        });
        Self(changed.collect())
    }
}

impl From<Price> for Prices {
    fn from(price: Price) -> Self {
        Self(vec![(Validity::default(), Arc::new(price))])
    }
}

// === impl Validity ===

impl Validity {
    /// Whether it holds at `at`.
    pub fn contains(&self, at: i64) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }

    /// Whether both hold at some instant.
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |end: Option<i64>, start: Option<i64>| end.zip(start).is_some_and(|(end, start)| end <= start);
        !before(self.to, other.from) && !before(other.to, self.from)
    }

    /// Whether there is an instant at all.
    pub fn is_possible(&self) -> bool {
        self.from.zip(self.to).is_none_or(|(from, to)| from < to)
    }

    /// An instant as people write it, in microseconds UTC: `2026-11-22` (the beginning of that day in UTC) or
    /// `2026-11-22T06:30:00Z`.
    pub fn instant(text: &str) -> Option<i64> {
        let instant = match text.parse::<Timestamp>() {
            Ok(instant) => instant,
            Err(_) if text.len() == 10 => text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp(),
            Err(_) => return None,
        };
        Some(instant.as_microsecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_holds_for_its_time() {
        let price = |version: &str| Arc::new(Price::free(version.into()));
        let mut prices = Prices::default();
        prices.add(Validity { from: None, to: Some(10) }, price("old"));
        prices.add(Validity { from: Some(10), to: Some(20) }, price("new"));
        let all = prices.clone().or(&Price::free("else".into()).into());
        let version = |prices: &Prices, at| prices.at(at).map(|price| price.version.to_string());
        assert_eq!(version(&prices, 9).as_deref(), Some("old"));
        assert_eq!(version(&prices, 10).as_deref(), Some("new"));
        assert_eq!((version(&prices, 20), version(&all, 20).as_deref()), (None, Some("else")));
        assert_eq!(version(&Prices::NONE, 0), None);
    }

    #[test]
    fn times_overlap_where_an_instant_is_in_both() {
        let validity = |from, to| Validity { from, to };
        for (one, other, overlap) in [
            (validity(None, None), validity(Some(1), Some(2)), true),
            (validity(None, Some(1)), validity(Some(1), None), false),
            (validity(None, Some(2)), validity(Some(1), None), true),
            (validity(Some(1), Some(2)), validity(Some(3), None), false),
        ] {
            assert_eq!((one.overlaps(&other), other.overlaps(&one)), (overlap, overlap), "{one:?} {other:?}");
        }
        assert!(!validity(Some(2), Some(2)).is_possible());
    }

    #[test]
    fn instants_are_days_or_exact() {
        assert_eq!(Validity::instant("1970-01-02"), Some(86_400_000_000));
        assert_eq!(Validity::instant("1970-01-01T02:00:00+01:00"), Some(3_600_000_000));
        for text in ["", "1970-01", "1970-02-30", "02.01.1970", "1970-01-01T02:00:00"] {
            assert_eq!(Validity::instant(text), None, "{text}");
        }
    }
}
