//! An invitation as clients see it.

use serde::{Deserialize, Serialize};
use store::invitations::InvitationRow;
use utoipa::ToSchema;

use crate::manage::fields::{Name, StampsView};
use crate::manage::instant::iso;

/// An invitation; whoever has its id can become that user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct InvitationView {
    id: String,
    user_id: String,
    is_accepted: bool,
    #[schema(format = DateTime)]
    accepted_at: Option<String>,
    #[schema(format = DateTime)]
    expires_at: String,
    #[serde(flatten)]
    stamps: StampsView,
}

/// An invitation as bodies name it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichInvitation {
    pub(super) invitation_id: Name,
}

impl InvitationView {
    pub(super) fn new(row: InvitationRow) -> Self {
        let InvitationRow { id, user_id, is_accepted, accepted_at, expires_at, stamps } = row;
        Self {
            id,
            user_id,
            is_accepted,
            accepted_at: accepted_at.map(iso),
            expires_at: iso(expires_at),
            stamps: StampsView::new(stamps),
        }
    }
}
