//! PostgreSQL loses what it had committed last, as a failover to a replica does that was behind.

use super::World;
use super::world::{Told, ask, count, small, wait_until};

const CHAT: &str = "/v1/chat/completions";
const ROWS: &str = "SELECT COUNT(*) FROM ledger";

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_forgets_the_gateways_remember() {
    let mut world = World::start(2, "instances_given_up_after: 12").await;
    let callers = world.call(4, 12);
    callers.answered(60).await;
    world.postgres.save().await.unwrap();
    let told = async |query: &str| count(&world.database, query).await;
    let (rows, beat) = (told(ROWS).await, told("SELECT MAX(beat) FROM instances").await);
    callers.answered(100).await;
    // only what is committed can be lost
    let is_more = async || told(ROWS).await >= rows + 60 && told("SELECT MIN(beat) FROM instances").await >= beat + 2;
    wait_until("both have rows and grants to lose", is_more).await;
    world.postgres.go_back().await.unwrap();
    for gateway in &world.gateways {
        gateway.logged(&["begins anew"]).await;
        gateway.logged(&["the database has lost what it had committed"]).await;
    }
    callers.answered(60).await;
    callers.stop().await;
    world.end().await;
}

/// Nobody calls any more when it goes back.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_forgets_is_found_missing_also_when_nobody_calls() {
    let mut world = World::start(1, "instances_given_up_after: 12").await;
    let client = world.gateways[0].client.clone();
    assert_eq!(ask(&client, CHAT, &world.key, &small()).await, Told::Answer);
    world.postgres.save().await.unwrap();
    let mut answered = 0;
    let more = async || {
        answered += usize::from(ask(&client, CHAT, &world.key, &small()).await == Told::Answer);
        answered == 20
    };
    wait_until("20 calls are answered", more).await;
    wait_until("all is committed", async || count(&world.database, ROWS).await == 21).await;
    world.postgres.go_back().await.unwrap();
    let line = world.gateways[0].logged(&["the database has lost what it had committed"]).await;
    assert!(line.contains("20"), "{line}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_forgets_is_in_the_journals_of_gateways_that_were_killed() {
    let mut world = World::start(2, "instances_given_up_after: 12").await;
    let callers = world.call(5, 12);
    callers.answered(60).await;
    world.postgres.save().await.unwrap();
    callers.answered(100).await;
    callers.stop().await;
    for gateway in std::mem::take(&mut world.gateways) {
        gateway.kill().await;
    }
    world.postgres.go_back().await.unwrap();
    for place in &world.places {
        let gateway = place.start().await;
        gateway.logged(&["were posted from the journal"]).await;
        world.gateways.push(gateway);
    }
    world.end().await;
}
