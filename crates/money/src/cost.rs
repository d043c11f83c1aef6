//! The cost of a usage, and what it is made of.

use crate::{Billed, Class, FEMTOS, Nanos, Price, Rate, Unit, Usage};

/// How a cost comes about. All amounts but the total in femto-dollars, exact: the lines sum to `original`, and
/// `original - discount + margin`, rounded up to a nano-dollar, is the total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// What was used, as far as there was any.
    pub lines: Vec<Line>,
    /// The bill of the provider.
    pub original: u128,
    /// What is taken off.
    pub discount: u128,
    /// What is put on.
    pub margin: u128,
    /// What is charged.
    pub total: Nanos,
    /// What was used and has no price: it is in no line.
    pub unpriced: Vec<Unit>,
}

/// One thing times its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub item: Item,
    /// How many; of what is charged by the second, milliseconds.
    pub count: u64,
    /// What one costs; a second, not a millisecond.
    pub rate: Rate,
    /// What they cost together.
    pub femtos: u128,
}

/// What a line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Tokens.
    Tokens(Class),
    /// What is counted otherwise.
    Unit(Unit),
    /// The call as such.
    Request,
}

impl Price {
    /// What `usage` costs: summed exactly, rounded up once, at most [`Nanos::MAX`].
    pub fn cost(&self, usage: &Usage) -> Nanos {
        self.charge(self.lines(usage).map(|line| line.femtos).fold(0, u128::saturating_add))
    }

    /// The same with all that leads to it.
    pub fn breakdown(&self, usage: &Usage) -> Breakdown {
        let lines: Vec<_> = self.lines(usage).filter(|line| line.count > 0).collect();
        let original = lines.iter().map(|line| line.femtos).fold(0, u128::saturating_add);
        let applied = self.terms.apply(original);
        Breakdown {
            lines,
            original,
            discount: applied.discount,
            margin: applied.margin,
            total: self.charge(original),
            unpriced: self.unpriced(usage).cloned().collect(),
        }
    }

    /// What was used and has no price here.
    pub fn unpriced<'a>(&self, usage: &'a Usage) -> impl Iterator<Item = &'a Unit> {
        usage.units.iter().filter(|(unit, count)| *count > 0 && self.unit(unit).is_none()).map(|(unit, _)| unit)
    }

    /// What is laid on the provider's bill for `usage`; none where the cost is that bill.
    pub fn billed(&self, usage: &Usage) -> Option<Billed> {
        if self.terms.is_empty() {
            return None;
        }
        let sum = self.lines(usage).map(|line| line.femtos).fold(0, u128::saturating_add);
        Some(Billed::new(sum, self.terms.apply(sum), self.charge(sum)))
    }

    fn lines(&self, usage: &Usage) -> impl Iterator<Item = Line> {
        let rates = self.rates_at(usage.tier, usage.tokens.prompt());
        let tokens = usage.classes().into_iter().map(move |(class, count)| {
            let rate = rates.charged(class);
            Line { item: Item::Tokens(class), count, rate, femtos: times(count, rate) }
        });
        let units = usage.units.iter().filter_map(|(unit, count)| {
            let rate = self.unit(unit)?;
            Some(Line { item: Item::Unit(unit.clone()), count, rate, femtos: of_unit(unit, count, rate) })
        });
        let request = Line { item: Item::Request, count: 1, rate: Rate::ZERO, femtos: self.fixed() };
        tokens.chain(units).chain(std::iter::once(request).filter(|line| line.femtos > 0))
    }

    /// What a sum of femto-dollars comes to. The one place that rounds; more never comes to less.
    pub(crate) fn charge(&self, femtos: u128) -> Nanos {
        let applied = self.terms.apply(femtos);
        let nanos = (femtos - applied.discount).saturating_add(applied.margin).div_ceil(FEMTOS);
        i64::try_from(nanos).map_or(Nanos::MAX, Nanos::new)
    }

    /// What each call costs beside what it uses.
    pub(crate) fn fixed(&self) -> u128 {
        u128::try_from(self.per_request.get()).unwrap_or(0).saturating_mul(FEMTOS)
    }
}

/// Cannot overflow: two 64-bit factors fit into 128 bits.
pub(crate) fn times(count: u64, rate: Rate) -> u128 {
    u128::from(count) * u128::from(rate.get())
}

/// Milliseconds are rounded up to a femto-dollar, together.
pub(crate) fn of_unit(unit: &Unit, count: u64, rate: Rate) -> u128 {
    times(count, rate).div_ceil(u128::from(unit.kind.counts()))
}
