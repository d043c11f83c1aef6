//! Whom money is counted for.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an account is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// All that passes the gateway.
    Gateway,
    /// An organization.
    Organization,
    /// A user within an organization.
    OrganizationMember,
    /// A team.
    Team,
    /// A user within a team.
    TeamMember,
    /// A project of a team.
    Project,
    /// A user.
    User,
    /// A key, by the hash that it had first.
    Key,
    /// An end user on whose behalf calls are made.
    Customer,
    /// A tag that calls carry.
    Tag,
    /// A provider, by its id.
    Provider,
    /// A deployment, by its id.
    Deployment,
    /// A model, of one of the accounts above.
    Model,
}

/// Whom money is counted for: one of a kind, by its id. Cheap to clone. As text it is `team:t1`; where the id has several
/// parts, they are a JSON array: `team_member:["t1","u1"]`, `model:["team:t1","gpt"]`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    kind: AccountKind,
    text: Arc<str>,
}

/// A text that names no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no account: one is a kind, a colon and an id")]
pub struct NoAccount;

impl AccountKind {
    /// All kinds, those above before those below.
    pub const ALL: [Self; 13] = [
        Self::Gateway,
        Self::Organization,
        Self::OrganizationMember,
        Self::Team,
        Self::TeamMember,
        Self::Project,
        Self::User,
        Self::Key,
        Self::Customer,
        Self::Tag,
        Self::Provider,
        Self::Deployment,
        Self::Model,
    ];

    /// Its word in the text of an account.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Organization => "organization",
            Self::OrganizationMember => "organization_member",
            Self::Team => "team",
            Self::TeamMember => "team_member",
            Self::Project => "project",
            Self::User => "user",
            Self::Key => "key",
            Self::Customer => "customer",
            Self::Tag => "tag",
            Self::Provider => "provider",
            Self::Deployment => "deployment",
            Self::Model => "model",
        }
    }

    /// What people are told it is: `the budget of the team …`.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Organization => "organization",
            Self::OrganizationMember => "member of the organization",
            Self::Team => "team",
            Self::TeamMember => "member of the team",
            Self::Project => "project",
            Self::User => "user",
            Self::Key => "key",
            Self::Customer => "customer",
            Self::Tag => "tag",
            Self::Provider => "provider",
            Self::Deployment => "deployment",
            Self::Model => "model",
        }
    }
}

impl Account {
    /// All that passes the gateway.
    pub fn gateway() -> Self {
        Self::of(AccountKind::Gateway, "")
    }

    /// The one of that kind with that id.
    pub fn of(kind: AccountKind, id: &str) -> Self {
        let mut text = String::with_capacity(kind.word().len() + 1 + id.len());
        text.push_str(kind.word());
        text.push(':');
        text.push_str(id);
        Self { kind, text: text.into() }
    }

    /// A user within a team or an organization.
    pub fn member(kind: AccountKind, of: &str, user: &str) -> Self {
        Self::of(kind, &pair(of, user))
    }

    /// What this account spends on one model.
    #[must_use]
    pub fn on_model(&self, model: &str) -> Self {
        Self::of(AccountKind::Model, &pair(self.as_str(), model))
    }

    /// What it is of.
    pub fn kind(&self) -> AccountKind {
        self.kind
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its id, as one text.
    pub fn id(&self) -> &str {
        self.text.split_once(':').map_or("", |(_, id)| id)
    }

    /// The two parts of an id that has two.
    pub fn parts(&self) -> Option<(String, String)> {
        match self.kind {
            AccountKind::OrganizationMember | AccountKind::TeamMember | AccountKind::Model => {
                serde_json::from_str(self.id()).ok()
            }
            _ => None,
        }
    }

    /// The account of that text.
    pub fn parse(text: &str) -> Result<Self, NoAccount> {
        let (word, _) = text.split_once(':').ok_or(NoAccount)?;
        let kind = AccountKind::ALL.into_iter().find(|kind| kind.word() == word).ok_or(NoAccount)?;
        Ok(Self { kind, text: text.into() })
    }
}

fn pair(first: &str, second: &str) -> String {
    serde_json::to_string(&(first, second)).unwrap_or_default()
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_one_account_and_is_given_back() {
        let team = Account::of(AccountKind::Team, "a:b");
        for (account, text, parts) in [
            (Account::gateway(), "gateway:", None),
            (team.clone(), "team:a:b", None),
            (Account::member(AccountKind::TeamMember, "t\"", "u"), r#"team_member:["t\"","u"]"#, Some(("t\"", "u"))),
            (team.on_model("gpt"), r#"model:["team:a:b","gpt"]"#, Some(("team:a:b", "gpt"))),
        ] {
            assert_eq!(account.as_str(), text);
            assert_eq!(Account::parse(text), Ok(account.clone()));
            assert_eq!(account.parts(), parts.map(|(first, second)| (first.to_owned(), second.to_owned())));
            let json = serde_json::to_string(&account).unwrap();
            assert_eq!(serde_json::from_str::<Account>(&json).unwrap(), account);
        }
        assert_eq!(team.id(), "a:b");
        for text in ["", "team", "teams:a", ":a"] {
            assert_eq!(Account::parse(text), Err(NoAccount));
        }
    }
}
