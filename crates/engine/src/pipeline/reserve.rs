//! Money before dispatch: the most that an attempt can cost is held of the caller's budget, and the attempt goes on record.
//!
//! Input is bounded by its size (a token of text is at least one byte) or, where the body names things that stand
//! elsewhere, by the model's window. Output is bounded by the ceiling: the client's, else the model's, else a configured
//! one. When the budget does not allow that much, the ceiling is lowered to what it allows, and sent on lowered.

use std::sync::Arc;

use money::{Bounds, Class, Nanos, Price, Tiers, Tokens, Units};
use store::intents::Intended;
use store::journal::{Intent, JournalError};
use store::ledger::Detail;
use wire::chat::Usage;
use wire::envelope::Apart;
use wire::{Dialect, ErrorKind, ErrorReply};

use super::Exchange;
use super::afford::{self, Held};
use super::ask::Ask;
use super::attempt::Attempt;
use crate::budgets::Hold;
use crate::budgets::claims::{self, Claim, Claims};
use crate::call::Call;
use crate::engine::Engine;
use crate::intents::NotRecorded;
use crate::limits::Taken;
use crate::models::Target;
use crate::routing;
use crate::settings::Settings;

/// Tokens that a provider may add to the prompt to explain tools or an output format. What a chat template adds is covered
/// by the JSON around the text: a message's braces and keys are more bytes than its markers are tokens.
const TOOLS_OVERHEAD: u64 = 1024;

/// What things that stand elsewhere may come to where nobody said how large the model's window is.
const UNKNOWN_WINDOW: u64 = 1 << 20;

/// What an attempt is allowed, before it is on record.
pub(super) struct Allowance {
    /// The ceiling to send, when it must be sent.
    pub(super) ceiling: Option<u64>,
    held: Hold,
    price: Option<Arc<Price>>,
    bounds: Bounds,
    /// A ceiling binds the output: the client's, the model's or the one that is sent.
    binds: bool,
    /// The attempt counts against a hard budget.
    against_budget: bool,
    /// The ceiling is lower than what was asked, since a budget has no more.
    is_lowered: bool,
    hold: Option<Nanos>,
}

/// Holds the worst case of one attempt at `target`, of whose input `bytes` are read by the provider.
pub(super) async fn reserve(
    engine: &Engine,
    exchange: &Exchange,
    ask: &Ask,
    target: &Target,
    bytes: usize,
) -> Result<Allowance, ErrorReply> {
    let Exchange { settings, call, claims, .. } = exchange;
    let claims = &claims::at(&target.deployment, claims, engine, settings);
    let input = input_bound(call, ask, target, bytes);
    let dialect = ask.dialect_at(target).unwrap_or(ask.dialect);
    let least = dialect.least_ceiling();
    let answers = ask.envelope.n;
    let price = target.prices.at(engine.clock.now()).cloned();
    let is_free = price.as_ref().is_none_or(|price| price.is_free());
    let against_budget = !is_free && claims.iter().any(Claim::limits);
    let known = known_ceiling(ask, target, dialect, against_budget);
    // vLLM makes a token also where it is only to score the prompt
    let fewest = u64::from(ask.envelope.ceiling() == Some(0));
    let bounds = |ceiling: u64| Bounds {
        input,
        output: ceiling.max(fewest).saturating_mul(answers),
        is_text: !ask.envelope.has_references,
        tiers: tiers(ask, dialect),
        units: Units::default(),
    };
    // a ceiling that leaves nothing beside the thinking would only be refused by the provider
    let thinking = ask.envelope.thinking_budget.unwrap_or_default();
    let mut ceiling = known.unwrap_or(settings.default_output_tokens.saturating_add(thinking));
    let Some(price) = price else {
        refuse_unpriced(settings, claims, ask)?;
        return Ok(Allowance {
            ceiling: None,
            held: Hold::default(),
            price: None,
            bounds: bounds(ceiling),
            binds: known.is_some(),
            against_budget: false,
            is_lowered: false,
            hold: None,
        });
    };
    if against_budget {
        refuse_unbound(ask, target, &price)?;
    }
    let cost = |ceiling: u64| price.worst_case(&bounds(ceiling));
    let lowered = |left: Nanos| {
        let affordable = price.affordable_output(&bounds(0), left).map(|tokens| tokens / answers);
        affordable.filter(|tokens| *tokens > thinking && *tokens >= least)
    };
    let Held { hold: taken, ceiling: affordable } =
        afford::hold(engine, exchange, claims, ceiling, cost, lowered).await?;
    let is_lowered = affordable < ceiling;
    ceiling = affordable;
    let amount = Some(cost(ceiling));
    Ok(Allowance {
        // what is held for is what is sent, in the provider's own spelling
        ceiling: against_budget.then_some(ceiling),
        held: taken,
        price: Some(price),
        bounds: bounds(ceiling),
        binds: against_budget || known.is_some(),
        against_budget,
        is_lowered,
        hold: amount,
    })
}

/// The most tokens of one answer, as far as somebody said or the provider's row knows.
fn known_ceiling(ask: &Ask, target: &Target, dialect: Dialect, against_budget: bool) -> Option<u64> {
    // vectors are no tokens
    if ask.task.is_embedding() {
        return Some(0);
    }
    let crosses = dialect != ask.dialect;
    let said = ask.envelope.ceiling();
    // with a `null` the server's own is not known to hold
    let usual = target.deployment.completion_ceiling();
    let usual =
        usual.filter(|_| dialect == Dialect::OpenAiCompletions && !crosses && ask.envelope.unset_ceilings.is_empty());
    // what is written where nobody said one must leave room for the prompt
    let is_written = said.is_none() && (crosses || against_budget);
    let most = target.max_output_tokens.map(|most| if is_written { dialect.share(most) } else { most });
    let known = [said.or(usual), most].into_iter().flatten().min();
    // one that the provider would refuse is raised where the gateway writes it
    if crosses { known.map(|ceiling| ceiling.max(dialect.least_ceiling())) } else { known }
}

/// Puts the attempt on record. From here on it must be settled.
pub(super) async fn begin(
    engine: &Engine,
    exchange: &Exchange,
    ask: &Ask,
    number: u32,
    target: Arc<Target>,
    allowance: Allowance,
) -> Result<Attempt, ErrorReply> {
    let now = engine.clock.now();
    let intent = Intent {
        request_id: exchange.call.id.clone(),
        attempt: number,
        at: now,
        payer: Arc::clone(&exchange.payer),
        call_type: exchange.call.call_type.to_owned(),
        model_group: ask.group.clone(),
        model: target.model.clone(),
        deployment_id: target.deployment.id.clone(),
        provider: target.deployment.provider.id.clone(),
        stream: ask.envelope.stream,
        upper: Tokens { input: allowance.bounds.input, output: allowance.bounds.output, ..Tokens::default() },
        hold: allowance.hold,
        price_version: allowance.price.as_ref().map(|price| price.version.as_str().to_owned()),
        detail: detail(engine, exchange, &allowance, routing::reason(&ask.targets, number)),
    };
    if let Some(intents) = &engine.intents {
        let intended = Intended { instance: engine.budgets.instance(), intent: intent.clone() };
        if let Err(NotRecorded) = intents.put(intended).await {
            give_back(engine, allowance);
            return Err(unavailable());
        }
    }
    let ticket = match engine.journal.intent(&intent) {
        Ok(ticket) => ticket,
        Err(error) => {
            give_back(engine, allowance);
            if let Some(intents) = &engine.intents {
                intents.withdraw(intent.request_id, intent.attempt);
            }
            return Err(unrecorded(&error));
        }
    };
    Ok(Attempt {
        number,
        call_id: intent.request_id,
        payer: intent.payer,
        endings: exchange.endings,
        call_type: exchange.call.call_type,
        group: intent.model_group,
        target,
        stream: intent.stream,
        price: allowance.price,
        bounds: allowance.bounds,
        key: exchange.principal.key().cloned(),
        hold: allowance.held,
        detail: intent.detail,
        limits: Arc::clone(&exchange.limits),
        room: Taken::default(),
        ticket,
        began_at: now,
        first_byte_at: None,
        http_status: None,
        usage: Usage::default(),
        input_bytes: exchange.call.body.len(),
        text_bytes: 0,
        brings_tools: ask.envelope.brings_tools,
        most_input: intent.upper.input,
        most_output: allowance.binds.then_some(intent.upper.output),
        against_budget: allowance.against_budget,
        lowered_to: allowance.ceiling.filter(|_| allowance.is_lowered),
        dropped: Vec::new(),
    })
}

/// Undoes a reservation whose attempt never began.
pub(super) fn give_back(engine: &Engine, allowance: Allowance) {
    engine.budgets.release(allowance.held);
}

/// What its row tells beside sums; of a call without budgets and tags, of which there was nothing to choose, nothing.
fn detail(engine: &Engine, exchange: &Exchange, allowance: &Allowance, chosen: Option<String>) -> Option<Box<Detail>> {
    let (charged, instance) = allowance.held.charged();
    let is_intended = engine.intents.is_some();
    if charged.is_empty() && exchange.tags.is_empty() && !is_intended && chosen.is_none() {
        return None;
    }
    let tags = exchange.tags.clone();
    Some(Box::new(Detail { hold: allowance.hold, charged, instance, is_intended, tags, chosen, ..Detail::default() }))
}

/// A call against a budget must have a price; others only where configuration says so.
fn refuse_unpriced(settings: &Settings, claims: &Claims, ask: &Ask) -> Result<(), ErrorReply> {
    if !claims.iter().any(Claim::limits) && !settings.block_unpriced {
        return Ok(());
    }
    let message = format!(
        "The model '{}' has no price, so it cannot count against a budget: an administrator sets input_cost_per_token and \
         output_cost_per_token for it (0 for a free one).",
        ask.envelope.model
    );
    Err(ErrorReply::new(ErrorKind::InvalidRequest, message).with_param("model").with_type("model_cost_map_missing"))
}

/// What changes the price of a call and has no price of its own cannot be held for, nor can an answer that nothing ends.
fn refuse_unbound(ask: &Ask, target: &Target, price: &Price) -> Result<(), ErrorReply> {
    if ask.envelope.sealed {
        let message = "A call against a budget needs a body of which something binds what is generated: ask by Converse, or with a \
                       body for Claude (anthropic_version, max_tokens).";
        return Err(ErrorReply::new(ErrorKind::InvalidRequest, message));
    }
    // to servers that only generate (Ollama's) a ceiling of 0 is none
    if ask.envelope.ceiling() == Some(0) && target.deployment.completion_ceiling().is_none() {
        let message = "A call against a budget needs a max_tokens of at least 1 here: this deployment's server is not known to \
                       score a prompt, and may take 0 for no ceiling.";
        return Err(ErrorReply::new(ErrorKind::InvalidRequest, message).with_param("max_tokens"));
    }
    let unpriced = ask.envelope.priced_apart.without(|apart| match apart {
        Apart::Tier(tier) => price.knows(tier_of(tier)),
        Apart::OutputAudio => price.rates().get(Class::OutputAudio).is_some(),
    });
    let Some(first) = unpriced.first() else { return Ok(()) };
    let names = unpriced.join(", ");
    let message = format!("A call against a budget cannot use {names}: what it may cost is not known here.");
    Err(ErrorReply::new(ErrorKind::InvalidRequest, message).with_param(*first))
}

/// As what the call may be served: as the client asks, and as usual where there is no room for that. In dialects in which the
/// provider's own settings decide when nobody asks, as anything; a word for another dialect may be lost on the way.
fn tiers(ask: &Ask, dialect: Dialect) -> Tiers {
    let asked = ask.envelope.service_tier.map(|tier| Tiers::STANDARD.with(tier_of(tier)));
    match dialect {
        Dialect::OpenAiChat | Dialect::OpenAiCompletions | Dialect::OpenAiResponses | Dialect::Anthropic => {
            asked.filter(|_| dialect == ask.dialect).unwrap_or(Tiers::ALL)
        }
        Dialect::Bedrock | Dialect::BedrockInvoke | Dialect::Gemini | Dialect::Cohere | Dialect::CohereV1 => {
            asked.unwrap_or(Tiers::STANDARD)
        }
    }
}

/// The tier in the words of prices.
pub(super) fn tier_of(tier: wire::chat::ServiceTier) -> money::ServiceTier {
    use wire::chat::ServiceTier as Told;
    match tier {
        Told::Standard => money::ServiceTier::Standard,
        Told::Batch => money::ServiceTier::Batch,
        Told::Flex => money::ServiceTier::Flex,
        Told::Priority => money::ServiceTier::Priority,
        Told::Balanced => money::ServiceTier::Balanced,
        Told::Ultrafast => money::ServiceTier::Ultrafast,
    }
}

fn input_bound(call: &Call, ask: &Ask, target: &Target, bytes: usize) -> u64 {
    let added = if ask.envelope.brings_tools { TOOLS_OVERHEAD } else { 0 };
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(added);
    // what a managed prompt adds stands at the provider
    if !ask.envelope.has_references && !target.model.contains(":prompt/") {
        return bytes;
    }
    // each input may fill the window
    let of_all = |window: u64| window.saturating_mul(ask.envelope.prompts.max(1));
    match target.max_input_tokens.map(of_all) {
        Some(window) if !asks_for_a_longer_window(call, target) => window,
        Some(window) => window.max(UNKNOWN_WINDOW),
        None => bytes.max(UNKNOWN_WINDOW),
    }
}

/// Betas that a client switches on by header may lift the window that is known.
fn asks_for_a_longer_window(call: &Call, target: &Target) -> bool {
    let betas = target.deployment.provider.forward_headers.iter().filter(|name| name.ends_with("-beta"));
    betas.filter_map(|name| call.headers.get(name)?.to_str().ok()).any(|value| value.contains("context"))
}

fn unrecorded(error: &JournalError) -> ErrorReply {
    tracing::error!(error = error as &dyn std::error::Error, "an attempt could not be put on record");
    unavailable()
}

fn unavailable() -> ErrorReply {
    let message = "The gateway cannot record what this call costs right now: try again later.";
    ErrorReply::new(ErrorKind::Unavailable, message)
}
