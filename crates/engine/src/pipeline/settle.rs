//! The end of an attempt, exactly once: what it used, what it cost, on record, off the hold, into the ledger.

use money::{Billed, Bounds, Media, Nanos, ServiceTier, Tokens};
use store::ledger::{AttemptStatus, Detail, Provenance};
use wire::ErrorKind;
use wire::chat::Usage;

use super::attempt::Attempt;
use super::{limit, reserve};
use crate::engine::Engine;
use crate::telemetry::events;

/// Bytes of text that make a token, on average, where a provider did not count.
pub(super) const BYTES_PER_TOKEN: usize = 4;
/// More than any model can read or write; priced, it still fits the ledger.
const MOST_TOKENS: u64 = 1_000_000_000;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conclusion {
    /// With the provider's own ending.
    Success,
    /// The client left, and the provider was not heard to the end.
    Cancelled,
    /// Proven not to cost anything: nothing was dispatched, or it was refused before anything was generated.
    Refused { kind: ErrorKind },
    /// With an error after the provider may have begun to generate.
    Failed { kind: ErrorKind },
}

/// What the client may be told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) cost: Option<Nanos>,
    /// What the key has spent now.
    pub(super) spent: Option<Nanos>,
}

/// Settles. The journal has it before this returns; the ledger follows in batches.
pub(super) async fn settle(engine: &Engine, mut attempt: Attempt, conclusion: Conclusion) -> Settled {
    attempt.usage = credible(attempt.usage);
    let (tokens, provenance) = count(&attempt, conclusion);
    limit::settled(engine, &attempt, &tokens, conclusion);
    let tier = attempt.usage.tier.map(reserve::tier_of).unwrap_or_default();
    let used = money::Usage { media: media(&attempt.usage), tier, ..tokens.into() };
    let cost = attempt.price.as_ref().map(|price| match provenance {
        Provenance::None => Nanos::ZERO,
        // of which class the prompt was is not known either
        Provenance::UpperBound => {
            price.worst_case(&Bounds { input: tokens.prompt(), output: tokens.output, ..attempt.bounds.clone() })
        }
        _ => price.cost(&used),
    });
    let mut row = attempt.row();
    row.ended_at = engine.clock.now().max(row.started_at);
    row.tokens = tokens;
    row.cost = cost;
    row.provenance = provenance;
    let is_bill = !matches!(provenance, Provenance::None | Provenance::UpperBound);
    let billed = attempt.price.as_ref().filter(|_| is_bill).and_then(|price| price.billed(&used));
    note(&mut row.detail, used, billed);
    (row.status, row.error_kind) = match conclusion {
        Conclusion::Success => (AttemptStatus::Success, is_odd(&attempt, &tokens).then(|| "odd_usage".to_owned())),
        Conclusion::Cancelled => (AttemptStatus::Cancelled, None),
        Conclusion::Refused { kind } | Conclusion::Failed { kind } => {
            (AttemptStatus::Failure, Some(kind.label().to_owned()))
        }
    };
    events::attempt_settled(&row, attempt.price.is_none());
    let Attempt { key, hold, ticket, .. } = attempt;
    let committable = match engine.journal.outcome(ticket, &row) {
        Ok(committable) => committable,
        Err(unrecorded) => {
            tracing::error!(call = row.request_id, error = %unrecorded.error, "an outcome is not on disk; the ledger still gets it");
            unrecorded.committable
        }
    };
    let paid = cost.unwrap_or(Nanos::ZERO);
    let excess = engine.budgets.settle(hold, paid);
    if excess.is_positive() {
        tracing::error!(call = row.request_id, deployment.id = row.deployment_id, excess = %excess, "a call cost more than its upper bound");
    }
    let spent = key.map(|key| engine.directory.spend(&key, paid));
    if let Err(error) = engine.poster.post(row, committable).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "a ledger row waits in the journal for the next start"
        );
    }
    Settled { cost, spent }
}

/// Notes in the row what has no column of its own.
fn note(detail: &mut Option<Box<Detail>>, used: money::Usage, billed: Option<Billed>) {
    let money::Usage { tokens: _, media, units, tier } = used;
    if billed.is_some() || !media.is_empty() || !units.is_empty() || tier != ServiceTier::Standard {
        let detail = detail.get_or_insert_default();
        (detail.media, detail.units, detail.service_tier, detail.billed) = (media, units, tier, billed);
    }
}

/// The tokens to charge, and where they come from.
fn count(attempt: &Attempt, conclusion: Conclusion) -> (Tokens, Provenance) {
    let reported = &attempt.usage;
    match conclusion {
        Conclusion::Refused { .. } => (Tokens::default(), Provenance::None),
        Conclusion::Success if reported.is_complete() => (tokens(reported), Provenance::Final),
        Conclusion::Cancelled if attempt.against_budget => (bound(attempt), Provenance::UpperBound),
        Conclusion::Success | Conclusion::Cancelled | Conclusion::Failed { .. } => {
            // an estimate is ours, so it never passes what a ceiling allowed
            let seen = estimate(attempt.text_bytes).min(attempt.most_output.unwrap_or(u64::MAX));
            let filled = Usage {
                input: reported.input.or_else(|| Some(estimated_input(attempt))),
                // before the end a provider reports what it has generated so far, if anything
                output: match (conclusion, reported.output) {
                    (Conclusion::Success, Some(output)) => Some(output),
                    (_, output) => Some(output.unwrap_or_default().max(seen)),
                },
                ..*reported
            };
            let provenance = if reported.is_empty() { Provenance::Estimated } else { Provenance::Partial };
            (tokens(&filled), provenance)
        }
    }
}

/// The most that an attempt can have used when its client chose not to hear its end: leaving must not be cheaper than staying.
fn bound(attempt: &Attempt) -> Tokens {
    let reported = &attempt.usage;
    let ceiling = attempt.most_output.unwrap_or(u64::MAX);
    let seen = u64::try_from(attempt.text_bytes).unwrap_or(u64::MAX);
    // a token of text is at least one byte; of reasoning that is not shown nothing is known, nor of what is around a call
    let is_text = !attempt.target.reasons && !attempt.brings_tools && seen > 0;
    let output = if is_text { seen.min(ceiling) } else { ceiling };
    tokens(&Usage {
        input: reported.input.or(Some(attempt.most_input)),
        output: Some(output.max(reported.output.unwrap_or_default())),
        ..*reported
    })
}

/// Whether the figures contradict each other, say that nothing was asked, or pass what was possible. They are charged all the
/// same: a person must look.
fn is_odd(attempt: &Attempt, tokens: &Tokens) -> bool {
    let passes = tokens.prompt() > attempt.most_input || attempt.most_output.is_some_and(|most| tokens.output > most);
    attempt.usage.odd || tokens.prompt() == 0 || passes
}

/// The tokens of a prompt that the provider did not count.
pub(super) fn estimated_input(attempt: &Attempt) -> u64 {
    estimate(attempt.input_bytes).max(1).min(attempt.most_input)
}

/// The tokens of so many bytes of text.
pub(super) fn estimate(bytes: usize) -> u64 {
    u64::try_from(bytes.div_ceil(BYTES_PER_TOKEN)).unwrap_or(u64::MAX)
}

pub(super) fn tokens(usage: &Usage) -> Tokens {
    Tokens {
        input: usage.input.unwrap_or_default(),
        cache_read: usage.cache_read.unwrap_or_default(),
        cache_write_5m: usage.cache_write_5m.unwrap_or_default(),
        cache_write_1h: usage.cache_write_1h.unwrap_or_default(),
        output: usage.output.unwrap_or_default(),
        reasoning: usage.reasoning.unwrap_or_default(),
    }
}

/// What of the tokens was no text.
fn media(usage: &Usage) -> Media {
    Media {
        input_audio: usage.input_audio.unwrap_or_default(),
        input_image: usage.input_image.unwrap_or_default(),
        output_audio: usage.output_audio.unwrap_or_default(),
        output_image: usage.output_image.unwrap_or_default(),
        ..Media::default()
    }
}

/// Figures that are no counts of tokens are as good as none.
fn credible(usage: Usage) -> Usage {
    let mut odd = usage.odd;
    let mut count = |told: Option<u64>| {
        let kept = told.filter(|tokens| *tokens <= MOST_TOKENS);
        odd |= kept != told;
        kept
    };
    let kept = Usage {
        input: count(usage.input),
        whole_prompt: count(usage.whole_prompt),
        cache_read: count(usage.cache_read),
        cache_write_5m: count(usage.cache_write_5m),
        cache_write_1h: count(usage.cache_write_1h),
        output: count(usage.output),
        reasoning: count(usage.reasoning),
        input_audio: count(usage.input_audio),
        input_image: count(usage.input_image),
        output_audio: count(usage.output_audio),
        output_image: count(usage.output_image),
        tier: usage.tier,
        odd: false,
    };
    Usage { odd, ..kept }
}
