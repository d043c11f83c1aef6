//! PostgreSQL is killed, restarted and frozen under load.

use serde_json::json;

use super::World;
use super::world::{Told, ask, small, wait_until};
use crate::process::fleet::Chance;

/// What is leased is good for half of this.
const GIVEN_UP: &str = "instances_given_up_after: 6";
const CHAT: &str = "/v1/chat/completions";

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_killed_costs_no_row_and_no_cent() {
    let seed = 1;
    let mut world = World::start(2, GIVEN_UP).await;
    let unbound = world.gateways[0].client.admin("/key/generate", &json!({})).await["key"].as_str().unwrap().to_owned();
    let callers = world.call(seed, 24);
    let mut chance = Chance(seed);
    for _ in 0..2 {
        callers.answered(usize::try_from(60 + chance.below(60)).unwrap()).await;
        assert_eq!(ask(&world.gateways[0].client, CHAT, &unbound, &small()).await, Told::Answer);
        world.postgres.kill();
        // what was taken out is spent first, then hard budgets refuse; calls without one go on
        callers.refused(24).await;
        for gateway in &world.gateways {
            let told = ask(&gateway.client, CHAT, world.places[0].master(), &small()).await;
            assert_eq!(told, Told::Answer);
        }
        assert_eq!(ask(&world.gateways[0].client, CHAT, &unbound, &small()).await, Told::Answer);
        world.postgres.restart().await.unwrap();
    }
    callers.answered(100).await;
    callers.stop().await;
    for log in world.end().await {
        assert!(!log.contains("begins anew"), "who could not be seen is not dead:\n{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_out_is_spent_without_the_database() {
    let mut world = World::start(1, "instances_given_up_after: 60").await;
    let client = world.gateways[0].client.clone();
    // so much a second that what is at hand then does for many small calls
    let large =
        json!({"model": "gpt", "max_tokens": 1000, "messages": [{"role": "user", "content": "[[obey]] [[long:900]]"}]});
    for _ in 0..4 {
        assert_eq!(ask(&client, CHAT, &world.key, &large).await, Told::Answer);
    }
    world.postgres.kill();
    for _ in 0..20 {
        assert_eq!(ask(&client, CHAT, &world.key, &small()).await, Told::Answer);
    }
    let told = async |told| ask(&client, CHAT, &world.key, &large).await == told;
    wait_until("it is spent", async || told(Told::Unavailable).await).await;
    world.postgres.restart().await.unwrap();
    wait_until("there is more", async || told(Told::Answer).await).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_restarted_under_load_costs_no_row_and_no_cent() {
    let mut world = World::start(2, GIVEN_UP).await;
    let callers = world.call(2, 12);
    for _ in 0..4 {
        callers.answered(60).await;
        world.postgres.restart().await.unwrap();
    }
    callers.answered(60).await;
    callers.stop().await;
    world.end().await;
}

/// A frozen database says nothing and closes nothing. It is frozen here until calls have ended which began behind that, so none
/// waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn no_call_waits_for_a_database_that_is_frozen() {
    let world = World::start(2, GIVEN_UP).await;
    let unbound = world.gateways[0].client.admin("/key/generate", &json!({})).await["key"].as_str().unwrap().to_owned();
    assert_eq!(ask(&world.gateways[0].client, CHAT, &unbound, &small()).await, Told::Answer);
    let callers = world.call(3, 12);
    callers.answered(100).await;
    world.postgres.freeze();
    callers.refused(24).await;
    let stranger = "sk-0000000000000000000000";
    for (key, expected) in [(unbound.as_str(), Told::Answer), (stranger, Told::Unavailable)] {
        assert_eq!(ask(&world.gateways[0].client, CHAT, key, &small()).await, expected);
    }
    world.postgres.thaw();
    callers.answered(100).await;
    callers.stop().await;
    for log in world.end().await {
        assert!(!log.contains("begins anew"), "{log}");
    }
}
