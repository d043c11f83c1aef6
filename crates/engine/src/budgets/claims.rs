//! Which budgets a call counts against, and what each allows.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use money::window::{Calendar, Period, Window};
use money::{Account, AccountKind, Nanos};
use parking_lot::Mutex;
use serde_json::Value;
use store::balances::{BalanceId, Charges};
use store::budgets::BudgetRow;
use store::customers::CustomerRow;
use store::{Limits, StoreError};

use crate::directory::Directory;
use crate::engine::Engine;
use crate::models::Deployment;
use crate::principal::{Caller, Principal};
use crate::settings::{Settings, WrittenBudget};

/// One budget that a call counts against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whose, and in which window.
    pub balance: BalanceId,
    /// What may be spent in the window.
    pub cap: Nanos,
    /// Where it is spent, calls are still let through as long as something is left when they begin.
    pub is_soft: bool,
}

impl Claim {
    /// The cap of what is only counted, as somebody wants to be told of it (`soft_budget`).
    pub const UNCAPPED: Nanos = Nanos::MAX;

    /// Whether it can refuse a call.
    pub fn limits(&self) -> bool {
        self.cap < Self::UNCAPPED
    }
}

/// All of them, each balance once. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    all: Arc<[Claim]>,
    charges: Charges,
}

impl Claims {
    /// The balances, in the order of the claims.
    pub(super) fn charges(&self) -> Charges {
        self.charges.clone()
    }
}

impl Deref for Claims {
    type Target = [Claim];

    fn deref(&self) -> &[Claim] {
        &self.all
    }
}

impl FromIterator<Claim> for Claims {
    fn from_iter<I: IntoIterator<Item = Claim>>(claims: I) -> Self {
        let all: Arc<[_]> = claims.into_iter().collect();
        let charges = Charges::new(all.iter().map(|claim| claim.balance.clone()));
        Self { all, charges }
    }
}

/// On whose behalf, and how tagged, a call is made.
pub(crate) struct Asked<'a> {
    /// The model group.
    pub(crate) group: &'a str,
    pub(crate) customer: Option<&'a String>,
    pub(crate) tags: &'a [String],
}

/// Windows that calls lie in now, by how their budgets write them: reading a duration and asking the calendar takes longer.
#[derive(Debug, Default)]
pub struct Windows(Mutex<Cut>);

#[derive(Debug, Default)]
struct Cut {
    calendar: Calendar,
    now: BTreeMap<String, Window>,
}

impl Windows {
    /// The window of `duration` that `at` lies in. One that nobody can read never ends: its budget is not refilled.
    pub fn of(&self, duration: Option<&str>, at: i64, calendar: &Calendar) -> Window {
        let Some(duration) = duration else { return Window::EVER };
        let mut cut = self.0.lock();
        if cut.calendar != *calendar {
            *cut = Cut { calendar: calendar.clone(), now: BTreeMap::new() };
        }
        if let Some(window) = cut.now.get(duration).filter(|window| window.contains(at)) {
            return *window;
        }
        let window = Period::parse(duration).ok().and_then(|period| period.window(at, calendar).ok());
        let window = window.unwrap_or(Window::EVER);
        cut.now.insert(duration.to_owned(), window);
        window
    }
}

/// Finds the budgets that a call at `now` counts against.
pub(crate) async fn find(
    directory: &Directory,
    windows: &Windows,
    settings: &Settings,
    principal: &Principal,
    asked: Asked<'_>,
    now: i64,
) -> Result<Claims, Arc<StoreError>> {
    let mut found = Finding { directory, windows, settings, group: asked.group, now, claims: Vec::new() };
    found.add_gateway();
    if let Some(caller) = principal.caller() {
        found.add_caller(caller).await?;
    }
    if let Some(id) = asked.customer {
        found.add_customer(id).await?;
    }
    for tag in asked.tags {
        found.add_written(AccountKind::Tag, tag, settings.budget.of_tags.get(tag));
        let row = directory.tag(tag).await?;
        let budget = row.as_ref().and_then(|row| row.budget_id.as_ref());
        found.add_named(&Account::of(AccountKind::Tag, tag), budget).await?;
    }
    Ok(found.claims.into_iter().collect())
}

/// The same with those of the deployment that is tried: its own, and its provider's.
pub(crate) fn at(deployment: &Deployment, claims: &Claims, engine: &Engine, settings: &Settings) -> Claims {
    let provider = &deployment.provider.id;
    let (own, of_provider) = (deployment.budget.as_ref(), settings.budget.of_providers.get(provider));
    if own.is_none() && of_provider.is_none() {
        return claims.clone();
    }
    let (directory, windows, now) = (&*engine.directory, &engine.budgets.windows, engine.clock.now());
    let claims = claims.to_vec();
    let mut found = Finding { directory, windows, settings, group: "", now, claims };
    found.add_written(AccountKind::Provider, provider, of_provider);
    found.add_written(AccountKind::Deployment, &deployment.id, own);
    found.claims.into_iter().collect()
}

struct Finding<'a> {
    directory: &'a Directory,
    windows: &'a Windows,
    settings: &'a Settings,
    group: &'a str,
    now: i64,
    claims: Vec<Claim>,
}

impl Finding<'_> {
    fn add_gateway(&mut self) {
        let budget = &self.settings.budget;
        if let Some(cap) = budget.cap {
            self.add(Account::gateway(), budget.duration.as_deref(), cap, false);
        }
    }

    fn add_written(&mut self, kind: AccountKind, id: &str, budget: Option<&WrittenBudget>) {
        if let Some(WrittenBudget { cap, duration }) = budget {
            self.add(Account::of(kind, id), duration.as_deref(), *cap, false);
        }
    }

    async fn add_caller(&mut self, caller: &Caller) -> Result<(), Arc<StoreError>> {
        let Caller { key, person, team, project, organization, .. } = caller;
        if let Some(above) = organization {
            let account = Account::of(AccountKind::Organization, &above.organization_id);
            self.add_named(&account, Some(&above.budget_id)).await?;
            let member = person.as_ref().and_then(|person| {
                person.organizations.iter().find(|member| member.organization_id == above.organization_id)
            });
            if let Some(member) = member {
                let account =
                    || Account::member(AccountKind::OrganizationMember, &member.organization_id, &member.user_id);
                self.add_named_of(account, member.budget_id.as_ref()).await?;
            }
        }
        if let Some(team) = team {
            self.add_limits(|| Account::of(AccountKind::Team, &team.team_id), &team.limits);
            self.add_member(caller, team.settings.team_member_budget_id.as_ref()).await?;
        }
        if let Some(project) = project {
            let account = || Account::of(AccountKind::Project, &project.project_id);
            self.add_named_of(account, project.budget_id.as_ref()).await?;
        }
        // what is done with a team's key is the team's to pay
        if let Some(person) = person.as_ref().filter(|_| team.is_none() || self.settings.budget.of_users_on_teams) {
            self.add_limits(|| Account::of(AccountKind::User, &person.row.user_id), &person.row.limits);
        }
        self.add_limits(|| key.account(), &key.limits);
        self.add_named_of(|| key.account(), key.budget_id.as_ref()).await
    }

    /// A member's own budget in the team, else the one that the team gives all.
    async fn add_member(&mut self, caller: &Caller, usual: Option<&String>) -> Result<(), Arc<StoreError>> {
        let (Some(team), Some(user)) = (&caller.key.team_id, &caller.key.user_id) else { return Ok(()) };
        let account = || Account::member(AccountKind::TeamMember, team, user);
        match caller.membership().and_then(|membership| membership.limits.as_ref()) {
            Some(limits) => {
                self.add_limits(account, limits);
                Ok(())
            }
            None => self.add_named_of(account, usual).await,
        }
    }

    async fn add_customer(&mut self, id: &String) -> Result<(), Arc<StoreError>> {
        let known: Option<Arc<CustomerRow>> = self.directory.customer(id).await?;
        let account = Account::of(AccountKind::Customer, id);
        let own = known.as_ref().and_then(|row| row.budget_id.as_ref());
        let usual = &self.settings.budget;
        if let Some(budget) = own.or(usual.of_customers_id.as_ref()) {
            return self.add_named(&account, Some(budget)).await;
        }
        if let Some(cap) = usual.of_customers {
            self.add(account, None, cap, false);
        }
        Ok(())
    }

    async fn add_named(&mut self, account: &Account, budget: Option<&String>) -> Result<(), Arc<StoreError>> {
        self.add_named_of(|| account.clone(), budget).await
    }

    async fn add_named_of(
        &mut self,
        account: impl FnOnce() -> Account,
        budget: Option<&String>,
    ) -> Result<(), Arc<StoreError>> {
        let Some(budget) = budget else { return Ok(()) };
        let row: Option<Arc<BudgetRow>> = self.directory.budget(budget).await?;
        if let Some(row) = row {
            self.add_limits(account, &row.limits);
        }
        Ok(())
    }

    fn add_limits(&mut self, account: impl FnOnce() -> Account, limits: &Limits) {
        let model = limits.model_max_budget.get(self.group).filter(|model| model.max_budget.is_some());
        let told_of = limits.soft_budget.filter(|_| limits.max_budget.is_none() && self.settings.alerts.is_on());
        if limits.max_budget.is_none() && limits.budget_limits.is_empty() && model.is_none() && told_of.is_none() {
            return;
        }
        let account = account();
        let raised = limits.temp_budget_increase.filter(|_| limits.temp_budget_expiry.is_some_and(|at| self.now < at));
        if let Some(cap) = limits.max_budget {
            let cap = cap.saturating_add(raised.unwrap_or(Nanos::ZERO));
            self.add(account.clone(), limits.budget_duration.as_deref(), cap, limits.is_soft);
        }
        if told_of.is_some() {
            self.add(account.clone(), limits.budget_duration.as_deref(), Claim::UNCAPPED, true);
        }
        for window in &limits.budget_limits {
            self.add(account.clone(), Some(&window.budget_duration), window.max_budget, limits.is_soft);
        }
        if let Some((model, cap)) = model.and_then(|model| Some((model, model.max_budget?))) {
            self.add(account.on_model(self.group), model.budget_duration.as_deref(), cap, limits.is_soft);
        }
    }

    /// Of two budgets that are one balance the smaller counts.
    fn add(&mut self, account: Account, duration: Option<&str>, cap: Nanos, is_soft: bool) {
        let Window { starts_at, ends_at } = self.windows.of(duration, self.now, &self.settings.calendar);
        let balance = BalanceId { account, starts_at, ends_at };
        match self.claims.iter_mut().find(|claim| claim.balance == balance) {
            Some(claim) => {
                claim.cap = claim.cap.min(cap);
                claim.is_soft &= is_soft;
            }
            None => self.claims.push(Claim { balance, cap, is_soft }),
        }
    }
}

/// The tags of a call: those of its key and team, and what the caller adds in the header and the body.
pub(crate) fn tags(principal: &Principal, header: Option<&str>, body: &[String]) -> Vec<String> {
    let caller = principal.caller();
    let key = caller.map(|caller| &caller.key.metadata);
    let team = caller.and_then(|caller| caller.team.as_ref()).map(|team| &team.metadata);
    let listed = [key, team].into_iter().flatten().filter_map(|metadata| metadata.get("tags")?.as_array());
    let listed = listed.flatten().filter_map(Value::as_str);
    let said = header.unwrap_or_default().split(',').map(str::trim).filter(|tag| !tag.is_empty());
    let mut tags: Vec<String> = Vec::new();
    let said = said.chain(body.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()));
    for tag in listed.chain(said).filter(|tag| tag.len() <= LONGEST_TAG) {
        if tags.len() < MOST_TAGS && tags.iter().all(|known| known != tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// What a call can be tagged with: each is a row in the database.
const MOST_TAGS: usize = 32;
const LONGEST_TAG: usize = 256;
