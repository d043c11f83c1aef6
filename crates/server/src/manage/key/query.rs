//! What `/key/list` can be asked.

use store::keys::{DeletedKeyFilter, KeyFilter, KeySort, OwnKeys};
use store::{Direction, Order, Page};

use super::name::hash_of;
use crate::http::error::ApiError;
use crate::manage::params::Params;

const PAGE_SIZE: u32 = 10;
const LARGEST_PAGE: u32 = 100;

/// Filters of LiteLLM that this version does not honour.
const LATER: &[&str] = &["access_group_id", "agent_id"];

/// A query that was read.
pub(super) struct ListKeysRequest {
    pub(super) which: Which,
    pub(super) order: Order<KeySort>,
    pub(super) page: Page,
    /// Whether keys are shown, or only their hashes.
    pub(super) whole: bool,
    /// Whether their users are shown with them.
    pub(super) with_users: bool,
}

pub(super) enum Which {
    Live(Box<KeyFilter>),
    Deleted(DeletedKeyFilter),
    /// Deleted keys that are the caller's own and somebody else's.
    None,
}

/// A word of the query for what became of the key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Any,
    Active,
    Expired,
    Revoked,
    Deleted,
}

impl ListKeysRequest {
    /// `mine` is what makes a key the caller's own, if he does not see all keys anyway; `now` is in microseconds UTC.
    pub(super) fn read(mut params: Params, mine: Option<OwnKeys>, now: i64) -> Result<Self, ApiError> {
        let status = status(params.text("status")?.as_deref())?;
        let own = own(&mut params, mine)?;
        let filter = filter(&mut params, own, now)?;
        let which = match status {
            Status::Deleted => deleted(filter)?,
            status => Which::Live(Box::new(with_status(filter, status, now))),
        };
        let with_users = match params.text("expand")?.as_deref() {
            None => false,
            Some("user") => true,
            Some(_) => return Err(ApiError::invalid("expand", "must be user")),
        };
        let request = Self {
            which,
            order: Order {
                by: sort(params.text("sort_by")?.as_deref())?,
                direction: direction(params.text("sort_order")?.as_deref())?,
            },
            page: Page {
                number: params.number("page", 1, 1..=u32::MAX)?,
                size: params.number("size", PAGE_SIZE, 1..=LARGEST_PAGE)?,
            },
            whole: params.flag("return_full_object", false)? || with_users,
            with_users,
        };
        params.refuse_rest(LATER)?;
        Ok(request)
    }
}

/// Who does not ask for more gets his own keys: scripts of those who lead a team go through the list as through theirs.
fn own(params: &mut Params, mine: Option<OwnKeys>) -> Result<Option<OwnKeys>, ApiError> {
    let of_teams = params.flag("include_team_keys", false)?;
    let made = params.flag("include_created_by_keys", false)?;
    let created_by = |mine: &OwnKeys| mine.created_by.clone().filter(|_| made);
    Ok(mine.filter(|_| !of_teams).map(|mine| OwnKeys { created_by: created_by(&mine), ..mine }))
}

fn filter(params: &mut Params, own: Option<OwnKeys>, now: i64) -> Result<KeyFilter, ApiError> {
    let key_hash = params.text("key_hash")?.map(|given| hash_of(&given).ok_or("must be a key or its hash"));
    let by_part = params.flag("substring_matching", false)?;
    let (alias, user) = (params.text("key_alias")?, params.text("user_id")?);
    let (key_alias, alias_part) = if by_part { (None, alias) } else { (alias, None) };
    let (user_id, user_part) = if by_part { (None, user) } else { (user, None) };
    let (not_expired_at, expired_at) = match params.text("expires")?.as_deref() {
        None => (None, None),
        Some("active") => (Some(now), None),
        Some("expired") => (None, Some(now)),
        Some(_) => return Err(ApiError::invalid("expires", "must be active or expired")),
    };
    Ok(KeyFilter {
        own,
        key_hash: key_hash.transpose().map_err(|problem| ApiError::invalid("key_hash", problem))?,
        key_alias,
        alias_part,
        search: params.text("search")?,
        user_id,
        user_part,
        team_id: params.text("team_id")?,
        organization_id: params.text("organization_id")?,
        project_id: params.text("project_id")?,
        not_expired_at,
        expired_at,
        ..KeyFilter::default()
    })
}

fn status(text: Option<&str>) -> Result<Status, ApiError> {
    match text {
        None => Ok(Status::Any),
        Some("active") => Ok(Status::Active),
        Some("expired") => Ok(Status::Expired),
        Some("revoked") => Ok(Status::Revoked),
        Some("deleted") => Ok(Status::Deleted),
        Some(_) => Err(ApiError::invalid("status", "must be one of active, expired, revoked, deleted")),
    }
}

/// The statuses as `KeyStatus` has them: each key has one.
fn with_status(filter: KeyFilter, status: Status, now: i64) -> KeyFilter {
    match status {
        Status::Any | Status::Deleted => filter,
        Status::Active => KeyFilter { blocked: Some(false), not_expired_at: Some(now), ..filter },
        Status::Expired => KeyFilter { blocked: Some(false), expired_at: Some(now), ..filter },
        Status::Revoked => KeyFilter { blocked: Some(true), ..filter },
    }
}

/// Less is kept of a deleted key, so less can be asked.
fn deleted(filter: KeyFilter) -> Result<Which, ApiError> {
    let time = filter.not_expired_at.or(filter.expired_at).map(|_| "expires");
    if let Some(field) = filter.project_id.as_ref().map(|_| "project_id").or(time) {
        return Err(ApiError::invalid(field, "cannot be asked of deleted keys"));
    }
    let user_id = match (filter.own, filter.user_id) {
        (None, asked) => asked,
        (Some(OwnKeys { user_id: Some(own), .. }), asked) if asked.as_ref().is_none_or(|asked| *asked == own) => {
            Some(own)
        }
        (Some(_), _) => return Ok(Which::None),
    };
    Ok(Which::Deleted(DeletedKeyFilter {
        key_hash: filter.key_hash,
        key_alias: filter.key_alias,
        alias_part: filter.alias_part,
        search: filter.search,
        user_id,
        user_part: filter.user_part,
        team_id: filter.team_id,
        organization_id: filter.organization_id,
    }))
}

fn sort(by: Option<&str>) -> Result<KeySort, ApiError> {
    match by {
        None | Some("created_at") => Ok(KeySort::CreatedAt),
        Some("updated_at") => Ok(KeySort::UpdatedAt),
        Some("key_alias") => Ok(KeySort::KeyAlias),
        Some("token") => Ok(KeySort::Hash),
        Some("spend") => Ok(KeySort::Spend),
        Some("max_budget") => Ok(KeySort::MaxBudget),
        Some("expires") => Ok(KeySort::ExpiresAt),
        Some(_) => {
            let problem = "must be one of created_at, updated_at, key_alias, token, spend, max_budget, expires";
            Err(ApiError::invalid("sort_by", problem))
        }
    }
}

fn direction(order: Option<&str>) -> Result<Direction, ApiError> {
    match order {
        None | Some("desc") => Ok(Direction::Descending),
        Some("asc") => Ok(Direction::Ascending),
        Some(_) => Err(ApiError::invalid("sort_order", "must be asc or desc")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[(&str, &str)]) -> Result<ListKeysRequest, Option<String>> {
        ListKeysRequest::read(Params::new(given), None, 7).map_err(|error| error.reply.param)
    }

    fn live(given: &[(&str, &str)]) -> KeyFilter {
        match read(given).unwrap_or_else(|named| panic!("{named:?}")).which {
            Which::Live(filter) => *filter,
            Which::Deleted(_) | Which::None => panic!("{given:?}"),
        }
    }

    #[test]
    fn reads_the_query() {
        let request = read(&[]).unwrap_or_else(|named| panic!("{named:?}"));
        assert_eq!((request.page, request.whole), (Page { number: 1, size: 10 }, false));
        let all = [("page", "2"), ("size", "100"), ("sort_by", "expires"), ("sort_order", "asc"), ("expand", "user")];
        let request = read(&all).unwrap_or_else(|named| panic!("{named:?}"));
        assert_eq!(request.order, Order { by: KeySort::ExpiresAt, direction: Direction::Ascending });
        assert!(request.whole && request.with_users);
    }

    #[test]
    fn names_are_whole_or_parts() {
        let named = [("key_alias", "a"), ("user_id", "u")];
        let filter = live(&named);
        assert_eq!((filter.key_alias.as_deref(), filter.alias_part), (Some("a"), None));
        assert_eq!((filter.user_id.as_deref(), filter.user_part), (Some("u"), None));
        let filter = live(&[&named[..], &[("substring_matching", "true")]].concat());
        assert_eq!((filter.key_alias, filter.alias_part.as_deref()), (None, Some("a")));
        assert_eq!((filter.user_id, filter.user_part.as_deref()), (None, Some("u")));
    }

    #[test]
    fn each_status_is_asked_of_the_row() {
        for (status, expected) in [
            ("active", (Some(false), Some(7), None)),
            ("expired", (Some(false), None, Some(7))),
            ("revoked", (Some(true), None, None)),
        ] {
            let filter = live(&[("status", status)]);
            assert_eq!((filter.blocked, filter.not_expired_at, filter.expired_at), expected, "{status}");
        }
        assert_eq!(live(&[("expires", "expired")]).expired_at, Some(7));
    }

    #[test]
    fn who_asks_for_no_more_gets_what_is_his() {
        let mine = || Some(OwnKeys { user_id: Some("u".to_owned()), created_by: Some("u".to_owned()), hash: None });
        let which = |given: &[(&str, &str)]| {
            ListKeysRequest::read(Params::new(given), mine(), 7)
                .map_or_else(|error| panic!("{error:?}"), |read| read.which)
        };
        for (given, expected) in [
            (&[][..], Some(None)),
            (&[("include_created_by_keys", "true")], Some(Some("u"))),
            (&[("include_team_keys", "true")], None),
        ] {
            let Which::Live(filter) = which(given) else { panic!("{given:?}") };
            assert_eq!(filter.own.as_ref().map(|own| own.created_by.as_deref()), expected, "{given:?}");
        }
        assert!(
            matches!(which(&[("status", "deleted")]), Which::Deleted(filter) if filter.user_id.as_deref() == Some("u"))
        );
        assert!(matches!(which(&[("status", "deleted"), ("user_id", "other")]), Which::None));
    }

    #[test]
    fn names_the_parameter_that_is_wrong() {
        for (name, value) in [
            ("page", "0"),
            ("page", "-1"),
            ("size", "101"),
            ("size", "many"),
            ("key_hash", "abc"),
            ("sort_by", "hash; DROP TABLE keys"),
            ("sort_order", "up"),
            ("return_full_object", "maybe"),
            ("status", "gone"),
            ("expires", "soon"),
            ("expand", "team"),
            ("access_group_id", "g"),
            ("teams", "t"),
        ] {
            assert_eq!(read(&[(name, value)]).err().flatten().as_deref(), Some(name), "{value}");
        }
        for (name, value) in [("project_id", "p"), ("expires", "active")] {
            let refused = read(&[("status", "deleted"), (name, value)]).err().flatten();
            assert_eq!(refused.as_deref(), Some(name));
        }
    }
}
