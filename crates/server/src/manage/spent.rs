//! What was spent, as answers show it: of what has a cap and a length, in the window that now is in, which no row says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use engine::Engine;
use money::window::Window;
use money::{Account, Nanos};
use serde::Serialize;
use store::balances::{self, BalanceId};
use store::budgets::{BudgetFilter, BudgetRow};
use store::{Limits, Scope, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::manage::fields::{LimitsView, Usd};
use crate::manage::spend::logs::caught_up;

/// A part of an answer that says what somebody has spent.
pub(in crate::manage) trait Spends {
    /// Names each account to `spent`, which puts in what it knows. It is asked twice: first nothing is known.
    fn spends(&mut self, spent: &mut Spent<'_>);
}

/// What one model has of a budget.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ModelUsage {
    /// In US dollars.
    #[schema(value_type = f64)]
    current_spend: Usd,
    #[schema(value_type = f64)]
    budget_limit: Usd,
    time_period: Option<String>,
}

/// What was spent of the accounts that an answer names.
pub(in crate::manage) struct Spent<'a> {
    engine: &'a Engine,
    accounts: BTreeSet<Account>,
    /// Budgets that are not in the answer.
    budget_ids: BTreeSet<String>,
    budgets: HashMap<String, Limits>,
    /// None: it is still asked.
    known: Option<HashMap<BalanceId, Nanos>>,
}

/// Puts what was spent until now into a part of an answer. Whatever it names is asked for at once.
pub(in crate::manage) async fn bring_up_to_date<T: Spends>(app: &App, answer: &mut [T]) -> Result<(), StoreError> {
    let engine = app.engine();
    let mut spent =
        Spent { engine, accounts: BTreeSet::new(), budget_ids: BTreeSet::new(), budgets: HashMap::new(), known: None };
    for part in answer.iter_mut() {
        part.spends(&mut spent);
    }
    if spent.accounts.is_empty() {
        return Ok(());
    }
    spent.ask().await?;
    for part in answer.iter_mut() {
        part.spends(&mut spent);
    }
    Ok(())
}

impl Spent<'_> {
    async fn ask(&mut self) -> Result<(), StoreError> {
        caught_up(self.engine).await;
        let db = &self.engine.db;
        if !self.budget_ids.is_empty() {
            let ids = std::mem::take(&mut self.budget_ids).into_iter().collect();
            let filter = BudgetFilter { budget_ids: Some(ids), ..BudgetFilter::default() };
            let rows: Vec<BudgetRow> = store::all(db, &Scope::Gateway, &filter).await?;
            self.budgets = rows.into_iter().map(|row| (row.budget_id, row.limits)).collect();
        }
        let accounts: Vec<_> = std::mem::take(&mut self.accounts).into_iter().collect();
        self.known = Some(balances::spent(db, &accounts, self.engine.clock.now()).await?);
        Ok(())
    }

    /// Makes of what an account has spent for ever what it has spent in its window: that of the first of `limits` that has a cap
    /// and a length, else of the budget with that id. Windows beside it get theirs.
    pub(in crate::manage) fn put(
        &mut self,
        account: &Account,
        spend: &mut Usd,
        limits: &mut [&mut LimitsView],
        budget_id: Option<&str>,
    ) {
        for window in limits.iter_mut().flat_map(|limits| limits.budget_limits.iter_mut().flatten()) {
            window.spend = self.within(account, Some(&window.budget_duration)).map(Usd);
        }
        let capped = |limits: &&mut LimitsView| limits.budget_duration.clone().filter(|_| limits.max_budget.is_some());
        let duration = limits.iter().find_map(capped).or_else(|| self.length_of(account, budget_id?));
        // the sum for ever stands in the row, also where nobody has counted it yet
        let windowed = duration.filter(|duration| self.engine.window(Some(duration)) != Window::EVER);
        if let Some(within) = windowed.and_then(|duration| self.within(account, Some(&duration))) {
            *spend = Usd(within);
        }
    }

    /// What models have spent of their own budgets.
    pub(in crate::manage) fn on_models(
        &mut self,
        account: &Account,
        limits: &LimitsView,
    ) -> BTreeMap<String, ModelUsage> {
        let mut usage = BTreeMap::new();
        for (model, of) in &limits.model_max_budget {
            let Some(budget_limit) = of.max_budget else { continue };
            let spent = self.within(&account.on_model(model), of.budget_duration.as_deref());
            let current_spend = Usd(spent.unwrap_or_default());
            usage.insert(
                model.clone(),
                ModelUsage { current_spend, budget_limit, time_period: of.budget_duration.clone() },
            );
        }
        usage
    }

    /// The budget of customers who have none of their own.
    pub(in crate::manage) fn of_customers(&self) -> Option<String> {
        self.engine.settings().budget.of_customers_id.clone()
    }

    /// How long the windows of a budget are, if it has a cap.
    fn length_of(&mut self, account: &Account, budget_id: &str) -> Option<String> {
        if self.known.is_none() {
            self.accounts.insert(account.clone());
            self.budget_ids.insert(budget_id.to_owned());
        }
        let limits = self.budgets.get(budget_id)?;
        limits.budget_duration.clone().filter(|_| limits.max_budget.is_some())
    }

    fn within(&mut self, account: &Account, duration: Option<&str>) -> Option<Nanos> {
        let Window { starts_at, ends_at } = self.engine.window(duration);
        let Some(known) = &self.known else {
            self.accounts.insert(account.clone());
            return None;
        };
        // nobody has asked for a balance that is not there
        let balance = BalanceId { account: account.clone(), starts_at, ends_at };
        Some(known.get(&balance).copied().unwrap_or_default())
    }
}
