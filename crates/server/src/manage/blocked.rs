//! Who lifts a block: whoever stands at least as high as the one who put it.

use engine::rights::Standing;
use store::BlockedFrom;

use crate::http::error::ApiError;

/// From where a thing is blocked afterwards. `was` says whether it is blocked now, and from where: a block of which nobody noted
/// that counts as the administrators'. `asked` is what is asked for, if anything is.
pub(super) fn judge(
    standing: Option<Standing>,
    was: (bool, Option<BlockedFrom>),
    asked: Option<bool>,
) -> Result<Option<BlockedFrom>, ApiError> {
    let own = match standing {
        None => BlockedFrom::Gateway,
        Some(Standing::OrganizationLeader) => BlockedFrom::Organization,
        Some(Standing::TeamLeader) => BlockedFrom::Team,
        Some(_) => BlockedFrom::Member,
    };
    let from = was.1.unwrap_or(BlockedFrom::Gateway);
    match (was.0, asked) {
        (_, None) => Ok(was.1),
        (false, Some(true)) => Ok(Some(own)),
        (true, Some(true)) => Ok(Some(from.max(own))),
        (true, Some(false)) if from > own => {
            let whose = match from {
                BlockedFrom::Gateway => "an administrator",
                BlockedFrom::Organization => "an admin of its organization",
                BlockedFrom::Team | BlockedFrom::Member => "an admin of its team",
            };
            Err(ApiError::forbidden("blocked", &format!("{whose} blocked this, and may lift it: ask there")))
        }
        (_, Some(false)) => Ok(None),
    }
}

/// Refuses to take a key out of something, as `field` asks for, where a block of it is not the caller's to lift.
pub(super) fn leave(standing: Option<Standing>, field: &str, was: (bool, Option<BlockedFrom>)) -> Result<(), ApiError> {
    let refused = |_| ApiError::forbidden(field, "what the key would leave is blocked: ask whoever may lift the block");
    judge(standing, was, Some(false)).map(drop).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_stands_lower_does_not_lift_it() {
        use BlockedFrom::{Gateway, Member, Organization, Team};
        let (gateway, organization, team) = (None, Some(Standing::OrganizationLeader), Some(Standing::TeamLeader));
        let member = Some(Standing::Permitted("/key/block"));
        for (standing, was, asked, expected) in [
            (gateway, (false, None), Some(true), Some(Some(Gateway))),
            (organization, (false, None), Some(true), Some(Some(Organization))),
            (team, (false, None), Some(true), Some(Some(Team))),
            // whoever blocks it once more makes it his, if he stands higher
            (gateway, (true, Some(Team)), Some(true), Some(Some(Gateway))),
            (team, (true, Some(Organization)), Some(true), Some(Some(Organization))),
            (team, (true, Some(Team)), None, Some(Some(Team))),
            (team, (true, Some(Team)), Some(false), Some(None)),
            (organization, (true, Some(Team)), Some(false), Some(None)),
            (gateway, (true, Some(Organization)), Some(false), Some(None)),
            (gateway, (true, None), Some(false), Some(None)),
            (team, (true, Some(Organization)), Some(false), None),
            (organization, (true, Some(Gateway)), Some(false), None),
            (organization, (true, None), Some(false), None),
            (team, (false, None), Some(false), Some(None)),
            (member, (false, None), Some(true), Some(Some(Member))),
            (member, (true, Some(Team)), Some(true), Some(Some(Team))),
            (member, (true, Some(Team)), Some(false), None),
            (member, (true, Some(Member)), Some(false), Some(None)),
            (team, (true, Some(Member)), Some(false), Some(None)),
        ] {
            assert_eq!(judge(standing, was, asked).ok(), expected, "{standing:?} {was:?} {asked:?}");
        }
    }
}
