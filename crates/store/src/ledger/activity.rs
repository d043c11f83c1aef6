//! What was done a day, by whom: sums over rows for those who look at users, teams, organizations or customers. A row belongs
//! to those who stood above its key when it was made, whatever has become of the key.

use money::{Nanos, Tokens};

use super::rollup::{Facts, SUMS};
use super::sums::{count, push_day};
use super::{LedgerFilter, row, since};
use crate::db::{Row, Sql};
use crate::{Db, KeyHash, Page, Scope, StoreError, Tenancy};

/// Whose activity it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    /// Users. What has no key is that of the holder of the master key, by LiteLLM's name for it.
    User,
    /// Teams; what is no team's is left out, and likewise below.
    Team,
    /// Organizations.
    Organization,
    /// Customers.
    Customer,
    /// Tags. What has several is told for each of them.
    Tag,
}

/// Which rows are summed; an absent field keeps all.
#[derive(Debug, Clone)]
pub struct ActivityFilter {
    /// By whom.
    pub entity: Entity,
    /// Only these of them.
    pub ids: Option<Vec<String>>,
    /// All but these.
    pub excluded: Vec<String>,
    /// From this moment, microseconds UTC.
    pub start: i64,
    /// Before this moment.
    pub end: i64,
    /// Days begin so many microseconds later than those of UTC.
    pub later: i64,
    /// Rows of this key.
    pub key_hash: Option<KeyHash>,
    /// Rows of this model, by its public name or by its provider's.
    pub model: Option<String>,
}

/// What one key did with one model on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Days since 1970-01-01.
    pub day: i64,
    /// Whose it is, and what people call it.
    pub entity: Option<String>,
    /// See `entity`.
    pub entity_name: Option<String>,
    /// The user's address.
    pub entity_email: Option<String>,
    /// The key; none is the master key.
    pub key_hash: Option<KeyHash>,
    /// What is known of the key, if it still exists.
    pub key: Option<KeyOfActivity>,
    /// The public model name.
    pub model_group: String,
    /// The model that was called.
    pub model: String,
    /// Its provider.
    pub provider: String,
    /// Rows.
    pub attempts: u64,
    /// Rows that ended in success.
    pub successes: u64,
    /// Tokens by class.
    pub tokens: Tokens,
    /// Cost of the rows that have one.
    pub cost: Nanos,
    /// How long they took together, microseconds.
    pub took: u64,
}

/// A key, as far as sums tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyOfActivity {
    /// What people call it.
    pub key_alias: Option<String>,
    /// Its team.
    pub team_id: Option<String>,
    /// Its user, and the user's address.
    pub user_id: Option<String>,
    /// See `user_id`.
    pub user_email: Option<String>,
}

/// A page of sums, newest day first, and how many there are in all. Users see themselves; of a team its admins see all, its
/// members their own; of an organization its admins see all; customers are the administrators'.
pub async fn activity(
    db: &Db,
    scope: &Scope,
    filter: &ActivityFilter,
    page: Page,
) -> Result<(Vec<Activity>, u64), StoreError> {
    let mut tx = db.ledger_report().await?;
    let of_dimensions = LedgerFilter {
        key_hash: filter.key_hash.clone(),
        model: filter.model.clone(),
        start: Some(filter.start),
        end: Some(filter.end),
        ..LedgerFilter::default()
    };
    let by_tag = filter.entity == Entity::Tag;
    let facts = Facts::find(&mut tx, scope, &of_dimensions, Some(filter.later), by_tag).await?;
    let sums = || {
        let mut query = Sql::new("");
        facts.push(&mut query, &|query, from| {
            if let Scope::Tenant(tenancy) = scope {
                query.push(" AND (");
                filter.entity.push_scope(query, tenancy, scope);
                query.push(")");
            }
            of_dimensions.push_facts(query, from);
        });
        push_sums(&mut query, filter);
        query
    };
    let mut count = sums();
    count.push(" SELECT COUNT(*) FROM sums");
    let total = tx.fetch_number(count).await?;

    let mut select = sums();
    select.push(
        " SELECT sums.*, keys.hash AS known_hash, keys.key_alias AS key_alias, keys.team_id AS key_team_id,
              keys.user_id AS key_user_id, owners.user_email AS key_user_email",
    );
    select.push(filter.entity.names());
    select.push(" FROM sums LEFT JOIN keys ON keys.hash = sums.key_hash LEFT JOIN users AS owners ON owners.user_id = keys.user_id");
    select.push(filter.entity.table());
    select
        .push(" ORDER BY day DESC, entity NULLS FIRST, sums.key_hash NULLS FIRST, model_group, model, provider LIMIT ");
    select.push_bind(page.limit()).push(" OFFSET ").push_bind(page.offset());
    let rows = tx.fetch_all(select).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total.unsigned_abs()))
}

/// Goes on with a table `sums` of what is in `spent`.
fn push_sums<'a>(query: &mut Sql<'a>, filter: &'a ActivityFilter) {
    query.push(", owned AS (SELECT spent.*, ").push(filter.entity.owner()).push(" AS entity, ");
    push_day(query, Some(filter.later));
    query.push(" AS day FROM spent), sums AS (SELECT day, entity, key_hash, model_group, model, provider, ").push(SUMS);
    query.push(" FROM owned WHERE 1 = 1");
    if filter.entity != Entity::User {
        query.push(" AND entity IS NOT NULL");
    }
    query.push_in("entity", filter.ids.as_ref());
    if !filter.excluded.is_empty() {
        query.push(" AND (entity IS NULL OR entity NOT IN ").push_list(&filter.excluded).push(")");
    }
    query.push(" GROUP BY day, entity, key_hash, model_group, model, provider)");
}

impl Entity {
    /// Whose an attempt is.
    fn owner(self) -> &'static str {
        match self {
            Self::User => "CASE WHEN key_hash IS NULL THEN 'default_user_id' ELSE user_id END",
            Self::Team => "team_id",
            Self::Organization => "organization_id",
            Self::Customer => "customer_id",
            Self::Tag => "tag",
        }
    }

    /// What people call them, from [`Entity::table`].
    fn names(self) -> &'static str {
        match self {
            Self::User => ", entities.user_alias AS entity_name, entities.user_email AS entity_email",
            Self::Team => ", entities.team_alias AS entity_name, CAST(NULL AS TEXT) AS entity_email",
            Self::Organization => ", entities.organization_alias AS entity_name, CAST(NULL AS TEXT) AS entity_email",
            Self::Customer => ", entities.alias AS entity_name, CAST(NULL AS TEXT) AS entity_email",
            Self::Tag => ", CAST(NULL AS TEXT) AS entity_name, CAST(NULL AS TEXT) AS entity_email",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::User => " LEFT JOIN users AS entities ON entities.user_id = sums.entity",
            Self::Team => " LEFT JOIN teams AS entities ON entities.team_id = sums.entity",
            Self::Organization => " LEFT JOIN organizations AS entities ON entities.organization_id = sums.entity",
            Self::Customer => " LEFT JOIN customers AS entities ON entities.user_id = sums.entity",
            Self::Tag => "",
        }
    }

    /// A condition that is true for the attempts that a tenant may see.
    fn push_scope<'a>(self, query: &mut Sql<'a>, tenancy: &'a Tenancy, scope: &'a Scope) {
        match self {
            Self::User => {
                query.push("facts.user_id = ").push_bind(tenancy.user.as_deref()).push(" AND ").push(since::USER);
            }
            Self::Team => {
                query.push(since::TEAM).push(" AND (facts.team_id IN ").push_list(&tenancy.teams_led);
                query.push(" OR facts.team_id IN (SELECT teams.team_id FROM teams WHERE teams.organization_id IN ");
                query.push_list(&tenancy.organizations_led).push(") OR facts.team_id IN ").push_list(&tenancy.teams);
                query.push(" AND (facts.key_hash = ").push_bind(tenancy.key.as_ref());
                query.push(" OR facts.user_id = ").push_bind(tenancy.user.as_deref());
                query.push(" AND ").push(since::USER).push("))");
            }
            Self::Organization => {
                query.push("facts.organization_id IN ").push_list(&tenancy.organizations_led);
                query.push(" AND ").push(since::ORGANIZATION);
            }
            Self::Customer => drop(query.push("1 = 0")),
            Self::Tag => {
                query.push("1 = 1");
                LedgerFilter::push_scope(query, scope);
            }
        }
    }
}

fn read(row: &Row) -> Result<Activity, StoreError> {
    let key = match row.get::<Option<String>>("known_hash")? {
        None => None,
        Some(_) => Some(KeyOfActivity {
            key_alias: row.get("key_alias")?,
            team_id: row.get("key_team_id")?,
            user_id: row.get("key_user_id")?,
            user_email: row.get("key_user_email")?,
        }),
    };
    Ok(Activity {
        day: row.get("day")?,
        entity: row.get("entity")?,
        entity_name: row.get("entity_name")?,
        entity_email: row.get("entity_email")?,
        key_hash: row::key_hash(row.get("key_hash")?)?,
        key,
        model_group: row.get("model_group")?,
        model: row.get("model")?,
        provider: row.get("provider")?,
        attempts: count(row, "attempts")?,
        successes: count(row, "successes")?,
        tokens: row::tokens(row)?,
        cost: Nanos::new(row.get("cost")?),
        took: count(row, "took")?,
    })
}
