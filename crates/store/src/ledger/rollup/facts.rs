//! What sums are made of: roll-ups for hours that are over, rows of the ledger and adjustments for everything else. Every sum
//! goes through here, so that all reports say the same.

use crate::db::{Sql, Tx};
use crate::ledger::LedgerFilter;
use crate::{Scope, StoreError};

/// In microseconds.
pub(super) const HOUR: i64 = 3_600_000_000;
/// In microseconds.
pub(super) const DAY: i64 = 24 * HOUR;

/// Of more hours than these that have no roll-up, nothing is taken from roll-ups: the statement would grow without end.
const MOST_EXCEPTIONS: usize = 1_000;

/// What roll-ups are grouped by.
pub(super) const DIMENSIONS: &str =
    "key_hash, user_id, team_id, organization_id, project_id, customer_id, model_group, model, provider, deployment_id";

const FACTS: &str =
    "SELECT facts.started_at, facts.key_hash, facts.user_id, facts.team_id, facts.organization_id, facts.project_id,
        facts.customer_id, facts.model_group, facts.model, facts.provider, facts.deployment_id, ";
const OF_ROLLUPS: &str =
    "facts.attempts, facts.successes, facts.unpriced, facts.input_tokens, facts.cache_read_tokens,
        facts.cache_write_5m_tokens, facts.cache_write_1h_tokens, facts.output_tokens, facts.reasoning_tokens, facts.cost,
        facts.took";
const OF_ROWS: &str = "1 AS attempts, CASE WHEN facts.status = 'success' THEN 1 ELSE 0 END AS successes,
        CASE WHEN facts.cost IS NULL THEN 1 ELSE 0 END AS unpriced, facts.input_tokens, facts.cache_read_tokens,
        facts.cache_write_5m_tokens, facts.cache_write_1h_tokens, facts.output_tokens, facts.reasoning_tokens,
        COALESCE(facts.cost, 0) AS cost,
        CASE WHEN facts.ended_at > facts.started_at THEN facts.ended_at - facts.started_at ELSE 0 END AS took";
// what had no price has one then
const OF_ADJUSTMENTS: &str =
    "0 AS attempts, 0 AS successes, CASE WHEN facts.reason = 'priced' THEN -1 ELSE 0 END AS unpriced,
        0 AS input_tokens, 0 AS cache_read_tokens, 0 AS cache_write_5m_tokens, 0 AS cache_write_1h_tokens,
        0 AS output_tokens, 0 AS reasoning_tokens, facts.cost, 0 AS took";

/// The sums of what [`Facts::push`] lists.
pub(in crate::ledger) const SUMS: &str = "CAST(SUM(attempts) AS BIGINT) AS attempts,
        CAST(SUM(successes) AS BIGINT) AS successes,
        CAST(SUM(unpriced) AS BIGINT) AS unpriced,
        CAST(SUM(input_tokens) AS BIGINT) AS input_tokens,
        CAST(SUM(cache_read_tokens) AS BIGINT) AS cache_read_tokens,
        CAST(SUM(cache_write_5m_tokens) AS BIGINT) AS cache_write_5m_tokens,
        CAST(SUM(cache_write_1h_tokens) AS BIGINT) AS cache_write_1h_tokens,
        CAST(SUM(output_tokens) AS BIGINT) AS output_tokens,
        CAST(SUM(reasoning_tokens) AS BIGINT) AS reasoning_tokens,
        CAST(SUM(cost) AS BIGINT) AS cost,
        CAST(SUM(took) AS BIGINT) AS took";

/// A table that facts come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) enum From {
    Rollups,
    Ledger,
    Adjustments,
}

/// Which moments of a report come from where.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ledger) struct Facts {
    /// Whole hours, whose sums are taken.
    rolled: Option<(i64, i64)>,
    /// But of these.
    except: Vec<i64>,
    /// Where rows are read.
    pieces: Vec<(i64, i64)>,
    /// Whether each attempt is told once for each of its tags, and not at all without one.
    by_tag: bool,
}

impl Facts {
    /// Rows and nothing else.
    pub(super) fn rows(from: i64, to: i64, by_tag: bool) -> Self {
        Self { rolled: None, except: Vec::new(), pieces: vec![(from, to)], by_tag }
    }

    /// What there is for a report. `later`: its days begin so much later than those of UTC.
    pub(in crate::ledger) async fn find(
        tx: &mut Tx,
        scope: &Scope,
        filter: &LedgerFilter,
        later: Option<i64>,
        by_tag: bool,
    ) -> Result<Self, StoreError> {
        let (from, to) = (filter.start.unwrap_or(0), filter.end.unwrap_or(i64::MAX));
        let rolled_until = tx.fetch_number(Sql::new("SELECT MAX(rolled_until) FROM rollup_state")).await?;
        let rolled = (next_hour(from), hour_of(to.min(rolled_until)));
        let days_split_hours = later.is_some_and(|later| later % HOUR != 0);
        let is_endless = days_split_hours && (rolled.1.saturating_sub(rolled.0)) / DAY > 1_000;
        if rolled.0 >= rolled.1 || !filter.is_of_dimensions() || is_endless {
            return Ok(Self::rows(from, to, by_tag));
        }
        let mut except = stale(tx, rolled).await?;
        except.extend(beginnings(tx, scope, rolled).await?);
        if let Some(later) = later.filter(|_| days_split_hours) {
            except.extend(midnights(rolled, later).map(hour_of).filter(|hour| (rolled.0..rolled.1).contains(hour)));
        }
        except.sort_unstable();
        except.dedup();
        if except.len() > MOST_EXCEPTIONS {
            return Ok(Self::rows(from, to, by_tag));
        }
        Ok(Self::with((from, to), rolled, except, by_tag))
    }

    fn with((from, to): (i64, i64), rolled: (i64, i64), except: Vec<i64>, by_tag: bool) -> Self {
        let mut pieces: Vec<(i64, i64)> = Vec::new();
        let alone = except.iter().map(|hour| (*hour, hour.saturating_add(HOUR)));
        for (begins, ends) in [(from, rolled.0)].into_iter().chain(alone).chain([(rolled.1, to)]) {
            match pieces.last_mut() {
                Some(last) if last.1 == begins => last.1 = ends,
                _ if begins < ends => pieces.push((begins, ends)),
                _ => {}
            }
        }
        Self { rolled: Some(rolled), except, pieces, by_tag }
    }

    /// Begins a statement with a table `spent` of facts for which the condition holds that `push_filter` adds.
    pub(in crate::ledger) fn push<'a>(&self, query: &mut Sql<'a>, push_filter: &dyn Fn(&mut Sql<'a>, From)) {
        query.push("WITH spent AS (");
        self.push_all(query, push_filter);
        query.push(")");
    }

    pub(super) fn push_all<'a>(&self, query: &mut Sql<'a>, push_filter: &dyn Fn(&mut Sql<'a>, From)) {
        if let Some((begins, ends)) = self.rolled {
            let (tag, table) = if self.by_tag { (", facts.tag", "rollup_tags") } else { ("", "rollups") };
            query.push(FACTS).push(OF_ROLLUPS).push(tag).push(" FROM ").push(table);
            query.push(" AS facts WHERE facts.started_at >= ").push_bind(begins);
            query.push(" AND facts.started_at < ").push_bind(ends);
            if !self.except.is_empty() {
                query.push(" AND facts.started_at NOT IN ").push_list(self.except.iter().copied());
            }
            push_filter(query, From::Rollups);
        }
        if self.pieces.is_empty() {
            return;
        }
        if self.rolled.is_some() {
            query.push(" UNION ALL ");
        }
        query.push(FACTS).push(OF_ROWS);
        self.push_pieces(query);
        query.push(if self.by_tag {
            " CROSS JOIN ledger_tags CROSS JOIN ledger AS facts
              WHERE ledger_tags.started_at >= pieces.column1 AND ledger_tags.started_at < pieces.column2
              AND facts.request_id = ledger_tags.request_id AND facts.attempt = ledger_tags.attempt"
        } else {
            " CROSS JOIN ledger AS facts WHERE facts.started_at >= pieces.column1 AND facts.started_at < pieces.column2"
        });
        push_filter(query, From::Ledger);
        query.push(" UNION ALL ").push(FACTS).push(OF_ADJUSTMENTS);
        self.push_pieces(query);
        query.push(" CROSS JOIN adjustments AS facts");
        if self.by_tag {
            query.push(
                " JOIN ledger_tags ON ledger_tags.started_at = facts.started_at
                  AND ledger_tags.request_id = facts.request_id AND ledger_tags.attempt = facts.attempt",
            );
        }
        query.push(" WHERE facts.started_at >= pieces.column1 AND facts.started_at < pieces.column2");
        push_filter(query, From::Adjustments);
    }

    /// Both engines call what `VALUES` lists `column1`, `column2`.
    fn push_pieces(&self, query: &mut Sql<'_>) {
        query.push(if self.by_tag { ", ledger_tags.tag FROM (VALUES " } else { " FROM (VALUES " });
        for (at, (begins, ends)) in self.pieces.iter().enumerate() {
            query.push(if at == 0 { "(" } else { ", (" }).push_bind(*begins).push(", ").push_bind(*ends).push(")");
        }
        query.push(") AS pieces");
    }
}

/// Hours that have rows which their roll-ups may not have.
async fn stale(tx: &mut Tx, (begins, ends): (i64, i64)) -> Result<Vec<i64>, StoreError> {
    let stale = Sql::new("SELECT started_at FROM rollup_stale WHERE started_at >= $1 AND started_at < $2");
    let rows = tx.fetch_all(stale.bind(begins).bind(ends)).await?;
    rows.iter().map(|row| row.get("started_at")).collect()
}

/// The hours in which somebody began to be: what another had spent before, under the same id, is not for his eyes.
async fn beginnings(tx: &mut Tx, scope: &Scope, (begins, ends): (i64, i64)) -> Result<Vec<i64>, StoreError> {
    let Scope::Tenant(tenancy) = scope else { return Ok(Vec::new()) };
    let mut query = Sql::new("SELECT created_at FROM (SELECT created_at FROM users WHERE user_id = ");
    query.push_bind(tenancy.user.as_deref());
    query.push(" UNION ALL SELECT created_at FROM teams WHERE team_id IN ");
    query.push_list(tenancy.teams.iter().chain(&tenancy.teams_led));
    query.push(" OR organization_id IN ").push_list(&tenancy.organizations_led);
    query.push(" UNION ALL SELECT created_at FROM organizations WHERE organization_id IN ");
    query.push_list(&tenancy.organizations_led);
    query.push(") AS made WHERE created_at >= ").push_bind(begins).push(" AND created_at < ").push_bind(ends);
    let rows = tx.fetch_all(query).await?;
    rows.iter().map(|row| row.get("created_at").map(hour_of)).collect()
}

/// The moments at which days begin.
fn midnights((begins, ends): (i64, i64), later: i64) -> impl Iterator<Item = i64> {
    let first = begins.saturating_sub(later).div_euclid(DAY);
    (first..).map(move |day| day.saturating_mul(DAY).saturating_add(later)).take_while(move |midnight| *midnight < ends)
}

/// When the hour of a moment began.
pub(super) fn hour_of(moment: i64) -> i64 {
    moment.div_euclid(HOUR).saturating_mul(HOUR)
}

fn next_hour(moment: i64) -> i64 {
    let begun = hour_of(moment);
    if begun == moment { moment } else { begun.saturating_add(HOUR) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_is_told_once() {
        for (range, rolled, except, pieces) in [
            ((0, 10 * HOUR), (0, 10 * HOUR), &[][..], &[][..]),
            ((5, 9 * HOUR + 7), (HOUR, 9 * HOUR), &[], &[(5, HOUR), (9 * HOUR, 9 * HOUR + 7)]),
            ((0, 9 * HOUR), (0, 9 * HOUR), &[HOUR, 2 * HOUR, 5 * HOUR], &[(HOUR, 3 * HOUR), (5 * HOUR, 6 * HOUR)]),
            ((5, 4 * HOUR), (HOUR, 3 * HOUR), &[HOUR, 2 * HOUR], &[(5, 4 * HOUR)]),
        ] {
            let facts = Facts::with(range, rolled, except.to_vec(), false);
            assert_eq!(facts.pieces, pieces, "{range:?}");
        }
    }

    #[test]
    fn days_begin_where_they_begin() {
        let india = -330 * 60_000_000;
        let begin: Vec<_> = midnights((0, 2 * DAY), india).collect();
        assert_eq!(begin, [india, DAY + india, 2 * DAY + india].map(|at| at));
        assert_eq!(midnights((0, 2 * DAY), 0).collect::<Vec<_>>(), [0, DAY]);
        assert_eq!((hour_of(HOUR + 1), next_hour(HOUR + 1), next_hour(HOUR)), (HOUR, 2 * HOUR, HOUR));
    }
}
