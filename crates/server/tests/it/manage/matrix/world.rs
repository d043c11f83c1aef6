//! Two tenants, whoever may call, and one of everything that routes are about. A cell that changes something is followed by
//! another world: all names end with its number.

use std::sync::Arc;

use engine::secret::Secret;
use http::StatusCode;
use money::{Nanos, Tokens};
use serde_json::{Map, Value, json};
use store::access_groups::{AccessGroupRow, AccessGroupSettings};
use store::budgets::BudgetRow;
use store::customers::{CustomerRow, CustomerSettings};
use store::invitations::InvitationRow;
use store::keys::KeyRow;
use store::ledger::{AttemptStatus, LedgerRow, Payer, Provenance, insert_batch};
use store::projects::{ProjectRow, ProjectSettings};
use store::tags::TagRow;
use store::{Actor, KeyHash, Limits, Stamps, Transaction};

use super::table::CALLERS;
use crate::app::{MASTER, NOON, TestApp};
use crate::tenants::{in_organization, in_team, make_organization, team_of, user};

/// The callers that are users, and their roles in the gateway.
const USERS: [(&str, &str); 8] = [
    ("admin", "proxy_admin"),
    ("viewer", "proxy_admin_viewer"),
    ("org_admin", "internal_user"),
    ("team_admin", "internal_user"),
    ("member", "internal_user"),
    ("user", "internal_user"),
    ("user_viewer", "internal_user_viewer"),
    // who leads theirs, and is in no table
    ("stranger", "internal_user"),
];

pub(in crate::manage) struct World {
    pub(super) number: u32,
}

pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: String,
}

impl World {
    pub(in crate::manage) async fn new(app: &TestApp, number: u32) -> Self {
        let world = Self { number };
        let actor = Actor { id: "test".to_owned(), changed_by: None, at: NOON };
        let mut change = Transaction::begin(&app.engine.db, actor).await.unwrap();
        world.add_callers(&mut change).await;
        for tenant in ["ours", "theirs"] {
            world.add_tenant(&mut change, tenant).await;
        }
        world.add_shared(&mut change).await;
        let touched = change.commit().await.unwrap();
        app.engine.changed(&touched);
        world
    }

    /// The key of a caller: `service` is a key of our team and of no user, `calls` an administrator's for calls of models only.
    pub(in crate::manage) fn key(&self, caller: &str) -> Option<String> {
        (caller != "none").then(|| format!("sk-of-{caller}-in-world-{}", self.number))
    }

    fn named(&self, what: &str) -> String {
        format!("{what}-{}", self.number)
    }

    async fn add_callers(&self, change: &mut Transaction) {
        let stamps = Stamps::new(change.actor());
        for (name, role) in USERS {
            change.insert(&user(&self.named(name), role, &stamps)).await.unwrap();
            let by = Stamps { created_by: Some(self.named(name)), ..stamps.clone() };
            change
                .insert(&invitation(&self.named(&format!("invitation-of-{name}")), &self.named(name), by))
                .await
                .unwrap();
        }
        for caller in CALLERS.into_iter().chain(["stranger"]) {
            let Some(text) = self.key(caller) else { continue };
            let mut key = row(&text, &stamps);
            match caller {
                "service" => key.team_id = Some(self.named("team-ours")),
                "calls" => {
                    key.user_id = Some(self.named("admin"));
                    key.settings.allowed_routes = vec!["llm_api_routes".to_owned()];
                }
                _ => key.user_id = Some(self.named(caller)),
            }
            change.insert(&key).await.unwrap();
        }
    }

    /// An organization and its team, with a member of both, somebody who is of the organization only, keys, a project, an
    /// invitation, and a team and a key that are blocked.
    async fn add_tenant(&self, change: &mut Transaction, tenant: &str) {
        let stamps = Stamps::new(change.actor());
        let of = |what: &str| self.named(&format!("{what}-{tenant}"));
        let (organization, team, guest, newcomer) = (of("organization"), of("team"), of("guest"), of("newcomer"));
        make_organization(change, &organization).await;
        change.insert(&team_of(&team, &organization, &stamps)).await.unwrap();
        let mut members =
            vec![(guest.clone(), "internal_user", Some("user")), (newcomer.clone(), "internal_user", None)];
        if tenant == "ours" {
            members.extend([
                (self.named("org_admin"), "org_admin", None),
                (self.named("team_admin"), "internal_user", Some("admin")),
                (self.named("member"), "internal_user", Some("user")),
            ]);
        } else {
            members.push((self.named("stranger"), "org_admin", Some("admin")));
        }
        for user_id in [&guest, &newcomer] {
            change.insert(&user(user_id, "internal_user", &stamps)).await.unwrap();
        }
        for (user_id, role, in_its_team) in members {
            change.insert(&in_organization(&organization, &user_id, role)).await.unwrap();
            if let Some(role) = in_its_team {
                change.insert(&in_team(&team, &user_id, role)).await.unwrap();
            }
        }
        for (text, user_id) in [(of("sk-of-a-service-"), None), (of("sk-of-a-guest-"), Some(&guest))] {
            let mut key = row(&text, &stamps);
            (key.team_id, key.user_id) = (Some(team.clone()), user_id.cloned());
            change.insert(&key).await.unwrap();
        }
        let mut barred = team_of(&of("barred-team"), &organization, &stamps);
        barred.blocked = true;
        change.insert(&barred).await.unwrap();
        let mut barred = row(&of("sk-of-a-barred-service-"), &stamps);
        (barred.team_id, barred.blocked) = (Some(team.clone()), true);
        change.insert(&barred).await.unwrap();
        let by = Stamps { created_by: Some(guest.clone()), ..stamps.clone() };
        change.insert(&invitation(&of("invitation"), &newcomer, by)).await.unwrap();
        change.insert(&project(&of("project"), &team, stamps)).await.unwrap();
    }

    /// What no tenant has.
    async fn add_shared(&self, change: &mut Transaction) {
        let stamps = Stamps::new(change.actor());
        let budget_id = self.named("budget");
        let budget = BudgetRow { budget_id, is_own: false, limits: Limits::default(), stamps: stamps.clone() };
        change.insert(&budget).await.unwrap();
        let tag = TagRow {
            name: self.named("tag"),
            description: None,
            models: Vec::new(),
            budget_id: None,
            spend: Nanos::ZERO,
            stamps: stamps.clone(),
        };
        change.insert(&tag).await.unwrap();
        let customer = CustomerRow {
            user_id: self.named("customer"),
            alias: None,
            blocked: false,
            budget_id: None,
            models: Vec::new(),
            default_model: None,
            allowed_model_region: None,
            settings: CustomerSettings::default(),
            spend: Nanos::ZERO,
            stamps,
        };
        change.insert(&customer).await.unwrap();
        let name = self.named("access-group");
        let group = AccessGroupRow {
            access_group_id: name.clone(),
            access_group_name: name,
            description: None,
            models: Vec::new(),
            settings: AccessGroupSettings::default(),
            stamps: Stamps::new(change.actor()),
        };
        change.insert(&group).await.unwrap();
    }

    /// The request of a table's route, about what its line says.
    pub(super) async fn request(&self, app: &TestApp, route: &str, about: &str, caller: &str) -> Request {
        let mut text = route.to_owned();
        for name in names(route) {
            let value = self.value(app, name, about, caller).await;
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        Request::read(&text)
    }

    /// What stands in the place of a name in braces.
    pub(super) async fn value(&self, app: &TestApp, name: &str, about: &str, caller: &str) -> String {
        let tenant = if about == "theirs" { "theirs" } else { "ours" };
        let of = |what: &str| self.named(&format!("{what}-{tenant}"));
        match (name, about) {
            ("new", _) => format!("new-{}", app.engine.ids.object().unwrap()),
            ("key", "own") => hash_of(&self.key(caller).unwrap_or_default()),
            ("key", "mates") => hash_of(&of("sk-of-a-guest-")),
            ("key", "barred") => hash_of(&of("sk-of-a-barred-service-")),
            ("key", _) => hash_of(&of("sk-of-a-service-")),
            // callers that are nobody's have nobody to name
            ("user_id", "own") => self.named(caller),
            ("user_id", _) => of("guest"),
            ("newcomer", _) => of("newcomer"),
            ("team_id", "barred") => of("barred-team"),
            ("team_id", _) => of("team"),
            ("organization_id", _) => of("organization"),
            ("project_id", _) => of("project"),
            ("invitation_id", "own") => self.named(&format!("invitation-of-{caller}")),
            ("invitation_id", _) => of("invitation"),
            ("budget_id", _) => self.named("budget"),
            ("customer_id", _) => self.named("customer"),
            ("tag", _) => self.named("tag"),
            ("model_id", "-") => self.model(app, "model-of-all", Value::Null).await,
            ("model_id", _) => self.model(app, &format!("model-{tenant}"), of("team").into()).await,
            ("access_group", _) => self.access_group(app).await,
            ("access_group_id", _) => self.named("access-group"),
            ("id", _) => "1".to_owned(),
            ("call_id", "own") => "no-such-call".to_owned(),
            ("call_id", _) => self.call(app, tenant).await,
            ("credential_name", _) => self.credential(app).await,
            _ => panic!("what is {name}?"),
        }
    }

    /// Models and credentials are sealed, so they are made by the routes that seal them, when somebody asks for one.
    async fn model(&self, app: &TestApp, id: &str, team: Value) -> String {
        let id = self.named(id);
        let name = format!("name-of-{id}");
        let body = json!({"model_name": name, "litellm_params": {"model": "openai/gpt-5", "api_key": "sk-own"},
            "model_info": {"id": id, "team_id": team}});
        let (status, answer) = app.post(MASTER, "/model/new", body).await;
        assert!(status == StatusCode::OK || status == StatusCode::CONFLICT, "{answer}");
        id
    }

    async fn credential(&self, app: &TestApp) -> String {
        let name = self.named("credential");
        let body = json!({"credential_name": name, "credential_info": {}, "credential_values": {"api_key": "sk-own"}});
        let (status, answer) = app.post(MASTER, "/credentials", body).await;
        assert!(status == StatusCode::OK || status == StatusCode::CONFLICT, "{answer}");
        name
    }
}

impl World {
    /// A call that a service of the tenant's team made.
    async fn call(&self, app: &TestApp, tenant: &str) -> String {
        let of = |what: &str| self.named(&format!("{what}-{tenant}"));
        let row = LedgerRow {
            request_id: of("call"),
            attempt: 1,
            payer: Arc::new(Payer {
                team_id: Some(of("team")),
                organization_id: Some(of("organization")),
                ..Payer::key(KeyHash::parse(&hash_of(&of("sk-of-a-service-"))).unwrap())
            }),
            call_type: "acompletion".to_owned(),
            model_group: "echo".to_owned(),
            model: "echo".to_owned(),
            deployment_id: "echo-1".to_owned(),
            provider: "echo".to_owned(),
            stream: false,
            started_at: NOON + 1,
            first_byte_at: None,
            ended_at: NOON + 2,
            tokens: Tokens::default(),
            cost: Some(Nanos::ZERO),
            price_version: None,
            provenance: Provenance::Final,
            status: AttemptStatus::Success,
            http_status: Some(200),
            error_kind: None,
            detail: None,
        };
        insert_batch(&app.engine.db, &[row]).await.unwrap();
        of("call")
    }

    /// A group of deployments, which is there as long as one of them says so.
    async fn access_group(&self, app: &TestApp) -> String {
        let group = self.named("group-of-models");
        let model = self.model(app, "model-of-group", Value::Null).await;
        let body = json!({"access_group": group, "model_ids": [model]});
        let (status, answer) = app.post(MASTER, "/access_group/new", body).await;
        assert!(status == StatusCode::OK || status == StatusCode::CONFLICT, "{answer}");
        group
    }
}

impl Request {
    pub(super) fn read(text: &str) -> Self {
        let mut words = text.splitn(3, ' ').map(str::to_owned);
        let mut next = || words.next().unwrap_or_default();
        Self { method: next(), path: next(), body: next() }
    }
}

/// The names in braces. Bodies have braces of their own, with a quotation mark or another brace behind them.
pub(super) fn names(route: &str) -> Vec<&str> {
    let mut names: Vec<_> =
        route.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    names.retain(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
    names.sort_unstable();
    names.dedup();
    names
}

pub(in crate::manage) fn hash_of(key: &str) -> String {
    Secret::new(key).sha256_hex()
}

fn row(text: &str, stamps: &Stamps) -> KeyRow {
    KeyRow::new(KeyHash::parse(&hash_of(text)).unwrap(), "sk-...", stamps.clone())
}

fn invitation(id: &str, user_id: &str, stamps: Stamps) -> InvitationRow {
    InvitationRow {
        id: id.to_owned(),
        user_id: user_id.to_owned(),
        is_accepted: false,
        accepted_at: None,
        expires_at: NOON + 1_000_000,
        stamps,
    }
}

fn project(id: &str, team: &str, stamps: Stamps) -> ProjectRow {
    ProjectRow {
        project_id: id.to_owned(),
        project_alias: None,
        description: None,
        team_id: team.to_owned(),
        budget_id: None,
        models: Vec::new(),
        metadata: Map::new(),
        settings: ProjectSettings::default(),
        blocked: false,
        spend: Nanos::ZERO,
        stamps,
    }
}
