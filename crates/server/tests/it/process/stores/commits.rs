//! A transaction that PostgreSQL has committed and whose answer gets lost: who asked cannot know that it happened.

use serde_json::{Value, json};
use testkit::services::Postgres;
use testkit::{Fault, FaultProxy};

use super::World;
use super::world::{Told, ask, count, small, wait_until};

const CHAT: &str = "/v1/chat/completions";

struct Cut {
    world: World,
    proxy: FaultProxy,
}

impl Cut {
    async fn start(budgets: &str) -> Self {
        let postgres = Postgres::start().await;
        let proxy = FaultProxy::start(postgres.address()).await;
        let own = postgres.database().await;
        let through = own.replace(&postgres.address().to_string(), &proxy.address().to_string());
        Self { world: World::on(postgres, own, through, (1, budgets, None)).await, proxy }
    }

    /// A call on behalf of a customer.
    async fn ask_for(&self, customer: &str) -> Told {
        let mut body = small();
        body["user"] = Value::from(customer);
        ask(&self.world.gateways[0].client, CHAT, &self.world.key, &body).await
    }

    /// Waits until so many commits are done whose answer got lost, and lets answers through again.
    async fn lost(&self, commits: u64) {
        self.proxy.wait_for(|traffic| traffic.lost_commits >= commits).await.unwrap();
        self.proxy.set(Fault::default());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_whose_commit_is_not_heard_of_is_there_once() {
    let cut = Cut::start("lower_ceilings: true").await;
    for time in 1..=3 {
        cut.proxy.set(Fault::losing_commits_of("cut-row"));
        assert_eq!(cut.ask_for("cut-row").await, Told::Answer);
        cut.lost(time).await;
        assert_eq!(cut.ask_for("another").await, Told::Answer);
    }
    assert_eq!(cut.world.upstream.served().len(), 6);
    cut.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_not_heard_of_is_found_again_or_goes_back() {
    let cut = Cut::start("lower_ceilings: true").await;
    let held = async |customer: &str| {
        let held =
            format!("SELECT COALESCE(SUM(debited - spent), 0) FROM balances WHERE account = 'customer:{customer}'");
        count(&cut.world.database, &held).await
    };
    let client = &cut.world.gateways[0].client;
    for customer in ["cut-lease", "cut-again"] {
        client.admin("/customer/new", &json!({"user_id": customer, "max_budget": 1.0})).await;
    }
    // the first makes the balance, the second takes something out of it
    cut.proxy.set(Fault::losing_commits_of("customer:cut-lease"));
    assert_eq!(cut.ask_for("cut-lease").await, Told::Unavailable);
    assert_eq!(cut.ask_for("cut-lease").await, Told::Unavailable);
    cut.lost(2).await;
    // nobody comes for it
    wait_until("it has gone back", async || held("cut-lease").await == 0).await;
    assert_eq!(cut.ask_for("cut-lease").await, Told::Answer);

    cut.proxy.set(Fault::losing_commits_of("customer:cut-again"));
    assert_eq!(cut.ask_for("cut-again").await, Told::Unavailable);
    assert_eq!(cut.ask_for("cut-again").await, Told::Unavailable);
    cut.lost(4).await;
    for _ in 0..3 {
        assert_eq!(cut.ask_for("cut-again").await, Told::Answer);
    }
    cut.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_is_not_heard_of_is_withdrawn() {
    let cut = Cut::start("intents_in_database: true").await;
    assert_eq!(cut.ask_for("another").await, Told::Answer);
    cut.proxy.set(Fault::losing_commits_of("cut-intent"));
    assert_eq!(cut.ask_for("cut-intent").await, Told::Unavailable);
    cut.lost(1).await;
    assert_eq!(cut.world.upstream.served().len(), 1, "nothing is sent that may not be on record");
    let intents = "SELECT COUNT(*) FROM intents";
    wait_until("it is withdrawn", async || count(&cut.world.database, intents).await == 0).await;
    assert_eq!(cut.ask_for("cut-intent").await, Told::Answer);
    cut.world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_commit_is_not_heard_of_is_there_at_most_once() {
    let cut = Cut::start("lower_ceilings: true").await;
    cut.proxy.set(Fault::losing_commits_of("cut-key"));
    let client = &cut.world.gateways[0].client;
    let answer = client.post("/key/generate", cut.world.places[0].master(), &json!({"key_alias": "cut-key"})).await;
    assert_eq!((answer.status, answer.headers.contains_key("retry-after")), (503, true));
    cut.lost(1).await;
    assert_eq!(count(&cut.world.database, "SELECT COUNT(*) FROM keys WHERE key_alias = 'cut-key'").await, 1);
    let again = client.post("/key/generate", cut.world.places[0].master(), &json!({"key_alias": "cut-key"})).await;
    assert_eq!(again.status / 100, 4, "its name is taken");
    cut.world.end().await;
}
