//! Many streams at once.

use tokio::task::JoinSet;

use super::calls::Call;
use super::client::{Client, Stream};

/// Streams that have begun and not been read to the end.
pub(crate) struct Streams(Vec<(Call, Stream)>);

impl Streams {
    /// Begins `count` streams of all pairs of dialects, half of them with each key.
    pub(crate) async fn begin(
        client: &Client,
        keys: [&str; 2],
        count: usize,
        prompt: impl Fn(usize) -> String,
    ) -> Self {
        let mut beginning = JoinSet::new();
        for number in 0..count {
            let call = Call::mixed(number, true, prompt(number));
            let (client, key) = (client.clone(), keys[number / 4 % 2].to_owned());
            beginning.spawn(async move {
                let stream = call.send(&client, &key).await;
                (call, stream)
            });
        }
        Self(beginning.join_all().await)
    }

    /// Reads all to their ends. A connection that breaks off is an error.
    pub(crate) async fn rest(self) -> Vec<(Call, Result<String, hyper::Error>)> {
        let mut reading = JoinSet::new();
        for (call, stream) in self.0 {
            reading.spawn(async move { (call, stream.rest().await) });
        }
        reading.join_all().await
    }

    /// All of them reach the ending of their dialect.
    pub(crate) async fn end_well(self) {
        for (call, text) in self.rest().await {
            let text = text.unwrap_or_else(|error| panic!("cut: {error}: {call:?}"));
            assert!(call.is_whole(&text), "{call:?}\n{text}");
        }
    }
}
