//! Callers of every role, and two tenants that must not see each other.

use http::StatusCode;
use money::Nanos;
use serde_json::{Map, json};
use store::budgets::BudgetRow;
use store::organizations::{OrganizationMember, OrganizationRow, OrganizationSettings};
use store::teams::{TeamMember, TeamRow, TeamSettings};
use store::users::{UserRow, UserSettings};
use store::{Actor, Limits, Stamps, Transaction};

use crate::app::{NOON, TestApp};

/// The keys of the callers. Those of ours belong to the organization `ours` and its team `our-team`, the stranger leads
/// `theirs` and `their-team`. Each key's user has the name of the field.
pub(crate) struct Tenants {
    pub(crate) admin: String,
    pub(crate) viewer: String,
    pub(crate) org_admin: String,
    pub(crate) team_admin: String,
    pub(crate) member: String,
    /// A user who belongs to nothing.
    pub(crate) user: String,
    pub(crate) user_viewer: String,
    /// A key without a user.
    pub(crate) service: String,
    pub(crate) stranger: String,
}

impl Tenants {
    pub(crate) async fn new(app: &TestApp) -> Self {
        let actor = Actor { id: "test".to_owned(), changed_by: None, at: NOON };
        let mut change = Transaction::begin(&app.engine.db, actor).await.unwrap();
        for (id, role) in [
            ("admin", "proxy_admin"),
            ("viewer", "proxy_admin_viewer"),
            ("org_admin", "internal_user"),
            ("team_admin", "internal_user"),
            ("member", "internal_user"),
            ("user", "internal_user"),
            ("user_viewer", "internal_user_viewer"),
            ("stranger", "internal_user"),
        ] {
            change.insert(&user(id, role, &stamps(&change))).await.unwrap();
        }
        for (organization, team) in [("ours", "our-team"), ("theirs", "their-team")] {
            make_organization(&mut change, organization).await;
            change.insert(&team_of(team, organization, &stamps(&change))).await.unwrap();
        }
        for (organization, user, role) in [
            ("ours", "org_admin", "org_admin"),
            ("ours", "member", "internal_user"),
            ("theirs", "stranger", "org_admin"),
        ] {
            change.insert(&in_organization(organization, user, role)).await.unwrap();
        }
        for (team, user, role) in
            [("our-team", "team_admin", "admin"), ("our-team", "member", "user"), ("their-team", "stranger", "admin")]
        {
            change.insert(&in_team(team, user, role)).await.unwrap();
        }
        let touched = change.commit().await.unwrap();
        app.engine.changed(&touched);
        Self {
            admin: key_of(app, "admin").await,
            viewer: key_of(app, "viewer").await,
            org_admin: key_of(app, "org_admin").await,
            team_admin: key_of(app, "team_admin").await,
            member: key_of(app, "member").await,
            user: key_of(app, "user").await,
            user_viewer: key_of(app, "user_viewer").await,
            service: app.generate(json!({})).await.0,
            stranger: key_of(app, "stranger").await,
        }
    }

    /// Everybody but the administrators and those who look at everything.
    pub(crate) fn others(&self) -> [&str; 7] {
        [&self.org_admin, &self.team_admin, &self.member, &self.user, &self.user_viewer, &self.service, &self.stranger]
    }

    /// That a route is the administrators': the viewer is told to look only (or let in, where it reads), others are not let in.
    pub(crate) async fn assert_admin_only(&self, app: &TestApp, method: &str, path: &str, viewer: StatusCode) {
        let (status, body) = app.call(&self.viewer, method, path, "{}").await;
        assert_eq!(status, viewer, "{method} {path}: {body}");
        for key in self.others() {
            let (status, body) = app.call(key, method, path, "{\"no\": 1}").await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}: {body}");
            assert_eq!(body["error"]["type"], "auth_error", "{method} {path}");
        }
    }
}

async fn key_of(app: &TestApp, user: &str) -> String {
    app.generate(json!({"user_id": user})).await.0
}

fn stamps(change: &Transaction) -> Stamps {
    Stamps::new(change.actor())
}

pub(crate) fn user(id: &str, role: &str, stamps: &Stamps) -> UserRow {
    UserRow {
        user_id: id.to_owned(),
        user_email: Some(format!("{id}@example.org")),
        user_alias: None,
        user_role: role.to_owned(),
        sso_user_id: None,
        models: Vec::new(),
        limits: Limits::default(),
        metadata: Map::new(),
        settings: UserSettings::default(),
        spend: Nanos::ZERO,
        stamps: stamps.clone(),
    }
}

pub(crate) async fn make_organization(change: &mut Transaction, id: &str) {
    let stamps = stamps(change);
    let budget_id = format!("budget-of-{id}");
    let budget =
        BudgetRow { budget_id: budget_id.clone(), is_own: true, limits: Limits::default(), stamps: stamps.clone() };
    change.insert(&budget).await.unwrap();
    let row = OrganizationRow {
        organization_id: id.to_owned(),
        organization_alias: id.to_owned(),
        budget_id,
        models: Vec::new(),
        metadata: Map::new(),
        settings: OrganizationSettings::default(),
        spend: Nanos::ZERO,
        stamps,
    };
    change.insert(&row).await.unwrap();
}

pub(crate) fn team_of(id: &str, organization: &str, stamps: &Stamps) -> TeamRow {
    TeamRow {
        team_id: id.to_owned(),
        team_alias: Some(id.to_owned()),
        organization_id: Some(organization.to_owned()),
        models: Vec::new(),
        limits: Limits::default(),
        metadata: Map::new(),
        settings: TeamSettings::default(),
        blocked: false,
        spend: Nanos::ZERO,
        stamps: stamps.clone(),
    }
}

pub(crate) fn in_organization(organization: &str, user: &str, role: &str) -> OrganizationMember {
    OrganizationMember {
        organization_id: organization.to_owned(),
        user_id: user.to_owned(),
        user_role: role.to_owned(),
        budget_id: None,
        spend: Nanos::ZERO,
        created_at: NOON,
        updated_at: NOON,
    }
}

pub(crate) fn in_team(team: &str, user: &str, role: &str) -> TeamMember {
    TeamMember {
        team_id: team.to_owned(),
        user_id: user.to_owned(),
        role: role.to_owned(),
        budget_id: None,
        spend: Nanos::ZERO,
        forgiven: Nanos::ZERO,
        created_at: NOON,
        updated_at: NOON,
    }
}
