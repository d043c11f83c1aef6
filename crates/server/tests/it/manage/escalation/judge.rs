//! What must hold after a case, whatever was asked in it.

use std::collections::BTreeSet;

use engine::Principal;
use engine::secret::Secret;
use money::Nanos;
use serde_json::{Value, json};
use store::Scope;

use super::known::Known;
use super::{Bound, Case};
use crate::app::{MASTER, NOON, TestApp};

/// What keys may call that are bounded to routes.
pub(super) const ROUTES: [&str; 3] = ["/key/generate", "/key/update", "/v1/chat/completions"];
/// Routes that keys are tried with.
const TRIED: [&str; 7] =
    ["/key/generate", "/key/update", "/key/regenerate", "/user/new", "/team/new", "/model/new", FOR_CALLS];
/// What a key for calls only may call.
const FOR_CALLS: &str = "/v1/chat/completions";
/// What calls must say of keys that are bounded to that.
pub(super) const DEMANDED: &str = "metadata.cost_center";
const HOUR: i64 = 3_600_000_000;

/// What somebody has of a user who leads others: these may change what he belongs to.
const OF_USER: &[&str] = &["user_id", "user_role", "models", "max_budget", "metadata", "user_email"];
const OF_ORGANIZATION: &[&str] = &["models", "metadata", "litellm_budget_table", "members"];

pub(super) struct Judge {
    callers: Vec<&'static str>,
    bound: Bound,
    permitted: bool,
    /// Whoever there was before.
    users: BTreeSet<String>,
    teams: BTreeSet<String>,
    /// What must stay as it is, and how it was.
    fixed: Vec<(Fixed, Value)>,
}

/// A row that the callers may not change, or fields of it; none is all.
struct Fixed {
    path: String,
    fields: &'static [&'static str],
}

impl Judge {
    pub(super) async fn new(app: &TestApp, case: &Case) -> Self {
        let mut judge = Self {
            callers: case.callers.clone(),
            bound: case.bound,
            permitted: case.permitted,
            users: all(app, "/user/list?page_size=100", "users", "user_id").await,
            teams: all(app, "/v2/team/list?page_size=100", "teams", "team_id").await,
            fixed: Vec::new(),
        };
        for fixed in judge.fixed() {
            let row = fixed.read(app).await;
            judge.fixed.push((fixed, row));
        }
        judge
    }

    fn acts(&self, caller: &str) -> bool {
        self.callers.contains(&caller)
    }

    /// All of the other tenant, the administrators, what belongs to no tenant, and of their own tenant what others lead.
    fn fixed(&self) -> Vec<Fixed> {
        let mut paths: Vec<_> = [
            "/organization/info?organization_id=organization-theirs-0",
            "/team/info?team_id=team-theirs-0",
            "/project/info?project_id=project-theirs-0",
            "/budget/settings?budget_id=budget-0",
            "/budget/settings?budget_id=budget-of-organization-ours-0",
            "/model/info?litellm_model_id=echo-1",
        ]
        .map(|path| Fixed { path: path.to_owned(), fields: &[] })
        .into();
        // without the teams, whose other members may change themselves
        let user = |user: &str| Fixed { path: format!("/user/info?user_id={user}-0"), fields: &["user_info", "keys"] };
        paths.extend(["admin", "viewer", "stranger", "guest-theirs", "newcomer-theirs"].map(user));
        // they belong to nothing
        paths.extend(["user", "user_viewer"].into_iter().filter(|user| !self.acts(user)).map(user));
        if self.acts("org_admin") {
            return paths;
        }
        let bystanders =
            ["org_admin", "team_admin", "member", "guest-ours"].into_iter().filter(|user| !self.acts(user));
        if self.acts("team_admin") {
            let row = |user| Fixed { path: format!("/v2/user/info?user_id={user}-0"), fields: OF_USER };
            paths.extend(bystanders.map(row));
        } else {
            paths.extend(bystanders.map(user));
        }
        let path = "/organization/info?organization_id=organization-ours-0".to_owned();
        paths.push(Fixed { path, fields: OF_ORGANIZATION });
        paths.push(Fixed { path: "/team/info?team_id=second".to_owned(), fields: &[] });
        let team = Fixed { path: "/team/info?team_id=team-ours-0".to_owned(), fields: &[] };
        if !self.acts("team_admin") && !self.acts("member") {
            paths.push(team);
        }
        paths
    }

    pub(super) async fn judge(&self, app: &TestApp, known: &Known) -> Result<(), String> {
        for (fixed, before) in &self.fixed {
            let after = fixed.read(app).await;
            if after != *before {
                return Err(format!("{} is changed:\n{before}\n{after}", fixed.path));
            }
        }
        self.judge_own(app).await?;
        let mut opened = BTreeSet::new();
        for text in &known.held {
            for path in TRIED {
                if let Ok(principal) = app.engine.identify(Some(&Secret::new(text)), path).await {
                    self.judge_key(app, &principal, path).map_err(|problem| format!("{text} on {path}: {problem}"))?;
                    opened.insert(principal.key_hash().map(|hash| hash.as_str().to_owned()));
                }
            }
        }
        if self.bound == Bound::Money && opened.len() > self.callers.len() {
            return Err("there are more keys than there were".to_owned());
        }
        Ok(())
    }

    /// The users of the callers, and what they belong to, have what they had.
    async fn judge_own(&self, app: &TestApp) -> Result<(), String> {
        for user in self.callers.iter().filter(|caller| **caller != "service") {
            let (status, row) = app.get(MASTER, &format!("/v2/user/info?user_id={user}-0")).await;
            let is_wider =
                most(&row) != Some(10.0) || is_soft(&row) || row["models"].as_array().is_none_or(Vec::is_empty);
            let role = row["user_role"].as_str().unwrap_or_default();
            // he may have deleted himself
            if status.is_success() && (is_wider || role.starts_with("proxy_admin")) {
                return Err(format!("{user} made himself {row}"));
            }
        }
        let organization = Fixed {
            path: "/organization/info?organization_id=organization-ours-0".to_owned(),
            fields: OF_ORGANIZATION,
        };
        let row = organization.read(app).await;
        if row["models"] != json!(["echo", "a", "b"])
            || row["litellm_budget_table"]["max_budget"].as_f64() != Some(100.0)
        {
            return Err(format!("the organization is {row}"));
        }
        let (_, teams) = app.get(MASTER, "/v2/team/list?page_size=100").await;
        for team in teams["teams"].as_array().unwrap() {
            let cap = if self.acts("org_admin") { 100.0 } else { 50.0 };
            if most(team).is_some_and(|budget| budget > cap) || is_soft(team) {
                return Err(format!("a team is {team}"));
            }
            if team["team_id"] == "team-ours-0" && !self.acts("org_admin") && most(team) != Some(50.0) {
                return Err(format!("the team is {team}"));
            }
        }
        Ok(())
    }

    fn judge_key(&self, app: &TestApp, principal: &Principal, path: &str) -> Result<(), String> {
        let row = principal.key().ok_or("is a master key")?;
        if principal.is_admin() || principal.scope() == Scope::Gateway {
            return Err("is an administrator's".to_owned());
        }
        self.judge_user(principal, path)?;
        self.judge_models(app, principal)?;
        match self.bound {
            Bound::Time if row.expires_at.is_none_or(|at| at > NOON + HOUR) => {
                Err(format!("is valid until {:?}", row.expires_at))
            }
            Bound::Money
                if row.limits.is_soft || row.limits.raised_cap().is_none_or(|cap| cap > Nanos::new(5_000_000_000)) =>
            {
                Err(format!("may spend {:?}", row.limits))
            }
            Bound::Demands if !row.metadata.get("enforced_params").is_some_and(demands) => {
                Err(format!("has {:?}", row.metadata))
            }
            Bound::Routes if !ROUTES.contains(&path) => Err("may call it".to_owned()),
            _ => Ok(()),
        }
    }

    /// Whose the key is, and what he leads.
    fn judge_user(&self, principal: &Principal, path: &str) -> Result<(), String> {
        let user = principal.user_id().unwrap_or_default();
        let is_own = self.callers.iter().any(|caller| user == format!("{caller}-0"));
        if self.users.contains(user) && !is_own && path != FOR_CALLS {
            return Err(format!("acts as {user}"));
        }
        // those who lead a team may let others lead it
        let leads = |team: &str| match team {
            "team-ours-0" => self.acts("team_admin") || self.acts("org_admin"),
            team => self.acts("org_admin") || !self.teams.contains(team),
        };
        if let Some(team) = self.teams.iter().find(|team| principal.leads_team(team) && !leads(team)) {
            return Err(format!("leads {team}"));
        }
        let organization =
            ["organization-ours-0", "organization-theirs-0"].into_iter().find(|id| principal.leads_organization(id));
        match organization {
            Some("organization-ours-0") if self.acts("org_admin") => Ok(()),
            Some(organization) if path != FOR_CALLS => Err(format!("leads {organization}")),
            _ => Ok(()),
        }
    }

    fn judge_models(&self, app: &TestApp, principal: &Principal) -> Result<(), String> {
        let settings = app.engine.settings();
        let models = &settings.models;
        for name in ["echo", "a", "b", "c", "mine", "own"] {
            let resolved = principal.resolve(models, name);
            let targets = models.targets(resolved.group, principal.team_id());
            // a team's own model is called with its own means
            let is_teams = !targets.is_empty() && targets.iter().all(|target| target.deployment.team.is_some());
            if principal.may_use(&resolved, &targets).is_ok() && !is_teams && !self.has_model(resolved.group) {
                return Err(format!("may call {} as {name}", resolved.group));
            }
        }
        Ok(())
    }

    /// Whether one of the callers could call it before.
    fn has_model(&self, model: &str) -> bool {
        let of = |caller: &str| match caller {
            "org_admin" => &["echo", "a", "b"][..],
            "team_admin" | "service" => &["echo", "a"],
            "member" if self.permitted => &["echo", "a"],
            _ => &["a"],
        };
        let within = self.bound != Bound::Models || model == "a";
        within && self.callers.iter().any(|caller| of(caller).contains(&model))
    }
}

fn demands(params: &Value) -> bool {
    params.as_array().is_some_and(|params| params.contains(&json!(DEMANDED)))
}

impl Fixed {
    async fn read(&self, app: &TestApp) -> Value {
        let (status, mut row) = app.get(MASTER, &self.path).await;
        // a member may change himself, and stays the member that he is
        if self.fields == OF_ORGANIZATION {
            for member in row["members"].as_array_mut().into_iter().flatten() {
                member["user"].take();
            }
        }
        if self.fields.is_empty() || !status.is_success() {
            return row;
        }
        self.fields.iter().map(|field| ((*field).to_owned(), row[*field].clone())).collect()
    }
}

async fn all(app: &TestApp, path: &str, list: &str, id: &str) -> BTreeSet<String> {
    let (_, answer) = app.get(MASTER, path).await;
    answer[list].as_array().unwrap().iter().map(|row| row[id].as_str().unwrap().to_owned()).collect()
}

/// What a budget allows while it is raised.
fn most(row: &Value) -> Option<f64> {
    Some(row["max_budget"].as_f64()? + row["temp_budget_increase"].as_f64().unwrap_or_default())
}

fn is_soft(row: &Value) -> bool {
    row["budget_mode"] == "soft"
}
