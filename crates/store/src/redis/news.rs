//! What was changed, told to all instances at once. The audit trail has the same, later: a message that is lost delays and
//! harms nothing.

use futures_util::StreamExt as _;
use redis::AsyncCommands as _;
use serde::{Deserialize, Serialize};

use super::Redis;
use crate::{StoreError, Touched};

const CHANNEL: &str = "turnpike:changes:1";
/// A change that touched more is told as one of everything.
const MOST: usize = 1_000;

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// These rows were touched: table and id.
    Touched(Vec<(String, String)>),
    /// More than anybody wants to list.
    Everything,
}

impl News {
    /// Of a change that was made.
    pub fn of(touched: &[Touched]) -> Self {
        if touched.len() > MOST {
            return Self::Everything;
        }
        Self::Touched(touched.iter().map(|one| (one.table.clone(), one.id.clone())).collect())
    }
}

impl Redis {
    /// Tells all who listen.
    pub async fn tell(&self, news: &News) -> Result<(), StoreError> {
        let message = serde_json::to_string(news).map_err(|error| StoreError::Refused { source: error.into() })?;
        let _listeners: i64 = self.commands.clone().publish(CHANNEL, message).await?;
        Ok(())
    }

    /// Listens until the connection ends. `began` is called once it stands; from then on nothing is missed until this
    /// returns.
    pub async fn listen(&self, began: impl FnOnce(), mut heard: impl FnMut(News)) -> Result<(), StoreError> {
        let mut connection = self.client.get_async_pubsub().await?;
        connection.subscribe(CHANNEL).await?;
        began();
        let mut messages = connection.on_message();
        while let Some(message) = messages.next().await {
            // whatever a newer release says means that something has changed
            let news = serde_json::from_slice(message.get_payload_bytes()).unwrap_or(News::Everything);
            heard(news);
        }
        Ok(())
    }
}
