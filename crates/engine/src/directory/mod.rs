//! Who is who: keys, users, teams and what stands above them, remembered between calls.
//!
//! Whatever an administrator changes on this instance is forgotten here at once; what another instance changes, as soon as
//! the feed or a push tells of it. Without news a row is believed for seconds, without the store for a minute.

mod feed;
mod memory;
mod news;
mod spends;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use money::Nanos;
use store::access_groups::{AccessGroupFilter, AccessGroupRow};
use store::budgets::BudgetRow;
use store::customers::CustomerRow;
use store::keys::{self, KeyRow};
use store::organizations::OrganizationRow;
use store::projects::ProjectRow;
use store::tags::TagRow;
use store::teams::TeamRow;
use store::users::{self, Person};
use store::{Db, KeyHash, Record, Scope, StoreError, Touched};
use tokio::sync::watch;

use self::memory::{Found, Memory, Moment};
use self::spends::Spends;
use crate::clock::Clock;
use crate::endings::Endings;

/// The tables whose rows are settings: a change of them needs the configuration to be put together anew.
const SETTINGS: [&str; 3] = ["models", "credentials", "gateway_settings"];

/// A key that opened.
#[derive(Clone, Debug)]
pub struct OpenKey {
    /// The key as it is now.
    pub row: Arc<KeyRow>,
    /// When this name of it closes, if it was replaced; microseconds UTC.
    pub closes_at: Option<i64>,
}

/// Access groups by id.
pub type AccessGroups = HashMap<String, AccessGroupRow>;

/// What is remembered of the store.
#[derive(Debug)]
pub struct Directory {
    db: Db,
    clock: Clock,
    endings: Arc<Endings>,
    /// Whatever was changed before this moment has been forgotten here.
    confirmed_at: AtomicI64,
    keys: Memory<KeyHash, OpenKey>,
    spends: Spends,
    people: Memory<String, Person>,
    teams: Memory<String, TeamRow>,
    organizations: Memory<String, OrganizationRow>,
    projects: Memory<String, ProjectRow>,
    customers: Memory<String, CustomerRow>,
    tags: Memory<String, TagRow>,
    budgets: Memory<String, BudgetRow>,
    access_groups: Memory<(), AccessGroups>,
    /// Counts what was forgotten.
    changes: AtomicU64,
    /// Counts changes of settings.
    settings: watch::Sender<u64>,
}

impl Directory {
    pub fn new(db: Db, clock: Clock, endings: Arc<Endings>) -> Self {
        Self {
            db,
            clock,
            endings,
            confirmed_at: AtomicI64::new(0),
            keys: Memory::new(),
            spends: Spends::default(),
            people: Memory::of_what_need_not_be(),
            teams: Memory::new(),
            organizations: Memory::new(),
            projects: Memory::new(),
            customers: Memory::of_what_need_not_be(),
            tags: Memory::of_what_need_not_be(),
            budgets: Memory::new(),
            access_groups: Memory::new(),
            changes: AtomicU64::new(0),
            settings: watch::Sender::new(0),
        }
    }

    /// The key of that hash. An error means that nobody can say whether it exists.
    pub async fn key(&self, hash: &KeyHash) -> Found<OpenKey> {
        let at = self.moment();
        self.keys
            .find(hash, at, || {
                let (db, hash) = (self.db.clone(), hash.clone());
                async move {
                    let found = keys::find_current(&db, &hash, at.now).await?;
                    Ok(found.map(|(row, closes_at)| OpenKey { row: Arc::new(row), closes_at }))
                }
            })
            .await
    }

    /// What the key has spent, calls that ended a moment ago included, as far as this instance knows.
    pub fn spent(&self, key: &KeyRow) -> Nanos {
        self.spends.of(key)
    }

    /// A call of the key, which was `key` when it began, has cost so much. Returns what the key has spent now.
    pub(crate) fn spend(&self, key: &Arc<KeyRow>, cost: Nanos) -> Nanos {
        let is_current = || self.keys.known(&key.hash).is_some_and(|known| Arc::ptr_eq(&known.row, key));
        self.spends.add(key, cost, is_current)
    }

    /// The user of that id and all that it belongs to.
    pub async fn person(&self, id: &String) -> Found<Person> {
        self.people
            .find(id, self.moment(), || {
                let (db, id) = (self.db.clone(), id.clone());
                async move { users::find_person(&db, &id).await }
            })
            .await
    }

    /// The team of that id.
    pub async fn team(&self, id: &String) -> Found<TeamRow> {
        self.row(&self.teams, id).await
    }

    /// The organization of that id.
    pub async fn organization(&self, id: &String) -> Found<OrganizationRow> {
        self.row(&self.organizations, id).await
    }

    /// The project of that id.
    pub async fn project(&self, id: &String) -> Found<ProjectRow> {
        self.row(&self.projects, id).await
    }

    /// The customer of that id.
    pub async fn customer(&self, id: &String) -> Found<CustomerRow> {
        self.row(&self.customers, id).await
    }

    /// The tag of that name.
    pub async fn tag(&self, name: &String) -> Found<TagRow> {
        self.row(&self.tags, name).await
    }

    /// The budget of that name.
    pub async fn budget(&self, id: &String) -> Found<BudgetRow> {
        self.row(&self.budgets, id).await
    }

    /// All access groups.
    pub async fn access_groups(&self) -> Result<Arc<AccessGroups>, Arc<StoreError>> {
        let read = || {
            let db = self.db.clone();
            async move {
                let rows = store::all(&db, &Scope::Gateway, &AccessGroupFilter::default()).await?;
                Ok(Some(rows.into_iter().map(|row| (row.access_group_id.clone(), row)).collect()))
            }
        };
        Ok(self.access_groups.find(&(), self.moment(), read).await?.unwrap_or_default())
    }

    /// To be told of what was touched, here or elsewhere: the next use of each row reads it anew.
    pub fn forget(&self, touched: &[Touched]) {
        self.forget_rows(touched.iter().map(|one| (one.table.as_str(), &one.id)));
    }

    fn forget_rows<'a>(&self, rows: impl Iterator<Item = (&'a str, &'a String)>) {
        let mut settings_changed = false;
        for (table, id) in rows {
            match table {
                "keys" => match KeyHash::parse(id) {
                    // in this order: what is added meanwhile is forgotten, too
                    Ok(hash) => {
                        self.keys.forget(&hash);
                        self.spends.forget(&hash);
                    }
                    Err(_) => self.forget_keys(),
                },
                store::ADJUSTMENTS => self.forget_keys(),
                keys::REPLACED_KEYS => self.keys.forget_all(),
                "users" => self.people.forget(id),
                "team_members" | "organization_members" => self.forget_member(id),
                "budgets" => {
                    self.budgets.forget(id);
                    // what members may use stands there too
                    self.people.forget_all();
                }
                "teams" => self.teams.forget(id),
                "organizations" => self.organizations.forget(id),
                "projects" => self.projects.forget(id),
                "customers" => self.customers.forget(id),
                "tags" => self.tags.forget(id),
                "access_groups" => self.access_groups.forget_all(),
                store::CALLS => self.endings.end(id),
                table => settings_changed |= SETTINGS.contains(&table),
            }
        }
        // behind all that was forgotten: whoever read a row before it was must not take it for one of these changes
        self.changes.fetch_add(1, Ordering::Release);
        if settings_changed {
            self.settings.send_modify(|changes| *changes += 1);
        }
    }

    /// Counts what was forgotten: what was put together of rows is good for as long as this stays the same, and rows would be
    /// believed.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    fn forget_keys(&self) {
        self.keys.forget_all();
        self.spends.forget_all();
    }

    /// Reads everything anew at its next use.
    fn forget_everything(&self) {
        self.forget_keys();
        let Self { people, teams, organizations, projects, customers, tags, budgets, access_groups, .. } = self;
        people.forget_all();
        teams.forget_all();
        organizations.forget_all();
        projects.forget_all();
        customers.forget_all();
        tags.forget_all();
        budgets.forget_all();
        access_groups.forget_all();
        self.changes.fetch_add(1, Ordering::Release);
        self.settings.send_modify(|changes| *changes += 1);
    }

    /// Counts changes of models, credentials and other settings: whoever puts the configuration together waits for it.
    pub fn settings_changes(&self) -> watch::Receiver<u64> {
        self.settings.subscribe()
    }

    /// The id of a membership is a list: the user is its second part.
    fn forget_member(&self, id: &str) {
        match serde_json::from_str::<(String, String)>(id) {
            Ok((_, user)) => self.people.forget(&user),
            Err(_) => self.people.forget_all(),
        }
    }

    async fn row<R: Record + 'static>(&self, rows: &Memory<String, R>, id: &String) -> Found<R> {
        rows.find(id, self.moment(), || {
            let (db, id) = (self.db.clone(), id.clone());
            async move { store::find(&db, &Scope::Gateway, &[&id]).await }
        })
        .await
    }

    fn moment(&self) -> Moment {
        Moment { now: self.clock.now(), confirmed_at: self.confirmed_at.load(Ordering::Relaxed) }
    }
}
