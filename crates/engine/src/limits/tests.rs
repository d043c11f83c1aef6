//! Several instances in one process and their Redis. Time is the tests' own, Redis's too.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use store::{Limits as Written, Redis};
use testkit::{Fault, FaultProxy, services};

use super::stated::Stated;
use super::{Kind, Limits, Line, Needs, Refused, Taken};
use crate::budgets::Instances;
use crate::clock::Clock;

const SECOND: i64 = 1_000_000;
/// Longer than any Redis takes that is there.
const FOR_EVER: Duration = Duration::from_mins(1);

/// Instances that share a Redis.
struct Fleet {
    clock: Clock,
    instances: Vec<Limits>,
    /// No other test has an account of that name.
    id: String,
}

impl Fleet {
    /// `patience` is how long calls wait for Redis.
    fn new(url: Option<&str>, size: u32, patience: Duration) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let id = format!("{}-{number}", std::process::id());
        // the accounts' keys are counted by this time, and expire by the server's own
        let clock = Clock::manual(1_800_000_000 * SECOND);
        let of = |n: u32| {
            let redis = url.map(|url| Redis::open_with(url, patience).unwrap());
            let mut limits = Limits::new(redis, Instances::of(size), format!("{id}-{n}"), &clock);
            if let Some(remote) = &mut limits.remote {
                Arc::get_mut(remote).unwrap().patience = patience;
            }
            limits
        };
        Self { instances: (0..size).map(of).collect(), clock, id }
    }

    async fn sharing(size: u32) -> Self {
        Self::new(Some(&services::redis().await), size, FOR_EVER)
    }

    async fn take(&self, instance: usize, written: &Written, needs: Needs) -> Result<Taken, Refused> {
        self.instances[instance].admit(self.lines(instance, written), &needs, false, self.clock.now()).await
    }

    fn lines(&self, instance: usize, written: &Written) -> Vec<Line> {
        let mut stated = Stated::new(&self.instances[instance], self.clock.now(), Vec::new());
        stated.object(Kind::Key, "key", &[&self.id], written);
        stated.into_lines()
    }

    async fn call(&self, instance: usize, written: &Written) -> bool {
        self.take(instance, written, Needs::default()).await.is_ok()
    }

    /// How many calls an instance gets through, one behind the other.
    async fn calls(&self, instance: usize, written: &Written, most: usize) -> usize {
        for count in 0..most {
            if !self.call(instance, written).await {
                return count;
            }
        }
        most
    }

    async fn sync(&self) {
        for instance in &self.instances {
            instance.sync(self.clock.now()).await;
        }
    }
}

fn rpm(limit: u64) -> Written {
    Written { rpm_limit: Some(limit), ..Written::default() }
}

fn places(limit: u64) -> Written {
    Written { max_parallel_requests: Some(limit), ..Written::default() }
}

fn tokens(input: u64, output: u64) -> Needs {
    Needs { input, output, ..Needs::default() }
}

#[tokio::test]
async fn four_instances_together_admit_what_is_stated() {
    let (fleet, limit) = (Fleet::sharing(4).await, 2_400);
    let mut admitted = Vec::new();
    // three fifths more than what is stated is asked for, and most of it of one instance
    for tick in 0..2_420 {
        for instance in [0, tick % 4, 0, 1, 0, 0] {
            if fleet.call(instance, &rpm(limit)).await {
                admitted.push(tick);
            }
        }
        fleet.clock.advance(SECOND / 10);
        fleet.sync().await;
    }
    let stated = limit * 242 / 60;
    let count = admitted.len() as u64;
    assert!(count * 100 >= stated * 98 && count * 100 <= (stated + limit) * 100, "{count} of {stated}");
    let slices = 4 * (limit / 600 / 4).max(1);
    for (at, tick) in admitted.iter().enumerate() {
        let in_a_minute = admitted[at..].iter().take_while(|later| **later - tick < 600).count() as u64;
        assert!(in_a_minute <= limit + slices, "{in_a_minute} from {tick}");
    }
}

#[tokio::test]
async fn small_limits_are_exact() {
    let fleet = Fleet::sharing(4).await;
    let mut admitted = Vec::new();
    for tick in 0..300 {
        for instance in 0..4 {
            if fleet.call(instance, &rpm(7)).await {
                admitted.push(tick);
            }
        }
        fleet.clock.advance(SECOND);
    }
    assert_eq!(admitted.iter().filter(|tick| **tick < 60).count(), 7);
    for (at, tick) in admitted.iter().enumerate() {
        assert!(admitted[at..].iter().take_while(|later| **later - tick < 60).count() <= 7);
    }
    // one more second a minute for the slot that runs
    assert!(admitted.len() >= 300 / 61 * 7, "{}", admitted.len());
}

#[tokio::test]
async fn tokens_are_corrected_across_instances() {
    let fleet = Fleet::sharing(2).await;
    let written = Written { tpm_limit: Some(10_000), ..Written::default() };
    let taken = fleet.take(0, &written, tokens(1_000, 8_000)).await.unwrap();
    assert!(fleet.take(1, &written, tokens(5_000, 0)).await.is_err());
    taken.used(tokens(1_000, 500), true, fleet.clock.now());
    fleet.clock.advance(2 * SECOND);
    fleet.sync().await;
    let second = fleet.take(1, &written, tokens(5_000, 0)).await.unwrap();
    // and what was used beyond the estimate is missing afterwards
    second.used(tokens(5_000, 3_400), true, fleet.clock.now());
    fleet.clock.advance(2 * SECOND);
    fleet.sync().await;
    fleet.sync().await;
    assert!(fleet.take(0, &written, tokens(500, 0)).await.is_err());
    assert!(fleet.take(0, &written, tokens(100, 0)).await.is_ok());
}

#[tokio::test]
async fn all_limits_are_looked_at_before_one_is_taken() {
    for url in [None, Some(services::redis().await)] {
        let fleet = Fleet::new(url.as_deref(), 1, FOR_EVER);
        let written = Written { tpm_limit: Some(100), ..rpm(5) };
        assert!(fleet.take(0, &written, tokens(100, 0)).await.is_ok());
        for _ in 0..9 {
            assert!(fleet.take(0, &written, tokens(50, 0)).await.is_err());
        }
        for _ in 0..4 {
            assert!(fleet.take(0, &written, tokens(0, 0)).await.is_ok(), "refused calls took requests");
        }
        assert!(fleet.take(0, &written, tokens(0, 0)).await.is_err());
    }
}

#[tokio::test]
async fn places_are_shared_left_and_freed_by_a_crash() {
    for limit in [5, 64] {
        let fleet = Fleet::sharing(2).await;
        let mut taken: Vec<Vec<Taken>> = vec![Vec::new(), Vec::new()];
        let full = |taken: &Vec<Vec<Taken>>| taken.iter().map(Vec::len).sum::<usize>() as u64;
        for turn in 0..3 * limit {
            let instance = usize::from(turn % 2 == 0);
            if let Ok(one) = fleet.take(instance, &places(limit), Needs::default()).await {
                taken[instance].push(one);
            }
        }
        assert_eq!(full(&taken), limit);
        taken[0].pop().unwrap().leave(fleet.clock.now());
        fleet.sync().await;
        fleet.clock.advance(2 * SECOND);
        fleet.sync().await;
        let again = fleet.take(1, &places(limit), Needs::default()).await;
        assert!(again.is_ok(), "{again:?} of {limit}");
        // the first instance is gone and renews nothing; the other does
        for _ in 0..4 {
            fleet.clock.advance(10 * SECOND);
            fleet.instances[1].sync(fleet.clock.now()).await;
        }
        let mut free = 0;
        while let Ok(one) = fleet.take(1, &places(limit), Needs::default()).await {
            taken[1].push(one);
            free += 1;
        }
        assert_eq!(free, taken[0].len());
    }
}

#[tokio::test]
async fn without_redis_each_instance_has_its_part() {
    let fleet = Fleet::new(None, 4, FOR_EVER);
    for (limit, part) in [(100, 25), (7, 1), (1, 1), (0, 0)] {
        fleet.clock.advance(61 * SECOND);
        assert_eq!(fleet.calls(0, &rpm(limit), 999).await, part, "{limit}");
    }
}

#[tokio::test]
async fn a_redis_that_is_gone_or_frozen_costs_no_call_and_nothing_behind_it() {
    for how in ["frozen", "killed", "unreachable"] {
        let mut redis = services::Redis::start().await;
        let proxy = FaultProxy::start(redis.address()).await;
        let url = format!("redis://{}", proxy.address());
        let fleet = Fleet::new(Some(&url), 4, Duration::from_millis(300));
        for instance in &fleet.instances {
            while instance.remote.as_ref().unwrap().round(&[], FOR_EVER).await.is_err() {}
        }
        assert_eq!(fleet.calls(0, &rpm(100), 10).await, 10);
        match how {
            "frozen" => redis.freeze(),
            "killed" => redis.kill(),
            _ => proxy.set(Fault::blackhole()),
        }
        // ten were its own before, of twenty-five
        assert_eq!(fleet.calls(0, &rpm(100), 999).await, 15, "{how}");
        assert_eq!(fleet.calls(1, &rpm(100), 999).await, 25);
        let (lines, now) = (fleet.lines(0, &rpm(100)), fleet.clock.now());
        let closed = fleet.instances[0].admit(lines, &Needs::default(), true, now).await;
        assert_eq!(closed.unwrap_err(), Refused::Unknown);
        match how {
            "frozen" => redis.thaw(),
            "killed" => redis.restart().await.unwrap(),
            _ => proxy.set(Fault::default()),
        }
        while fleet.instances.iter().any(|instance| !instance.remote.as_ref().unwrap().is_up()) {
            fleet.clock.advance(SECOND);
            fleet.sync().await;
        }
        assert!(fleet.call(0, &rpm(100)).await, "what was refused for its part goes through");
        let admitted = 1 + fleet.calls(0, &rpm(100), 999).await + fleet.calls(2, &rpm(100), 999).await;
        // some of the hundred were counted before, and a slice may be from then
        assert!((50..=104).contains(&admitted), "{admitted}");
    }
}

#[tokio::test]
async fn what_redis_has_lost_is_counted_anew() {
    let redis = services::Redis::start().await;
    let epoch = "turnpike:limits:1:epoch";
    for loss in [&["FLUSHALL"][..], &["HSET", epoch, "beat", "1"]] {
        let fleet = Fleet::new(Some(&redis.url()), 2, FOR_EVER);
        assert_eq!(fleet.calls(0, &rpm(10), 99).await, 10);
        assert!(!fleet.call(1, &rpm(10)).await);
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(fleet.take(0, &places(3), Needs::default()).await.unwrap());
        }
        redis.command(loss).await.unwrap();
        // what Redis had no room for it is not asked for again at once
        fleet.clock.advance(SECOND / 10);
        assert!(fleet.call(0, &rpm(10)).await, "after {loss:?}");
        // the places of calls under way are leased anew
        fleet.sync().await;
        assert!(fleet.take(1, &places(3), Needs::default()).await.is_err());
        held.pop().unwrap().leave(fleet.clock.now());
        fleet.sync().await;
        assert!(fleet.take(1, &places(3), Needs::default()).await.is_ok());
        for taken in held {
            taken.leave(fleet.clock.now());
        }
    }
}
