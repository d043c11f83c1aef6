//! Roles in the whole gateway, by LiteLLM's names. Roles in an organization or a team belong to memberships.

use std::fmt;

/// What a user may do wherever no membership says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Everything.
    ProxyAdmin,
    /// See everything, change nothing.
    ProxyAdminViewer,
    /// Have keys of its own.
    InternalUser,
    /// See what is its own.
    InternalUserViewer,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ProxyAdmin, Self::ProxyAdminViewer, Self::InternalUser, Self::InternalUserViewer];

    /// Its name in requests and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::ProxyAdmin => "proxy_admin",
            Self::ProxyAdminViewer => "proxy_admin_viewer",
            Self::InternalUser => "internal_user",
            Self::InternalUserViewer => "internal_user_viewer",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The role that a stored name stands for: one that nobody knows has no more rights than the least that keys need.
    pub fn of(name: &str) -> Self {
        Self::parse(name).unwrap_or(Self::InternalUserViewer)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.name()), Some(role));
        }
        assert_eq!((Role::parse("owner"), Role::of("owner")), (None, Role::InternalUserViewer));
    }
}
