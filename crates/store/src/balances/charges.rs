//! The balances that a call is charged to.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use money::Account;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use super::BalanceId;

/// Balances, as rows and intents name them. Cheap to clone, and written as JSON once for all calls that share them: they stand
/// in three places for each call.
#[derive(Clone, Default)]
pub struct Charges(Option<Arc<Listed>>);

struct Listed {
    balances: Box<[BalanceId]>,
    json: Box<RawValue>,
}

/// The accounts that are charged in one window: most budgets of a call have the same.
#[derive(Serialize, Deserialize)]
struct InWindow {
    from: i64,
    to: i64,
    of: Vec<Account>,
}

impl Charges {
    /// Those, each once.
    pub fn new(balances: impl IntoIterator<Item = BalanceId>) -> Self {
        let balances: Box<[_]> = balances.into_iter().collect();
        let mut windows: Vec<InWindow> = Vec::new();
        for BalanceId { account, starts_at, ends_at } in balances.iter().cloned() {
            match windows.iter_mut().find(|window| (window.from, window.to) == (starts_at, ends_at)) {
                Some(window) => window.of.push(account),
                None => windows.push(InWindow { from: starts_at, to: ends_at, of: vec![account] }),
            }
        }
        // numbers and texts can be written
        let json = to_raw_value(&windows).ok().filter(|_| !balances.is_empty());
        Self(json.map(|json| Arc::new(Listed { balances, json })))
    }
}

impl Deref for Charges {
    type Target = [BalanceId];

    fn deref(&self) -> &[BalanceId] {
        self.0.as_ref().map(|listed| &*listed.balances).unwrap_or_default()
    }
}

impl<'c> IntoIterator for &'c Charges {
    type Item = &'c BalanceId;
    type IntoIter = std::slice::Iter<'c, BalanceId>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Charges {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Charges {}

impl fmt::Debug for Charges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&**self).finish()
    }
}

impl Serialize for Charges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(listed) => listed.json.serialize(serializer),
            None => serializer.collect_seq([(); 0]),
        }
    }
}

impl<'de> Deserialize<'de> for Charges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let windows = Vec::<InWindow>::deserialize(deserializer)?;
        let is_window = |window: &InWindow| window.from < window.to;
        if !windows.iter().all(is_window) {
            return Err(D::Error::custom("a window ends before it begins"));
        }
        let balances = windows.into_iter().flat_map(|InWindow { from, to, of }| {
            of.into_iter().map(move |account| BalanceId { account, starts_at: from, ends_at: to })
        });
        Ok(Self::new(balances))
    }
}

#[cfg(test)]
mod tests {
    use money::AccountKind;

    use super::*;

    #[test]
    fn windows_are_written_once_and_read_again() {
        let balance = |id: &str, starts_at, ends_at| BalanceId {
            account: Account::of(AccountKind::Team, id),
            starts_at,
            ends_at,
        };
        let charges = Charges::new([balance("a", 1, 2), balance("b", 1, 2), balance("a", 0, 9)]);
        let json = serde_json::to_string(&charges).unwrap();
        assert_eq!(json, r#"[{"from":1,"to":2,"of":["team:a","team:b"]},{"from":0,"to":9,"of":["team:a"]}]"#);
        assert_eq!(serde_json::from_str::<Charges>(&json).unwrap(), charges);
        assert_eq!(serde_json::to_string(&Charges::default()).unwrap(), "[]");
        assert_eq!((Charges::new([]), serde_json::from_str::<Charges>("[]").unwrap()), Default::default());
        assert!(serde_json::from_str::<Charges>(r#"[{"from":2,"to":1,"of":[]}]"#).is_err());
    }
}
