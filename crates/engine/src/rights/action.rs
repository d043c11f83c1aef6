//! What can be done over the management API, and where one has to stand to do it.

use super::standing::Standing::{
    self, Anybody, Itself, Member, OrganizationLeader, Owner, Permitted, TeamLeader, Viewer,
};

/// What somebody wants to do. The administrators of the gateway may do everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    KeyGenerate,
    KeyGenerateForService,
    KeyUpdate,
    KeyUpdateMany,
    KeyUpdateManyOfTeam,
    KeyDelete,
    KeyRead,
    KeyBlock,
    KeyUnblock,
    KeyRegenerate,
    KeyResetSpend,
    KeyHealth,
    UserCreate,
    UserUpdate,
    UserUpdateMany,
    UserDelete,
    UserRead,
    UserList,
    UserReadRoles,
    TeamCreate,
    TeamUpdate,
    TeamDelete,
    TeamBlock,
    TeamRead,
    TeamReadAvailable,
    TeamMemberAdd,
    TeamMemberAddMany,
    TeamMemberUpdate,
    TeamMemberDelete,
    TeamMemberReset,
    TeamModels,
    TeamPermissionsRead,
    TeamPermissionsUpdate,
    TeamPermissionsUpdateMany,
    OrganizationCreate,
    OrganizationUpdate,
    OrganizationDelete,
    OrganizationRead,
    OrganizationMembers,
    ProjectCreate,
    ProjectUpdate,
    ProjectDelete,
    ProjectRead,
    CustomerWrite,
    CustomerRead,
    BudgetWrite,
    BudgetRead,
    TagWrite,
    TagRead,
    TagReadDistinct,
    ModelCreate,
    ModelUpdate,
    ModelDelete,
    ModelBlock,
    ModelRead,
    ModelMakePublic,
    ModelTest,
    AccessGroupWrite,
    AccessGroupRead,
    CredentialWrite,
    CredentialRead,
    InvitationCreate,
    InvitationUpdate,
    InvitationDelete,
    InvitationRead,
    SpendRead,
    SpendRerate,
    SpendReset,
    ActivityRead,
    AuditRead,
    SettingsWrite,
    SettingsRead,
}

impl Action {
    /// Whether it changes nothing.
    pub fn is_reading(self) -> bool {
        self.allowed().contains(&Viewer)
    }

    /// Where one may stand to do it, beside being an administrator.
    pub(super) fn allowed(self) -> &'static [Standing] {
        match self {
            Self::KeyGenerate => &[OrganizationLeader, TeamLeader, Permitted("/key/generate"), Owner],
            Self::KeyGenerateForService => {
                &[OrganizationLeader, TeamLeader, Permitted("/key/service-account/generate")]
            }
            Self::KeyUpdate => &[OrganizationLeader, TeamLeader, Permitted("/key/update"), Owner],
            Self::KeyUpdateMany => &[Permitted("/key/bulk_update")],
            Self::KeyUpdateManyOfTeam => &[OrganizationLeader, TeamLeader, Permitted("/team/key/bulk_update")],
            Self::KeyDelete => &[OrganizationLeader, TeamLeader, Permitted("/key/delete"), Owner],
            Self::KeyBlock => &[OrganizationLeader, TeamLeader, Permitted("/key/block")],
            Self::KeyUnblock => &[OrganizationLeader, TeamLeader, Permitted("/key/unblock")],
            Self::KeyResetSpend => &[OrganizationLeader, TeamLeader, Permitted("/key/{key_id}/reset_spend")],
            // the same at two paths
            Self::KeyRegenerate => &[
                OrganizationLeader,
                TeamLeader,
                Permitted("/key/regenerate"),
                Permitted("/key/{key_id}/regenerate"),
                Owner,
            ],
            Self::KeyRead => &[Viewer, OrganizationLeader, TeamLeader, Member, Owner, Itself],
            Self::UserCreate | Self::UserDelete => &[OrganizationLeader],
            Self::UserUpdate => &[Owner],
            Self::UserRead => &[Viewer, OrganizationLeader, TeamLeader, Owner, Itself],
            Self::UserList => &[Viewer, OrganizationLeader],
            Self::TeamCreate | Self::TeamDelete | Self::TeamBlock | Self::TeamMemberAddMany => &[OrganizationLeader],
            Self::TeamUpdate
            | Self::TeamMemberAdd
            | Self::TeamMemberUpdate
            | Self::TeamMemberDelete
            | Self::TeamMemberReset
            | Self::TeamModels
            | Self::TeamPermissionsUpdate => &[OrganizationLeader, TeamLeader],
            Self::TeamPermissionsRead => &[Viewer, OrganizationLeader, TeamLeader],
            Self::TeamRead | Self::ProjectRead => &[Viewer, OrganizationLeader, TeamLeader, Member],
            Self::OrganizationRead => &[Viewer, OrganizationLeader, Member],
            Self::OrganizationMembers => &[OrganizationLeader],
            Self::ProjectCreate | Self::ProjectUpdate | Self::ProjectDelete => &[OrganizationLeader, TeamLeader],
            Self::ModelCreate | Self::ModelUpdate | Self::ModelDelete | Self::ModelTest => &[TeamLeader],
            Self::InvitationCreate => &[OrganizationLeader, TeamLeader],
            Self::InvitationDelete => &[Owner],
            Self::CustomerRead
            | Self::BudgetRead
            | Self::TagReadDistinct
            | Self::AccessGroupRead
            | Self::CredentialRead
            | Self::InvitationRead
            | Self::AuditRead
            | Self::SettingsRead => &[Viewer],
            Self::KeyHealth
            | Self::UserReadRoles
            | Self::TeamReadAvailable
            | Self::ModelRead
            | Self::TagRead
            | Self::SpendRead
            | Self::ActivityRead => &[Viewer, Anybody],
            Self::UserUpdateMany
            | Self::TeamPermissionsUpdateMany
            | Self::OrganizationCreate
            | Self::OrganizationUpdate
            | Self::OrganizationDelete
            | Self::CustomerWrite
            | Self::BudgetWrite
            | Self::TagWrite
            | Self::ModelBlock
            | Self::ModelMakePublic
            | Self::AccessGroupWrite
            | Self::CredentialWrite
            | Self::InvitationUpdate
            | Self::SpendRerate
            | Self::SpendReset
            | Self::SettingsWrite => &[],
        }
    }
}
