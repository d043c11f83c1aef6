//! Budgets as other objects have them: one that is named, which others may have as well, or one of their own.

use std::collections::HashMap;

use engine::Engine;
use store::budgets::{self, BudgetFilter, BudgetRow};
use store::{Limits, Scope, Stamps, Transaction, UPDATED};

use super::body::{BudgetBody, BudgetId};
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::body::{Change, Fields};
use crate::manage::fields::{BudgetView, Name, nameable};
use crate::manage::named::{named, random_id};

/// So many budgets are looked up at once.
const AT_ONCE: usize = 1_000;

/// What the body of an object says of its budget.
pub(in crate::manage) struct Held {
    budget_id: Change<Name>,
    /// What is said later counts.
    said: Vec<BudgetBody>,
}

impl Held {
    pub(in crate::manage) fn take(fields: &mut Fields<'_>) -> Result<Self, ApiError> {
        let BudgetId { budget_id } = fields.take()?;
        Ok(Self { budget_id: nameable(budget_id), said: vec![BudgetBody::take(fields)?] })
    }

    /// Limits of the budget that the object has: which one it is, is not said.
    pub(in crate::manage) fn of_present(said: Vec<BudgetBody>) -> Self {
        Self { budget_id: Change::Keep, said }
    }

    /// The same of an object that cannot be without a budget: a null, which says nothing, leaves it what it is.
    pub(in crate::manage) fn required(self) -> Self {
        match self.budget_id {
            Change::Clear => Self { budget_id: Change::Keep, ..self },
            Change::Keep | Change::Set(_) => self,
        }
    }

    /// The same with limits that were said before.
    pub(in crate::manage) fn behind(mut self, earlier: BudgetBody) -> Self {
        self.said.insert(0, earlier);
        self
    }

    /// Whether the body names another budget than that one.
    pub(in crate::manage) fn names_another(&self, before: Option<&str>) -> bool {
        matches!(&self.budget_id, Change::Set(id) if Some(id.0.as_str()) != before)
    }

    /// Whether the body leaves an object this budget, and the budget what it is.
    pub(in crate::manage) fn keeps(&self, before: &BudgetRow, now: i64) -> bool {
        let mut limits = before.limits.clone();
        let says_same = Self::apply(self.said.clone(), &mut limits, now).is_ok() && limits == before.limits;
        says_same && !self.names_another(Some(&before.budget_id)) && !matches!(self.budget_id, Change::Clear)
    }

    /// Whether the body makes a budget soft that was not.
    pub(in crate::manage) fn softens(&self, before: Option<&BudgetRow>, now: i64) -> bool {
        let was_soft = before.is_some_and(|row| row.limits.is_soft);
        let mut limits = Limits { is_soft: was_soft, ..Limits::default() };
        // what cannot be applied is refused when it is
        Self::apply(self.said.clone(), &mut limits, now).is_ok() && limits.is_soft && !was_soft
    }

    fn apply(said: Vec<BudgetBody>, limits: &mut Limits, now: i64) -> Result<(), ApiError> {
        said.into_iter().try_for_each(|said| said.apply(limits, now))
    }

    /// The budget of an object that is made, if anything is said of one.
    pub(in crate::manage) async fn first(
        self,
        app: &App,
        change: &mut Transaction,
    ) -> Result<Option<BudgetRow>, ApiError> {
        self.next(app, change, None).await
    }

    /// The budget of an object that is changed and had `before`. What it no longer has is to be given to [`release`] when the
    /// object is written.
    pub(in crate::manage) async fn next(
        self,
        app: &App,
        change: &mut Transaction,
        before: Option<&str>,
    ) -> Result<Option<BudgetRow>, ApiError> {
        let at = change.actor().at;
        // what clients read they send back
        let stays = !self.names_another(before) && !matches!(self.budget_id, Change::Clear);
        if stays && let Some(id) = before {
            let row = change.require::<BudgetRow>(&Scope::Gateway, &[id]).await?;
            return changed(change, row, self.said).await.map(Some);
        }
        let mut limits = Limits::default();
        Self::apply(self.said, &mut limits, at)?;
        match self.budget_id.set() {
            Some(_) if limits != Limits::default() => {
                Err(ApiError::unprocessable("budget_id", "name a budget or limits, not both"))
            }
            Some(id) => named(change, &Scope::Gateway, "budget_id", Some(&id.0)).await,
            None if limits == Limits::default() => Ok(None),
            None => own(app, change, limits).await.map(Some),
        }
    }
}

/// The budget with other limits, unless it would have them for others, too.
async fn changed(change: &mut Transaction, before: BudgetRow, said: Vec<BudgetBody>) -> Result<BudgetRow, ApiError> {
    let mut after = before.clone();
    Held::apply(said, &mut after.limits, change.actor().at)?;
    if after.limits == before.limits {
        return Ok(before);
    }
    if budgets::holders(change, &before.budget_id).await? > 1 {
        let problem = "others have this budget, too: name another one, or change it by /budget/update for all of them";
        return Err(ApiError::invalid("budget_id", problem));
    }
    after.stamps = before.stamps.updated(change.actor());
    change.update(UPDATED, &before, &after).await?;
    Ok(after)
}

/// A budget that is made for one object.
pub(in crate::manage) async fn own(app: &App, change: &mut Transaction, limits: Limits) -> Result<BudgetRow, ApiError> {
    let row = BudgetRow { budget_id: random_id(app)?, is_own: true, limits, stamps: Stamps::new(change.actor()) };
    change.insert(&row).await?;
    Ok(row)
}

/// What a budget says; nothing where there is none.
pub(in crate::manage) async fn limits(change: &mut Transaction, budget_id: Option<&str>) -> Result<Limits, ApiError> {
    let Some(id) = budget_id else { return Ok(Limits::default()) };
    let row: Option<BudgetRow> = change.find(&Scope::Gateway, &[id]).await?;
    Ok(row.map(|row| row.limits).unwrap_or_default())
}

/// Gives a budget that is of one object, or whose holders are meant alike, other limits.
pub(in crate::manage) async fn set_limits(
    change: &mut Transaction,
    budget_id: &str,
    limits: Limits,
) -> Result<(), ApiError> {
    let before: BudgetRow = change.require(&Scope::Gateway, &[budget_id]).await?;
    let after = BudgetRow { limits, stamps: before.stamps.updated(change.actor()), ..before.clone() };
    Ok(change.update(UPDATED, &before, &after).await?)
}

/// To be called when an object has this budget no longer: one that was made for it goes with it, unless others have it by now.
pub(in crate::manage) async fn release(change: &mut Transaction, budget_id: Option<&str>) -> Result<(), ApiError> {
    let Some(id) = budget_id else { return Ok(()) };
    let Some(row) = change.find::<BudgetRow>(&Scope::Gateway, &[id]).await? else { return Ok(()) };
    if row.is_own && budgets::holders(change, id).await? == 0 {
        change.delete(&row).await?;
    }
    Ok(())
}

/// Budgets by id, to be shown with what has them.
pub(in crate::manage) async fn views(
    engine: &Engine,
    ids: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, BudgetView>, ApiError> {
    let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
    let mut views = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let filter = BudgetFilter { budget_ids: Some(some.to_vec()), ..BudgetFilter::default() };
        let rows = store::all(&engine.db, &Scope::Gateway, &filter).await?;
        views.extend(rows.into_iter().map(|row| (row.budget_id.clone(), BudgetView::new(engine, row))));
    }
    Ok(views)
}
