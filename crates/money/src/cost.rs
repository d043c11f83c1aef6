//! The cost of a usage, the most that a call can cost, and the output that a budget affords.

use crate::{LongContext, Nanos, Price, Rate, Tokens};

/// Femto-dollars in a nano-dollar.
const FEMTOS: u128 = 1_000_000;

/// Tokens of one class times their price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The class. `output` is without `reasoning` here.
    pub class: &'static str,
    /// How many.
    pub count: u64,
    /// What one costs.
    pub rate: Rate,
    /// What they cost together, in femto-dollars.
    pub femtos: u128,
}

/// The price of each class with the gaps filled: what one length of prompt pays.
struct Tier {
    input: Rate,
    cache_read: Rate,
    cache_write_5m: Rate,
    cache_write_1h: Rate,
    output: Rate,
    reasoning: Rate,
}

impl Price {
    /// What `tokens` cost: summed exactly, rounded up once, at most [`Nanos::MAX`].
    pub fn cost(&self, tokens: &Tokens) -> Nanos {
        let femtos = match &self.long_context {
            Some(long) if tokens.prompt() > long.above => self.long_tier(long).femtos(tokens),
            _ => self.base_tier().femtos(tokens),
        };
        self.charge(femtos)
    }

    /// What each class of `tokens` is charged at, before the sum is rounded up.
    pub fn lines(&self, tokens: &Tokens) -> [Line; 6] {
        let tier = match &self.long_context {
            Some(long) if tokens.prompt() > long.above => self.long_tier(long),
            _ => self.base_tier(),
        };
        let reasoning = tokens.reasoning.min(tokens.output);
        let line = |class, count, rate| Line { class, count, rate, femtos: times(count, rate) };
        [
            line("input", tokens.input, tier.input),
            line("cache_read", tokens.cache_read, tier.cache_read),
            line("cache_write_5m", tokens.cache_write_5m, tier.cache_write_5m),
            line("cache_write_1h", tokens.cache_write_1h, tier.cache_write_1h),
            line("output", tokens.output - reasoning, tier.output),
            line("reasoning", reasoning, tier.reasoning),
        ]
    }

    /// An amount that [`Self::cost`] exceeds for no usage within these bounds, however the prompt
    /// falls into classes.
    pub fn worst_case(&self, input_tokens_at_most: u64, output_tokens_at_most: u64) -> Nanos {
        let worst = self.reachable(input_tokens_at_most).map(|(tier, prompt)| {
            tier.dearest_prompt(prompt).saturating_add(times(output_tokens_at_most, tier.dearest_output()))
        });
        self.charge(worst.max().unwrap_or(u128::MAX))
    }

    /// The largest output bound whose [`Self::worst_case`] fits into `budget`; none if the input
    /// alone does not fit.
    pub fn affordable_output(&self, input_tokens_at_most: u64, budget: Nanos) -> Option<u64> {
        if self.worst_case(input_tokens_at_most, 0) > budget {
            return None;
        }
        if budget == Nanos::MAX {
            return Some(u64::MAX); // amounts stop there, so everything fits
        }
        let femtos = u128::try_from(budget.get()).ok()?.saturating_sub(self.fixed()).saturating_mul(FEMTOS);
        let fitting = self.reachable(input_tokens_at_most).map(|(tier, prompt)| {
            let left = femtos.saturating_sub(tier.dearest_prompt(prompt));
            // none: output is free
            let tokens = left.checked_div(u128::from(tier.dearest_output().get()));
            tokens.and_then(|tokens| u64::try_from(tokens).ok()).unwrap_or(u64::MAX)
        });
        fitting.min()
    }

    /// The tiers that a prompt of at most `input` tokens can fall into, each with the most tokens
    /// it can have there.
    fn reachable(&self, input: u64) -> impl Iterator<Item = (Tier, u64)> {
        let long = self.long_context.as_ref().filter(|long| input > long.above);
        let base = (self.base_tier(), long.map_or(input, |long| long.above));
        std::iter::once(base).chain(long.map(|long| (self.long_tier(long), input)))
    }

    fn base_tier(&self) -> Tier {
        let cache_write_5m = self.cache_write_5m.unwrap_or(self.input);
        Tier {
            input: self.input,
            cache_read: self.cache_read.unwrap_or(self.input),
            cache_write_5m,
            cache_write_1h: self.cache_write_1h.unwrap_or(cache_write_5m),
            output: self.output,
            reasoning: self.reasoning.unwrap_or(self.output),
        }
    }

    fn long_tier(&self, long: &LongContext) -> Tier {
        let input = long.input.unwrap_or(self.input);
        let output = long.output.unwrap_or(self.output);
        let with_input = |rate| risen(rate, self.input, input);
        let cache_write_5m = long.cache_write_5m.or(self.cache_write_5m.map(with_input)).unwrap_or(input);
        Tier {
            input,
            cache_read: long.cache_read.or(self.cache_read.map(with_input)).unwrap_or(input),
            cache_write_5m,
            cache_write_1h: long.cache_write_1h.or(self.cache_write_1h.map(with_input)).unwrap_or(cache_write_5m),
            output,
            reasoning: self.reasoning.map_or(output, |rate| risen(rate, self.output, output)),
        }
    }

    /// The one place that rounds.
    fn charge(&self, femtos: u128) -> Nanos {
        let nanos = femtos.div_ceil(FEMTOS).saturating_add(self.fixed());
        i64::try_from(nanos).map_or(Nanos::MAX, Nanos::new)
    }

    fn fixed(&self) -> u128 {
        u128::try_from(self.per_request.get()).unwrap_or(0)
    }
}

// === impl Tier ===

impl Tier {
    fn femtos(&self, tokens: &Tokens) -> u128 {
        let reasoning = tokens.reasoning.min(tokens.output);
        [
            times(tokens.input, self.input),
            times(tokens.cache_read, self.cache_read),
            times(tokens.cache_write_5m, self.cache_write_5m),
            times(tokens.cache_write_1h, self.cache_write_1h),
            times(tokens.output - reasoning, self.output),
            times(reasoning, self.reasoning),
        ]
        .into_iter()
        .fold(0, u128::saturating_add)
    }

    fn dearest_prompt(&self, tokens: u64) -> u128 {
        let rate = self.input.max(self.cache_read).max(self.cache_write_5m).max(self.cache_write_1h);
        // a bound of u64::MAX is met by any prompt, also by four classes that are each as large
        let classes = if tokens == u64::MAX { 4 } else { 1 };
        times(tokens, rate).saturating_mul(classes)
    }

    fn dearest_output(&self) -> Rate {
        self.output.max(self.reasoning)
    }
}

/// Cannot overflow: two 64-bit factors fit into 128 bits.
fn times(tokens: u64, rate: Rate) -> u128 {
    u128::from(tokens) * u128::from(rate.get())
}

/// `rate` raised as its base price rose `from` → `to`, rounded up; never lowered.
fn risen(rate: Rate, from: Rate, to: Rate) -> Rate {
    if to <= from {
        return rate;
    }
    if from == Rate::ZERO {
        return rate.max(to); // there is no proportion to keep
    }
    let product = u128::from(rate.get()) * u128::from(to.get());
    let raised = product.div_ceil(u128::from(from.get()));
    Rate::new(u64::try_from(raised).unwrap_or(u64::MAX))
}
