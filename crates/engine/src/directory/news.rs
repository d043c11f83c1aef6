//! News that other instances push: they come before the feed would have brought them.

use std::sync::Arc;
use std::time::Duration;

use store::{News, Redis};
use tokio::time::sleep;

use super::Directory;

/// Between a connection that ended and the next one.
const PAUSE: Duration = Duration::from_secs(1);

impl Directory {
    /// Listens for as long as the gateway runs.
    pub async fn listen(self: Arc<Self>, redis: Redis) {
        let mut is_deaf = false;
        loop {
            let began = || {
                if is_deaf {
                    tracing::info!("changes by other instances are pushed again");
                }
            };
            let ended = redis.listen(began, |news| self.hear(&news)).await;
            if !is_deaf {
                is_deaf = true;
                let error = ended.err().map(|error| error.to_string());
                tracing::warn!(error, "changes by other instances are not pushed; they are looked for once a second");
            }
            sleep(PAUSE).await;
        }
    }

    fn hear(&self, news: &News) {
        match news {
            News::Touched(rows) => self.forget_rows(rows.iter().map(|(table, id)| (table.as_str(), id))),
            News::Everything => self.forget_everything(),
        }
    }
}
