//! What holds for a call: the budgets that it counts against, and the limits. For the next call of the same caller to the same model it
//! is the same, and to put it together costs more than what is done with it, so it is remembered for a moment.

use std::hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState};
use std::sync::Arc;

use wire::ErrorReply;

use super::ask::Ask;
use super::{identify, limit};
use crate::budgets::claims::{self, Asked, Claims};
use crate::engine::Engine;
use crate::limits::Line;
use crate::principal::{Caller, Principal};
use crate::settings::Settings;

/// For so long without news, microseconds. What anybody changes is news at once on his instance, and soon on all; this is for
/// what nobody tells of.
const REMEMBERED: i64 = 1_000_000;
/// With more callers and models everything is forgotten.
const CAPACITY: usize = 10_000;

/// What holds for calls.
#[derive(Debug)]
pub(crate) struct Governed {
    pub(super) claims: Claims,
    /// Limits of what stands above the call; those of models and deployments come beside.
    pub(super) lines: Vec<Line>,
    whose: Option<Whose>,
    /// The changes of rows that are known of.
    changes: u64,
    made_at: i64,
    /// Until a window ends, or it has been remembered for long enough.
    until: i64,
}

/// Which calls.
#[derive(Debug)]
struct Whose {
    caller: Caller,
    settings: Arc<Settings>,
    model: String,
    group: String,
    customer: Option<String>,
    tags: Vec<String>,
}

/// What is remembered, by a hash of whose it is.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    by_call: papaya::HashMap<u64, Arc<Governed>>,
    hasher: RandomState,
}

/// What a call is known by.
pub(super) struct Known<'a> {
    pub(super) principal: &'a Principal,
    pub(super) settings: &'a Arc<Settings>,
    pub(super) ask: &'a Ask,
    pub(super) customer: Option<&'a String>,
    pub(super) tags: &'a [String],
}

/// Finds out what holds for a call.
pub(super) async fn find(engine: &Engine, call: &Known<'_>) -> Result<Arc<Governed>, ErrorReply> {
    let Some(caller) = call.principal.caller() else { return put_together(engine, call, None).await.map(Arc::new) };
    let place = call.place(caller, &engine.governed.hasher);
    let (now, changes) = (engine.clock.now(), engine.directory.changes());
    if let Some(known) = engine.governed.by_call.pin().get(&place)
        && known.changes == changes
        && (known.made_at..known.until).contains(&now)
        && known.whose.as_ref().is_some_and(|whose| call.is_of(caller, whose))
    {
        return Ok(Arc::clone(known));
    }
    let whose = Whose {
        caller: caller.clone(),
        settings: Arc::clone(call.settings),
        model: call.ask.envelope.model.clone(),
        group: call.ask.group.clone(),
        customer: call.customer.cloned(),
        tags: call.tags.to_vec(),
    };
    let governed = Governed { changes, ..put_together(engine, call, Some(whose)).await? };
    let governed = Arc::new(governed);
    let remembered = engine.governed.by_call.pin();
    if remembered.len() >= CAPACITY {
        remembered.clear();
    }
    remembered.insert(place, Arc::clone(&governed));
    Ok(governed)
}

async fn put_together(engine: &Engine, call: &Known<'_>, whose: Option<Whose>) -> Result<Governed, ErrorReply> {
    let Known { principal, settings, ask, customer, tags } = *call;
    let asked = Asked { group: &ask.group, customer, tags };
    let now = engine.clock.now();
    let claims = claims::find(&engine.directory, &engine.budgets.windows, settings, principal, asked, now).await;
    let claims = claims.map_err(|error| identify::unavailable(&error))?;
    let lines = limit::lines(engine, call).await?;
    let ends = claims.iter().map(|claim| claim.balance.ends_at).min().unwrap_or(i64::MAX);
    let until = ends.min(now.saturating_add(REMEMBERED));
    Ok(Governed { claims, lines, whose, changes: 0, made_at: now, until })
}

impl Known<'_> {
    fn place(&self, caller: &Caller, hasher: &RandomState) -> u64 {
        let mut hash = hasher.build_hasher();
        Arc::as_ptr(&caller.key).addr().hash(&mut hash);
        (&self.ask.envelope.model, &self.ask.group, self.customer, self.tags).hash(&mut hash);
        hash.finish()
    }

    /// Whether what holds for those calls holds for this one: the rows are the same, not only alike.
    fn is_of(&self, caller: &Caller, whose: &Whose) -> bool {
        let (own, other) = (caller, &whose.caller);
        Arc::ptr_eq(&own.key, &other.key)
            && is_same(own.person.as_ref(), other.person.as_ref())
            && is_same(own.team.as_ref(), other.team.as_ref())
            && is_same(own.project.as_ref(), other.project.as_ref())
            && is_same(own.organization.as_ref(), other.organization.as_ref())
            && Arc::ptr_eq(self.settings, &whose.settings)
            && self.ask.envelope.model == whose.model
            && self.ask.group == whose.group
            && self.customer == whose.customer.as_ref()
            && self.tags == whose.tags
    }
}

fn is_same<T>(own: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
    match (own, other) {
        (Some(own), Some(other)) => Arc::ptr_eq(own, other),
        (own, other) => own.is_none() && other.is_none(),
    }
}
