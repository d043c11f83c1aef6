//! What a stream has said of its end, and how long its provider may be silent then.

use std::time::Duration;

use tokio::time::Instant;

use super::super::translate::Step;

/// How long the last events of an answer that the model has finished may take, or the end of a stream that lacks none.
pub(super) const LAST_EVENTS: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(super) struct Closing {
    stopped: bool,
    /// It has gone on behind a reason to stop: such a reason is no sign of its end.
    went_on: bool,
    quiet_since: Option<Instant>,
}

impl Closing {
    /// The model has said why it stopped: only the rest of the provider's ending follows.
    pub(super) fn has_stopped(&self) -> bool {
        self.stopped
    }

    /// Takes in an event; signs of life are none. With several answers the first to stop says nothing of the others.
    pub(super) fn hear(&mut self, step: &Step, single: bool) {
        self.quiet_since = None;
        self.went_on |= self.stopped && step.says_something;
        self.stopped = !self.went_on && (self.stopped || (step.stopped && single));
    }

    /// Until when the provider may send nothing. One who has stopped and `lacks_nothing` gets little time: its server may never
    /// close, and clients of other dialects wait for their last events.
    pub(super) fn silent_until(&mut self, lacks_nothing: bool, between: Duration) -> Instant {
        let now = Instant::now();
        let quiet_since = *self.quiet_since.get_or_insert(now);
        if self.stopped && lacks_nothing { quiet_since + LAST_EVENTS.min(between) } else { now + between }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BETWEEN: Duration = Duration::from_mins(5);

    fn says() -> Step {
        Step { says_something: true, ..Step::default() }
    }

    fn stops() -> Step {
        Step { stopped: true, ..says() }
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_reason_to_stop_that_nothing_follows_is_an_end() {
        let usage = Step::default;
        let last = Step { stopped: true, ..Step::default() };
        for (name, steps, single, patience) in [
            ("nothing", vec![], true, BETWEEN),
            ("words", vec![says()], true, BETWEEN),
            ("a reason", vec![says(), stops()], true, LAST_EVENTS),
            ("usage behind it", vec![stops(), usage()], true, LAST_EVENTS),
            ("said twice", vec![stops(), last], true, LAST_EVENTS),
            ("words behind it", vec![stops(), says()], true, BETWEEN),
            ("in every piece", vec![stops(), stops()], true, BETWEEN),
            ("for good", vec![stops(), says(), stops()], true, BETWEEN),
            ("one of several", vec![stops()], false, BETWEEN),
        ] {
            let mut closing = Closing::default();
            for step in &steps {
                closing.hear(step, single);
            }
            assert_eq!(closing.silent_until(true, BETWEEN), Instant::now() + patience, "{name}");
            assert_eq!(closing.silent_until(false, BETWEEN), Instant::now() + BETWEEN, "{name}");
            assert_eq!(closing.has_stopped(), patience == LAST_EVENTS, "{name}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn signs_of_life_put_no_end_off() {
        let mut closing = Closing::default();
        closing.hear(&stops(), true);
        let until = closing.silent_until(true, BETWEEN);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(closing.silent_until(true, BETWEEN), until);
        closing.hear(&Step::default(), true);
        assert_eq!(closing.silent_until(true, BETWEEN), until + Duration::from_secs(3));
        let short = Duration::from_secs(1);
        assert_eq!(closing.silent_until(true, short), Instant::now() + short);
    }
}
