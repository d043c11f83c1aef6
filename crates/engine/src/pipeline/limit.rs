//! Limits before dispatch: all that hold for a call are looked at, then all are taken; deployments have their own, for each attempt.
//! What was taken by an estimate is corrected when an attempt is settled.

use std::sync::Arc;

use money::Tokens;
use parking_lot::Mutex;
use providers::UpstreamError;
use serde_json::Value;
use wire::ErrorReply;

use super::Exchange;
use super::ask::Ask;
use super::attempt::Attempt;
use super::count::estimate;
use super::dispatch::Failed;
use super::governed::Known;
use super::identify::unavailable;
use super::settle::{Conclusion, estimate as of_bytes};
use crate::engine::Engine;
use crate::limits::stated::Stated;
use crate::limits::{self, Capacity, Headers, Kind, Line, Needs, Refused, Taken, TokensCounted, UsualOfKey};
use crate::models::Target;
use crate::principal::{Caller, Principal};
use crate::settings::Settings;

/// What an answer is expected to be of which nothing is known, at most (LiteLLM's).
const UNKNOWN_LENGTH: u64 = 1024;

/// What one call has taken.
#[derive(Debug, Default)]
pub(super) struct CallLimits {
    taken: Taken,
    needs: Needs,
    /// Whose answers are how long is learned under these names, where limits of tokens hold.
    learns: Option<(String, String)>,
    /// What a key has taken besides that is slowed because its budget is spent.
    slowed: Mutex<Taken>,
}

impl CallLimits {
    /// There was no call that they were taken for.
    pub(super) fn withdraw(self, now: i64) {
        self.taken.withdraw(self.needs.counted, now);
        self.slowed.into_inner().withdraw(self.needs.counted, now);
    }
}

/// The limits of what stands above a call.
pub(super) async fn lines(engine: &Engine, call: &Known<'_>) -> Result<Vec<Line>, ErrorReply> {
    let Known { principal, settings, ask, customer, tags } = *call;
    let mut stated = Stated::new(&engine.limits, engine.clock.steady(), Vec::new());
    stated.parallel(Kind::Global, "gateway", "", settings.limits.global_parallel);
    if let Some(caller) = principal.caller() {
        of_caller(engine, settings, caller, ask, &mut stated).await?;
        let (hash, metadata) = (caller.key.hash.as_str(), &caller.key.metadata);
        for tag in tags {
            stated.tag_of_key(hash, tag, metadata);
        }
    }
    of_tags(engine, tags, &mut stated).await?;
    if let Some(id) = customer {
        let known = engine.directory.customer(id).await.map_err(|error| unavailable(&error))?;
        let own = known.as_ref().and_then(|customer| customer.budget_id.as_ref());
        let budget = own.or(settings.budget.of_customers_id.as_ref());
        of_budget(engine, Kind::EndUser, "customer", &[id], budget, &mut stated).await?;
    }
    Ok(stated.into_lines())
}

/// Takes what the call needs of all limits that hold for it, or refuses it. `lines` are those above it.
pub(super) async fn admit(
    engine: &Engine,
    exchange: &mut Exchange,
    ask: &Ask,
    lines: &[Line],
) -> Result<(), ErrorReply> {
    let Exchange { principal, settings, .. } = &*exchange;
    let now = engine.clock.steady();
    let mut stated = Stated::new(&engine.limits, now, lines.to_vec());
    if let Some(hash) = principal.key_hash() {
        let usual = ask.targets.iter().map(|target| target.deployment.usual_of_key);
        stated.usual_of_key(hash.as_str(), &ask.group, usual.reduce(UsualOfKey::with).unwrap_or_default());
    }
    let priority = principal.caller().and_then(priority);
    let capacities = ask.targets.iter().map(|target| target.deployment.capacity);
    stated.capacity(&ask.group, capacities, priority, settings.limits.priorities.as_ref());

    let least = stated.least_tokens();
    let needs = least.map(|least| needs(engine, settings, principal, ask, least)).unwrap_or_default();
    let lines = stated.into_lines();
    if lines.is_empty() {
        return Ok(());
    }
    let learns = least.map(|_| (key_name(principal), ask.group.clone()));
    let admitted = engine.limits.admit(lines, &needs, settings.limits.fail_closed, now).await;
    let taken = admitted.map_err(|refused| refuse(engine, exchange, &refused))?;
    exchange.client.tell(limits::headers(&taken));
    exchange.limits = Arc::new(CallLimits { taken, needs, learns, slowed: Mutex::default() });
    Ok(())
}

/// The priority of the key, else of its team.
fn priority(caller: &Caller) -> Option<&str> {
    let team = caller.team.as_ref().map(|team| &team.metadata);
    [Some(&caller.key.metadata), team].into_iter().flatten().find_map(|metadata| metadata.get("priority")?.as_str())
}

/// What stands above the call, from the organization down to the key, and what each says of the model.
async fn of_caller(
    engine: &Engine,
    settings: &Settings,
    caller: &Caller,
    ask: &Ask,
    stated: &mut Stated<'_>,
) -> Result<(), ErrorReply> {
    let Caller { key, person, team, project, organization, .. } = caller;
    let (hash, names) = (key.hash.as_str(), [ask.envelope.model.as_str(), ask.group.as_str()]);
    if let Some(above) = organization {
        let id = &above.organization_id;
        of_budget(engine, Kind::Organization, "organization", &[id], Some(&above.budget_id), stated).await?;
        stated.model((Kind::ModelPerOrganization, "organization_model"), id, names, &above.metadata, None);
        let member =
            person.iter().flat_map(|person| &person.organizations).find(|member| member.organization_id == *id);
        if let Some(member) = member {
            let of = [id.as_str(), member.user_id.as_str()];
            let budget = member.budget_id.as_ref();
            of_budget(engine, Kind::OrganizationMember, "organization_member", &of, budget, stated).await?;
        }
    }
    if let Some(team) = team {
        stated.object(Kind::Team, "team", &[&team.team_id], &team.limits);
        let per_team = (Kind::ModelPerTeam, "team_model");
        stated.model(per_team, &team.team_id, names, &team.metadata, Some(&team.limits));
        if let Some(membership) = caller.membership()
            && let Some(limits) = &membership.limits
        {
            let member = &membership.member;
            stated.object(Kind::TeamMember, "member", &[&member.team_id, &member.user_id], limits);
        }
    }
    if let Some(project) = project {
        let id = &project.project_id;
        of_budget(engine, Kind::Project, "project", &[id], project.budget_id.as_ref(), stated).await?;
        stated.model((Kind::ModelPerProject, "project_model"), id, names, &project.metadata, None);
    }
    if let Some(person) = person {
        stated.object(Kind::User, "user", &[&person.row.user_id], &person.row.limits);
    }
    stated.key(hash, &key.limits, &key.metadata);
    of_budget(engine, Kind::Key, "key", &[hash], key.budget_id.as_ref(), stated).await?;
    if key.limits.max_parallel_requests.is_none() {
        stated.parallel(Kind::Key, "key", hash, settings.limits.parallel_per_key);
    }
    stated.model((Kind::ModelPerKey, "key_model"), hash, names, &key.metadata, Some(&key.limits));
    Ok(())
}

async fn of_budget(
    engine: &Engine,
    kind: Kind,
    word: &str,
    id: &[&str],
    budget: Option<&String>,
    stated: &mut Stated<'_>,
) -> Result<(), ErrorReply> {
    let Some(budget) = budget else { return Ok(()) };
    if let Some(budget) = engine.directory.budget(budget).await.map_err(|error| unavailable(&error))? {
        stated.object(kind, word, id, &budget.limits);
    }
    Ok(())
}

/// Tags that an administrator gave a budget.
async fn of_tags(engine: &Engine, tags: &[String], stated: &mut Stated<'_>) -> Result<(), ErrorReply> {
    for tag in tags {
        let known = engine.directory.tag(tag).await.map_err(|error| unavailable(&error))?;
        let budget = known.as_ref().and_then(|tag| tag.budget_id.as_ref());
        of_budget(engine, Kind::Tag, "tag", &[tag], budget, stated).await?;
    }
    Ok(())
}

/// What the call is expected to use; `least` is the smallest limit of tokens that holds for it.
fn needs(engine: &Engine, settings: &Settings, principal: &Principal, ask: &Ask, least: u64) -> Needs {
    let mut input = of_bytes(ask.body.len());
    if input > least / 4
        && !ask.task.is_embedding()
        && let Ok(conversation) = ask.conversation()
    {
        // pictures have many bytes and few tokens
        input = estimate::tokens(conversation);
    }
    let ceiling = ask.envelope.ceiling();
    let usual = stated_length(principal, ask)
        .or_else(|| engine.limits.usual_length(&key_name(principal), &ask.group))
        .or(ceiling)
        .unwrap_or_else(|| UNKNOWN_LENGTH.min(least / 4));
    let output = usual.min(ceiling.unwrap_or(u64::MAX)).saturating_mul(ask.envelope.n.max(1));
    let output = if ask.task.is_embedding() { 0 } else { output };
    Needs { input, output, counted: settings.limits.counted }
}

/// What an administrator said that answers are long (`default_estimated_output_tokens`), by model or for all.
fn stated_length(principal: &Principal, ask: &Ask) -> Option<u64> {
    let caller = principal.caller()?;
    let team = caller.team.as_ref().map(|team| &team.metadata);
    [Some(&caller.key.metadata), team].into_iter().flatten().find_map(|metadata| {
        let by_model = metadata.get("default_estimated_output_tokens_per_model").and_then(Value::as_object);
        let of_model = by_model.and_then(|models| models.get(&ask.envelope.model).or_else(|| models.get(&ask.group)));
        of_model.or_else(|| metadata.get("default_estimated_output_tokens"))?.as_u64()
    })
}

fn key_name(principal: &Principal) -> String {
    principal.key_hash().map(|hash| hash.as_str().to_owned()).unwrap_or_default()
}

/// Takes what an attempt needs of what the deployment can take.
pub(super) async fn at_deployment(
    engine: &Engine,
    exchange: &Exchange,
    ask: &Ask,
    target: &Target,
) -> Result<Taken, Failed> {
    let (deployment, now) = (&target.deployment, engine.clock.steady());
    if deployment.capacity == Capacity::default() {
        return Ok(Taken::default());
    }
    let mut stated = Stated::new(&engine.limits, now, Vec::new());
    stated.deployment(&deployment.id, &deployment.capacity);
    let settings = &exchange.settings;
    let least = stated.least_tokens();
    let needs = least.map(|least| needs(engine, settings, &exchange.principal, ask, least)).unwrap_or_default();
    // a provider's own limit counts all tokens, whatever ours count
    let needs = Needs { counted: TokensCounted::Total, ..needs };
    let admitted = engine.limits.admit(stated.into_lines(), &needs, settings.limits.fail_closed, now).await;
    admitted.map_err(|refused| UpstreamError::unsuited(refuse(engine, exchange, &refused)).into())
}

fn refuse(engine: &Engine, exchange: &Exchange, refused: &Refused) -> ErrorReply {
    let (reply, retry) = refused.told(engine.clock.now());
    if let Some(retry) = retry {
        let headers: Headers = vec![
            ("retry-after", retry.after.to_string()),
            ("rate_limit_type", retry.limit_type.to_owned()),
            ("reset_at", limits::utc(retry.reset_at)),
        ];
        exchange.client.tell_when_refused(headers);
    }
    reply
}

/// A key whose budget is spent, slowed instead of refused: takes what is left to it of its limits. To be called where a budget would
/// refuse; `None`: the key is not to be slowed, so it is refused.
pub(super) fn throttle(engine: &Engine, exchange: &Exchange) -> Option<Result<(), ErrorReply>> {
    let key = exchange.principal.key()?;
    let percent = exchange.settings.limits.throttle_percent?;
    if key.metadata.get("throttle_on_budget_exceeded").and_then(Value::as_bool) != Some(true) {
        return None;
    }
    let mut slowed = exchange.limits.slowed.lock();
    // each attempt asks, and the call is one
    if !slowed.is_empty() {
        return Some(Ok(()));
    }
    let now = engine.clock.steady();
    let mut stated = Stated::new(&engine.limits, now, Vec::new());
    stated.throttled(key.hash.as_str(), &key.limits, percent);
    if stated.is_empty() {
        return None;
    }
    let admitted = engine.limits.admit_local(stated.into_lines(), &exchange.limits.needs, now);
    Some(match admitted {
        Ok(taken) => {
            *slowed = taken;
            Ok(())
        }
        Err(refused) => Err(refuse(engine, exchange, &refused)),
    })
}

/// An attempt has ended and used this much. What its call had taken is corrected with the attempt that answers.
pub(super) fn settled(engine: &Engine, attempt: &Attempt, tokens: &Tokens, conclusion: Conclusion) {
    let now = engine.clock.steady();
    let limits = &attempt.limits;
    let used = Needs { input: tokens.prompt(), output: tokens.output, counted: limits.needs.counted };
    let is_last = matches!(conclusion, Conclusion::Success | Conclusion::Cancelled);
    limits.taken.used(used, is_last, now);
    limits.slowed.lock().used(used, is_last, now);
    attempt.room.used(Needs { counted: TokensCounted::Total, ..used }, true, now);
    if let Some((key, group)) = &limits.learns
        && conclusion == Conclusion::Success
    {
        engine.limits.learn(key, group, tokens.output);
    }
}

impl Attempt {
    /// The same with what it has taken of its deployment's limits.
    pub(super) fn in_room(mut self, room: &mut Taken) -> Self {
        self.room = std::mem::take(room);
        self
    }
}

impl Exchange {
    /// Nothing of the call is under way any more.
    pub(super) fn leave(&self, engine: &Engine) {
        let now = engine.clock.steady();
        self.limits.taken.leave(now);
        if let Some(attempt) = &self.open {
            attempt.room.leave(now);
        }
    }

    /// There will be no attempt at the deployment that was to be tried.
    pub(super) fn leave_room(&mut self, engine: &Engine) {
        std::mem::take(&mut self.room).finish(TokensCounted::Total, engine.clock.steady());
    }

    /// The call has ended: it leaves its places, and gives back what it did not use. Again it does nothing.
    pub(super) fn give_back_limits(&self, engine: &Engine) {
        let now = engine.clock.steady();
        self.limits.taken.finish(self.limits.needs.counted, now);
        self.limits.slowed.lock().finish(self.limits.needs.counted, now);
        self.room.finish(TokensCounted::Total, now);
    }
}
