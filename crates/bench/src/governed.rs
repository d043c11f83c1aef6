//! The same calls by two keys of like people: nothing limits the first ones, and every level of the others has a budget and limits.
//! What that costs.

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::ask::{Ask, Language, Pace, Whom, http};
use crate::client;
use crate::gateway::Gateway;
use crate::load::{Plan, Shape};
use crate::program::pause;
use crate::session::{IDLE, Session};
use crate::target::Target;

/// Without any budget or limit, and with all.
pub(crate) const GOVERNED: [&str; 2] = ["governed-by-none", "governed-by-all"];

/// Short turns, so that both meet the same neighbours of this machine.
const ROUNDS: u32 = 5;
const SHAPE: Shape = Shape::Closed { connections: 64, warm_ms: 200, run_ms: 800 };

/// A gateway and its two keys.
pub(crate) struct Governed {
    gateway: Gateway,
    keys: [String; 2],
}

impl Session {
    pub(crate) fn governed(&mut self, repetition: u32, tell: &dyn Fn(&str)) -> anyhow::Result<()> {
        if !GOVERNED.iter().any(|name| self.takes(name)) {
            return Ok(());
        }
        let governed = match self.governed.take() {
            Some(governed) => governed,
            None => self.govern()?,
        };
        let target = self.started(&governed.gateway)?;
        pause(IDLE)?;
        for round in 0..ROUNDS {
            tell(&format!(
                "repetition {}: without budgets and limits and with all, round {}",
                repetition + 1,
                round + 1
            ));
            for (name, key) in GOVERNED.iter().zip(&governed.keys) {
                let ask =
                    Ask { client: Language::OpenAi, provider: Language::OpenAi, pace: Pace::AtOnce, stream: false };
                let requests = vec![ask.request(target.address, Whom::Gateway { key })];
                let (address, expect) = (target.address, ask.expect());
                let plan = Plan { address, requests, expect, shape: SHAPE, watch: target.pid() };
                let run = self.measure(repetition * ROUNDS + round, name, 1, &target, &plan)?;
                self.runs.0.push(run);
            }
        }
        if let Some(program) = target.program {
            program.stop()?;
        }
        self.governed = Some(governed);
        Ok(())
    }

    fn govern(&self) -> anyhow::Result<Governed> {
        let gateway = self.another_gateway("governed")?;
        let target = self.started(&gateway)?;
        let keys =
            [key_of("without", &json!({}), &gateway, &target)?, key_of("governed", &all_limits(), &gateway, &target)?];
        if let Some(program) = target.program {
            program.stop()?;
        }
        Ok(Governed { gateway, keys })
    }
}

/// A key of a member of a team with a project and a tag, in an organization: with all budgets and limits, or with none of them.
pub(crate) fn key_of(people: &str, limits: &Value, gateway: &Gateway, target: &Target) -> anyhow::Result<String> {
    let make = |path: &str, body: Value| {
        let credential = format!("authorization: Bearer {}\r\n", gateway.master());
        let request = http(target.address, path, &credential, &body.to_string());
        let (status, answer) = client::call(target.address, &request)?;
        if status != 200 {
            bail!("{path} answers {status}: {}", String::from_utf8_lossy(&answer));
        }
        Ok(serde_json::from_slice::<Value>(&answer)?)
    };
    let text = |answer: &Value, field: &str| {
        answer
            .get(field)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .with_context(|| format!("an answer without {field}"))
    };
    let limited = |more: Value| {
        let mut body = limits.clone();
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        body
    };
    // of members only budgets are said, under names of their own
    let budget = limits.get("max_budget");
    make("/user/new", json!({"user_id": people, "auto_create_key": false}))?;
    let organization = make("/organization/new", limited(json!({"organization_alias": people})))?;
    let organization = text(&organization, "organization_id")?;
    let member = json!({"role": "internal_user", "user_id": people});
    make(
        "/organization/member_add",
        json!({"organization_id": organization, "member": member, "max_budget_in_organization": budget}),
    )?;
    let team = make("/team/new", limited(json!({"organization_id": organization})))?;
    let team = text(&team, "team_id")?;
    let member = json!({"role": "user", "user_id": people});
    make("/team/member_add", json!({"team_id": team, "member": member, "max_budget_in_team": budget}))?;
    let project = text(&make("/project/new", limited(json!({"team_id": team})))?, "project_id")?;
    make("/tag/new", limited(json!({"name": people})))?;
    let windows = |cap: &Value| json!([{"budget_duration": "1d", "max_budget": cap}, {"budget_duration": "7d", "max_budget": cap}]);
    let mut key = limited(json!({"team_id": team, "user_id": people, "project_id": project, "tags": [people]}));
    if let (Some(key), Some(budget)) = (key.as_object_mut(), budget) {
        key.insert("budget_limits".to_owned(), windows(budget));
    }
    text(&make("/key/generate", key)?, "key")
}

/// What every level of the governed has, above anything that a run comes to.
pub(crate) fn all_limits() -> Value {
    json!({
        "max_budget": 1_000_000, "budget_duration": "30d", "rpm_limit": 100_000_000, "tpm_limit": 100_000_000_000_u64,
        "max_parallel_requests": 100_000,
    })
}
