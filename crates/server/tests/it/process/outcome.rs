//! How calls ended, as the metrics say.

use testkit::Upstream;

use super::calls::{self, Call, Speech};
use super::gateway::{PATIENCE, Place};

/// A stream that its provider broke off is no success, whether it was passed on as it came or written anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_stream_counts_as_what_broke_it() {
    let upstream = Upstream::start().await;
    let place = Place::with(&calls::config(&upstream));
    let gateway = place.start().await;
    for (number, (speech, model)) in
        [(Speech::OpenAi, "gpt"), (Speech::OpenAi, "claude"), (Speech::Anthropic, "claude")].into_iter().enumerate()
    {
        let call = Call { speech, model, stream: true, prompt: "[[midstream]] one two".to_owned() };
        let answer = gateway.client.post(call.path(), place.master(), &call.body()).await;
        assert_eq!(answer.status, 200, "{model}");
        drop(answer.rest().await);
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let metrics = gateway.client.get("/metrics").await.unwrap().text;
            let calls: Vec<_> = metrics.lines().filter(|line| line.starts_with("turnpike_calls_total")).collect();
            assert!(calls.iter().all(|line| !line.contains("\"ok\"")), "{calls:?}");
            let count = |line: &&str| line.rsplit(' ').next().and_then(|count| count.parse::<usize>().ok());
            if calls.iter().filter_map(count).sum::<usize>() > number {
                break;
            }
            assert!(tokio::time::Instant::now() < deadline, "{calls:?}");
            tokio::task::yield_now().await;
        }
    }
    gateway.stop().await;
}
