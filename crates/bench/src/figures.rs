//! Figures of runs: medians over the repetitions, and ratios to the floor of the same repetition.

use std::collections::BTreeMap;

use serde::Serialize;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) enum Figure {
    /// Answers a second, or pieces of streams.
    PerSecond,
    /// CPU microseconds for each of them.
    Cpu,
    /// Milliseconds.
    P50,
    P99,
    FirstByteP50,
    FirstByteP99,
    /// MiB.
    Before,
    Peak,
    After,
    /// Milliseconds from the start of a process to its first answer.
    Start,
    /// Seconds for which a process went on working after the load had ended.
    Backlog,
}

pub(crate) type Figures = BTreeMap<Figure, f64>;

/// One run of one scenario against one target.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) scenario: String,
    pub(crate) target: String,
    pub(crate) repetition: u32,
    pub(crate) figures: Figures,
    /// Wrong answers by what was wrong.
    pub(crate) errors: BTreeMap<String, u64>,
}

impl Run {
    /// Somebody who was asked and cannot answer.
    pub(crate) fn not_served(scenario: &str, target: &str, repetition: u32) -> Self {
        let (figures, errors) = (Figures::new(), BTreeMap::new());
        Self { scenario: scenario.to_owned(), target: target.to_owned(), repetition, figures, errors }
    }
}

/// Everything that was measured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs(pub(crate) Vec<Run>);

impl Runs {
    /// The median over the repetitions.
    pub(crate) fn median(&self, scenario: &str, target: &str, figure: Figure) -> Option<f64> {
        let of = self.of(scenario, target);
        median(of.filter_map(|run| run.figures.get(&figure).copied()).collect())
    }

    /// The median of the ratios to another run of the same repetition.
    pub(crate) fn ratio(&self, (scenario, target): (&str, &str), base: (&str, &str), figure: Figure) -> Option<f64> {
        self.compared((scenario, target), base, figure, |own, base| (base > 0.0).then_some(own / base))
    }

    /// The median of what is added to another run of the same repetition.
    pub(crate) fn added(&self, (scenario, target): (&str, &str), base: (&str, &str), figure: Figure) -> Option<f64> {
        self.compared((scenario, target), base, figure, |own, base| Some(own - base))
    }

    fn compared(
        &self,
        (scenario, target): (&str, &str),
        base: (&str, &str),
        figure: Figure,
        how: impl Fn(f64, f64) -> Option<f64>,
    ) -> Option<f64> {
        let of_repetition = |repetition| self.of(base.0, base.1).find(move |run| run.repetition == repetition);
        let each = self.of(scenario, target).filter_map(|run| {
            let base = of_repetition(run.repetition)?.figures.get(&figure)?;
            how(*run.figures.get(&figure)?, *base)
        });
        median(each.collect())
    }

    /// Whether somebody was asked at all, with or without success.
    pub(crate) fn was_asked(&self, scenario: &str, target: &str) -> bool {
        self.of(scenario, target).next().is_some()
    }

    /// Wrong answers of all repetitions.
    pub(crate) fn errors(&self, scenario: &str, target: &str) -> u64 {
        self.of(scenario, target).flat_map(|run| run.errors.values()).sum()
    }

    fn of<'a>(&'a self, scenario: &'a str, target: &'a str) -> impl Iterator<Item = &'a Run> {
        self.0.iter().filter(move |run| run.scenario == scenario && run.target == target)
    }
}

/// The middle one; of an even number the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (high, low) = (values.get(values.len() / 2)?, values.get(values.len().saturating_sub(1) / 2)?);
    Some(f64::midpoint(*low, *high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(target: &str, repetition: u32, per_second: f64) -> Run {
        let figures = Figures::from([(Figure::PerSecond, per_second)]);
        Run { scenario: "s".into(), target: target.into(), repetition, figures, errors: [("e".into(), 2)].into() }
    }

    fn is(told: Option<f64>, expected: f64) {
        assert!((told.unwrap() - expected).abs() < 1e-9, "{told:?} instead of {expected}");
    }

    #[test]
    fn medians() {
        is(median(vec![3.0]), 3.0);
        is(median(vec![9.0, 1.0, 2.0]), 2.0);
        is(median(vec![4.0, 1.0, 2.0, 9.0]), 3.0);
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn ratios_are_taken_within_a_repetition() {
        // the machine was twice as fast in the second: the ratio does not see it
        let runs = Runs(vec![
            run("floor", 0, 100.0),
            run("own", 0, 50.0),
            run("floor", 1, 200.0),
            run("own", 1, 100.0),
            run("floor", 2, 100.0),
            run("own", 2, 80.0),
        ]);
        is(runs.median("s", "own", Figure::PerSecond), 80.0);
        is(runs.ratio(("s", "own"), ("s", "floor"), Figure::PerSecond), 0.5);
        is(runs.added(("s", "own"), ("s", "floor"), Figure::PerSecond), -50.0);
        assert_eq!(runs.ratio(("s", "own"), ("s", "nobody"), Figure::PerSecond), None);
        assert_eq!(runs.errors("s", "own"), 6);
    }
}
