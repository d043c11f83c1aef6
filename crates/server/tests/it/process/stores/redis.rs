//! Redis is killed, frozen, emptied and put back while money runs; and both stores are gone.

use testkit::services::Redis;

use super::World;
use super::world::{Callers, Told, ask, small};

/// Lines of a log that tell of Redis.
fn lines(log: &str) -> usize {
    let of_redis = ["limits are", "Redis has lost", "are pushed again", "are not pushed"];
    log.lines().filter(|line| of_redis.iter().any(|words| line.contains(words))).count()
}

/// Calls that are answered, none refused meanwhile.
async fn all_answered(callers: &Callers, number: usize) {
    let refused = || callers.tally.refused.load(std::sync::atomic::Ordering::Relaxed);
    let before = refused();
    callers.answered(number).await;
    assert_eq!(refused(), before, "a call was refused for want of Redis");
}

/// The key's limit is far above what is called here, so any 429, which callers do not take, is a false one.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_redis_no_call_fails_and_money_is_right() {
    let mut redis = Redis::start().await;
    let world = World::with(2, "lower_ceilings: true", Some(&redis.url())).await;
    let callers = world.call(6, 12);
    all_answered(&callers, 60).await;
    redis.command(&["SAVE"]).await.unwrap();
    all_answered(&callers, 60).await;
    redis.command(&["FLUSHALL"]).await.unwrap();
    all_answered(&callers, 60).await;
    redis.freeze();
    all_answered(&callers, 100).await;
    redis.thaw();
    all_answered(&callers, 60).await;
    redis.kill();
    all_answered(&callers, 100).await;
    // with what it had long ago
    redis.restart().await.unwrap();
    for gateway in &world.gateways {
        gateway.logged(&["changes by other instances are pushed again"]).await;
    }
    all_answered(&callers, 100).await;
    callers.stop().await;
    for log in world.end().await {
        // five changes, each of which limits and pushes may tell of, twice where it comes and goes
        assert!((1..=20).contains(&lines(&log)), "{} lines:\n{log}", lines(&log));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_both_stores_what_was_taken_out_is_spent_and_then_refused() {
    let mut redis = Redis::start().await;
    let mut world = World::with(2, "instances_given_up_after: 6", Some(&redis.url())).await;
    let callers = world.call(7, 24);
    callers.answered(100).await;
    redis.kill();
    world.postgres.kill();
    callers.refused(24).await;
    for gateway in &world.gateways {
        let told = ask(&gateway.client, "/v1/chat/completions", world.places[0].master(), &small()).await;
        assert_eq!(told, Told::Answer, "without a budget");
    }
    world.postgres.restart().await.unwrap();
    callers.answered(60).await;
    redis.restart().await.unwrap();
    callers.answered(60).await;
    callers.stop().await;
    world.end().await;
}
