//! The one function that says whether somebody may do something.

use super::action::Action;
use super::standing::{Place, Standing};
use crate::principal::Principal;

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nobody in the caller's position may ever do this.
    #[error("this is for administrators: ask one, or use a key of one")]
    ForOthers,
    /// The caller may look at everything and change nothing.
    #[error("this role may look and not change")]
    LooksOnly,
    /// The caller may do this with other objects.
    #[error("this object belongs to somebody else")]
    NotHere,
}

/// Whether there can be an object with which the caller may do this: asked before a request is read.
pub fn enter(principal: &Principal, action: Action) -> Result<(), Refused> {
    if principal.is_admin() || action.allowed().iter().any(|standing| standing.is_possible(principal)) {
        return Ok(());
    }
    let looks = Standing::Viewer.is_possible(principal);
    Err(if looks { Refused::LooksOnly } else { Refused::ForOthers })
}

/// Whether the caller may do this with that object, and from where it may. `None` is being an administrator.
pub fn authorize(principal: &Principal, action: Action, place: &Place<'_>) -> Result<Option<Standing>, Refused> {
    if principal.is_admin() {
        return Ok(None);
    }
    enter(principal, action)?;
    let standing = action.allowed().iter().find(|standing| standing.is_of(principal, place));
    standing.map(|standing| Some(*standing)).ok_or(Refused::NotHere)
}
