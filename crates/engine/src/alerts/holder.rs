//! Whose an account is: its limits, its names, and who is told of it.

use std::sync::Arc;

use money::{Account, AccountKind, Nanos};
use store::balances::BalanceId;
use store::budgets::BudgetRow;
use store::teams::TeamMemberFilter;
use store::{KeyHash, Limits, Scope, StoreError, keys};

use super::reached::Budget;
use crate::engine::Engine;
use crate::settings::WrittenBudget;

/// More administrators of a team are not written to.
const MOST_TOLD: usize = 20;

/// Whoever has a budget.
#[derive(Debug, Default)]
pub(super) struct Holder {
    limits: Vec<Limits>,
    /// Its limits are those of one of its models only.
    model: Option<String>,
    pub(super) names: Names,
    /// Whether an administrator gave it a budget of its own: customers may have the one of all.
    pub(super) is_named: bool,
}

/// What people and programs know it by.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) alias: Option<String>,
    pub(super) token: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) team_id: Option<String>,
    pub(super) team_alias: Option<String>,
    pub(super) organization_id: Option<String>,
    pub(super) customer_id: Option<String>,
    pub(super) project_id: Option<String>,
    pub(super) tag: Option<String>,
}

type Asked<T> = Result<T, Arc<StoreError>>;

/// Finds out; an account whose owner is gone has no limits.
pub(super) async fn find(engine: &Engine, account: &Account) -> Asked<Holder> {
    if account.kind() == AccountKind::Model
        && let Some((of, model)) = account.parts()
    {
        let Ok(of) = Account::parse(&of) else { return Ok(Holder::default()) };
        return Ok(Holder { model: Some(model), ..find_one(engine, &of).await? });
    }
    find_one(engine, account).await
}

async fn find_one(engine: &Engine, account: &Account) -> Asked<Holder> {
    let id = account.id().to_owned();
    let (first, second) = account.parts().unwrap_or_default();
    let directory = &engine.directory;
    let mut holder = Holder { is_named: true, ..Holder::default() };
    let names = &mut holder.names;
    match account.kind() {
        AccountKind::Gateway => {
            let budget = &engine.settings().budget;
            let (max_budget, budget_duration) = (budget.cap, budget.duration.clone());
            holder.limits.push(Limits { max_budget, budget_duration, ..Limits::default() });
        }
        AccountKind::Organization => {
            let Some(row) = directory.organization(&id).await? else { return Ok(holder) };
            (names.alias, names.organization_id) = (Some(row.organization_alias.clone()), Some(id));
            holder.add_named(engine, Some(&row.budget_id)).await?;
        }
        AccountKind::OrganizationMember => {
            let Some(person) = directory.person(&second).await? else { return Ok(holder) };
            let member = person.organizations.iter().find(|member| member.organization_id == first);
            (names.organization_id, names.user_id) = (Some(first), Some(second));
            holder.add_named(engine, member.and_then(|member| member.budget_id.as_ref())).await?;
        }
        AccountKind::Team => {
            let Some(row) = directory.team(&id).await? else { return Ok(holder) };
            names.of_team(id, row.team_alias.clone());
            names.alias.clone_from(&row.team_alias);
            holder.limits.push(row.limits.clone());
        }
        AccountKind::TeamMember => holder.be_member(engine, first, second).await?,
        AccountKind::Project => {
            let Some(row) = directory.project(&id).await? else { return Ok(holder) };
            (names.alias, names.project_id) = (row.project_alias.clone(), Some(id));
            names.team_id = Some(row.team_id.clone());
            holder.add_named(engine, row.budget_id.as_ref()).await?;
        }
        AccountKind::User => {
            let Some(person) = directory.person(&id).await? else { return Ok(holder) };
            (names.alias, names.user_id) = (person.row.user_alias.clone(), Some(id));
            holder.limits.push(person.row.limits.clone());
        }
        AccountKind::Key => holder.be_key(engine, &id).await?,
        AccountKind::Customer => holder.be_customer(engine, id).await?,
        AccountKind::Provider => {
            holder.add_written(engine.settings().budget.of_providers.get(&id));
            holder.names.alias = Some(id);
        }
        AccountKind::Deployment => {
            let settings = engine.settings();
            let deployment = settings.models.deployments().find(|deployment| deployment.id == id);
            holder.add_written(deployment.and_then(|deployment| deployment.budget.as_ref()));
            holder.names.alias = Some(id);
        }
        AccountKind::Tag => {
            holder.add_written(engine.settings().budget.of_tags.get(&id));
            let names = &mut holder.names;
            let Some(row) = directory.tag(&id).await? else { return Ok(holder) };
            names.tag = Some(id);
            holder.add_named(engine, row.budget_id.as_ref()).await?;
        }
        AccountKind::Model => {}
    }
    Ok(holder)
}

impl Names {
    fn of_team(&mut self, id: String, alias: Option<String>) {
        (self.team_id, self.team_alias) = (Some(id), alias);
    }
}

impl Holder {
    fn add_written(&mut self, budget: Option<&WrittenBudget>) {
        if let Some(WrittenBudget { cap, duration }) = budget {
            self.limits.push(Limits { max_budget: Some(*cap), budget_duration: duration.clone(), ..Limits::default() });
        }
    }

    async fn be_member(&mut self, engine: &Engine, team: String, user: String) -> Asked<()> {
        let person = engine.directory.person(&user).await?;
        let row = engine.directory.team(&team).await?;
        let own = person.as_ref().and_then(|person| person.membership(&team)).and_then(|own| own.limits.clone());
        self.names.user_id = Some(user);
        self.names.of_team(team, row.as_ref().and_then(|row| row.team_alias.clone()));
        if let Some(limits) = own {
            self.limits.push(limits);
        } else {
            let usual = row.as_ref().and_then(|row| row.settings.team_member_budget_id.as_ref());
            self.add_named(engine, usual).await?;
        }
        Ok(())
    }

    async fn be_key(&mut self, engine: &Engine, first: &str) -> Asked<()> {
        let Ok(hash) = KeyHash::parse(first) else { return Ok(()) };
        let row = match engine.directory.key(&hash).await? {
            Some(open) => Arc::clone(&open.row),
            // its budgets are counted under the hash that it had first
            None => match keys::find_by_account(&engine.db, &hash).await? {
                Some(row) => Arc::new(row),
                None => return Ok(()),
            },
        };
        if let Some(team) = &row.team_id {
            let alias = engine.directory.team(team).await?.and_then(|team| team.team_alias.clone());
            self.names.of_team(team.clone(), alias);
        }
        let names = &mut self.names;
        (names.alias, names.user_id) = (row.key_alias.clone(), row.user_id.clone());
        (names.token, names.organization_id) = (Some(row.hash.as_str().to_owned()), row.organization_id.clone());
        self.limits.push(row.limits.clone());
        self.add_named(engine, row.budget_id.as_ref()).await
    }

    async fn be_customer(&mut self, engine: &Engine, id: String) -> Asked<()> {
        let settings = engine.settings();
        let row = engine.directory.customer(&id).await?;
        let own = row.as_ref().and_then(|row| row.budget_id.clone());
        (self.names.alias, self.names.customer_id) = (row.and_then(|row| row.alias.clone()), Some(id));
        self.is_named = own.is_some();
        if let Some(budget) = own.as_ref().or(settings.budget.of_customers_id.as_ref()) {
            return self.add_named(engine, Some(budget)).await;
        }
        self.limits.push(Limits { max_budget: settings.budget.of_customers, ..Limits::default() });
        Ok(())
    }

    async fn add_named(&mut self, engine: &Engine, budget: Option<&String>) -> Asked<()> {
        let Some(budget) = budget else { return Ok(()) };
        let row: Option<Arc<BudgetRow>> = engine.directory.budget(budget).await?;
        self.limits.extend(row.map(|row| row.limits.clone()));
        Ok(())
    }

    /// What it may spend in the window of this balance, as it is now; nothing where that is no window of its own any more.
    pub(super) fn budget(&self, engine: &Engine, balance: &BalanceId, now: i64) -> Budget {
        let of_window =
            self.allowed(now).into_iter().filter(|(duration, _)| is_of(engine, balance, duration.as_deref()));
        of_window.map(|(_, budget)| budget).fold(Budget::default(), Budget::and)
    }

    /// Whether the balance is of the first window of its limits, which stands for it in metrics.
    pub(super) fn is_first(&self, engine: &Engine, balance: &BalanceId) -> bool {
        let first = self.limits.iter().find(|limits| limits.max_budget.is_some());
        self.model.is_none() && first.is_some_and(|first| is_of(engine, balance, first.budget_duration.as_deref()))
    }

    fn allowed(&self, now: i64) -> Vec<(Option<String>, Budget)> {
        let mut allowed = Vec::new();
        for limits in &self.limits {
            if let Some(model) = &self.model {
                let of = limits.model_max_budget.get(model);
                allowed.extend(of.map(|of| (of.budget_duration.clone(), Budget { cap: of.max_budget, soft: None })));
                continue;
            }
            let raise = limits.temp_budget_increase.filter(|_| limits.temp_budget_expiry.is_some_and(|at| now < at));
            let cap = limits.max_budget.map(|cap| cap.saturating_add(raise.unwrap_or(Nanos::ZERO)));
            allowed.push((limits.budget_duration.clone(), Budget { cap, soft: limits.soft_budget }));
            let windows = limits.budget_limits.iter();
            allowed.extend(windows.map(|window| {
                (Some(window.budget_duration.clone()), Budget { cap: Some(window.max_budget), soft: None })
            }));
        }
        allowed
    }

    /// Who is told by e-mail, beside the operators: the user, or the administrators of the team.
    pub(super) async fn addresses(&self, engine: &Engine) -> Asked<Vec<String>> {
        if let Some(user) = &self.names.user_id {
            let person = engine.directory.person(user).await?;
            return Ok(person.and_then(|person| person.row.user_email.clone()).into_iter().collect());
        }
        // a key without a user is a matter of operators; a team's project one of its administrators
        let Some(team) = self.names.team_id.as_ref().filter(|_| self.names.token.is_none()) else {
            return Ok(Vec::new());
        };
        let members = TeamMemberFilter { team_id: Some(team.clone()), ..TeamMemberFilter::default() };
        let mut addresses = Vec::new();
        for member in store::all(&engine.db, &Scope::Gateway, &members).await? {
            if member.role == "admin" && addresses.len() < MOST_TOLD {
                let person = engine.directory.person(&member.user_id).await?;
                addresses.extend(person.and_then(|person| person.row.user_email.clone()));
            }
        }
        Ok(addresses)
    }
}

/// Whether the balance is of a window of this length.
fn is_of(engine: &Engine, balance: &BalanceId, duration: Option<&str>) -> bool {
    let window = engine.budgets.windows.of(duration, balance.starts_at, &engine.settings().calendar);
    (window.starts_at, window.ends_at) == (balance.starts_at, balance.ends_at)
}
