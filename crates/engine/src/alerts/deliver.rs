//! Telling what is due, and trying again what failed.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use store::StoreError;
use store::alerts::{self, Delivery};
use tokio::sync::OnceCell;
use tokio::time::sleep;

use super::mail::Letter;
use super::post::{Post, for_slack};
use super::settings::{Address, AlertSettings};
use crate::engine::Engine;
use crate::telemetry::events;

/// So long nobody else takes over what this instance is about to tell; telling takes ten seconds at most.
const CLAIMED: Duration = Duration::from_mins(1);
/// Before the second try; each further one waits twice as long,
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// but no longer than this.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// After so long nobody is told any more.
const TRIED: Duration = Duration::from_hours(24);
/// Told at once by an instance.
const AT_ONCE: usize = 64;

/// So often it is tried to note that somebody was told, a second apart.
const NOTED: u32 = 20;
const BETWEEN_NOTES: Duration = Duration::from_secs(1);

/// Tells what is in the database.
#[derive(Debug)]
pub(super) struct Teller {
    engine: Arc<Engine>,
    /// Made for the first that is told: authorities are read then.
    post: OnceCell<Post>,
}

/// Why nobody was told.
type Untold = Box<dyn Error + Send + Sync>;

/// The ways an alert goes out, as the database knows them: addresses of hooks are secrets, so they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel<'a> {
    Slack(usize),
    Webhook,
    Mail(&'a str),
}

impl<'a> Channel<'a> {
    pub(super) fn word(self) -> String {
        match self {
            Self::Slack(number) => format!("slack:{number}"),
            Self::Webhook => "webhook".to_owned(),
            Self::Mail(address) => format!("email:{address}"),
        }
    }

    fn parse(word: &'a str) -> Option<Self> {
        match word.split_once(':') {
            None if word == "webhook" => Some(Self::Webhook),
            Some(("slack", number)) => number.parse().ok().map(Self::Slack),
            Some(("email", address)) => Some(Self::Mail(address)),
            _ => None,
        }
    }

    /// For metrics.
    fn kind(self) -> &'static str {
        match self {
            Self::Slack(_) => "slack",
            Self::Webhook => "webhook",
            Self::Mail(_) => "email",
        }
    }
}

impl Teller {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine, post: OnceCell::new() }
    }

    /// Claims what is due and tells it, each on its own: one that is slow holds up no other.
    pub(super) async fn tell_what_is_due(self: Arc<Self>) {
        let telling = &self.engine.alerts.telling;
        let room = u32::try_from(AT_ONCE.saturating_sub(telling.running())).unwrap_or_default();
        if room == 0 || !self.engine.settings().alerts.is_on() {
            return;
        }
        let now = self.engine.clock.now();
        match alerts::claim(&self.engine.db, now, now.saturating_add(micros(CLAIMED)), room).await {
            Ok(claimed) => {
                for delivery in claimed {
                    let teller = Arc::clone(&self);
                    telling.spawn("alert", Box::pin(async move { teller.tell(delivery).await }));
                }
            }
            Err(error) => tracing::debug!(%error, "alerts cannot be claimed"),
        }
    }

    async fn tell(&self, delivery: Delivery) {
        let settings = self.engine.settings();
        let channel = Channel::parse(&delivery.channel);
        let kind = channel.map_or("unknown", Channel::kind);
        let told = match channel {
            Some(channel) => self.tell_by(channel, &settings.alerts, &delivery).await,
            None => Err("this release does not know the channel".into()),
        };
        let now = self.engine.clock.now();
        let kept = match told {
            Ok(()) => {
                events::alert_told(kind, "sent");
                tracing::info!(
                    alert.id = delivery.alert_id,
                    channel = kind,
                    tries = delivery.tries,
                    "an alert was sent"
                );
                self.note_delivered(&delivery, now).await
            }
            Err(error) if now >= delivery.at.saturating_add(micros(TRIED)) => {
                events::alert_told(kind, "given_up");
                tracing::error!(
                    alert.id = delivery.alert_id,
                    channel = kind,
                    error = &*error as &dyn Error,
                    "an alert was not sent for a day, and is given up"
                );
                alerts::give_up(&self.engine.db, &delivery, now).await
            }
            Err(error) => {
                events::alert_told(kind, "failed");
                // one line when it begins, not one a try
                if delivery.tries == 1 {
                    tracing::warn!(
                        alert.id = delivery.alert_id,
                        channel = kind,
                        error = &*error as &dyn Error,
                        "an alert was not sent; it is tried again for a day"
                    );
                }
                alerts::postpone(&self.engine.db, &delivery, now.saturating_add(micros(pause(delivery.tries)))).await
            }
        };
        if let Err(error) = kept {
            tracing::warn!(
                error = &error as &dyn Error,
                "what became of an alert was not noted: it is sent again in a minute"
            );
        }
    }

    /// Tries for some seconds: what is not noted is sent again.
    async fn note_delivered(&self, delivery: &Delivery, now: i64) -> Result<(), StoreError> {
        for _ in 1..NOTED {
            if alerts::deliver(&self.engine.db, delivery, now).await.is_ok() {
                return Ok(());
            }
            sleep(BETWEEN_NOTES).await;
        }
        alerts::deliver(&self.engine.db, delivery, now).await
    }

    async fn post(&self) -> Result<&Post, io::Error> {
        self.post.get_or_try_init(async || Post::new()).await
    }

    async fn tell_by(&self, channel: Channel<'_>, settings: &AlertSettings, delivery: &Delivery) -> Result<(), Untold> {
        let event: Value = serde_json::from_str(&delivery.content)?;
        let message = event.get("event_message").and_then(Value::as_str).unwrap_or_default();
        match channel {
            Channel::Slack(number) => {
                let hook = settings.slack.get(number).ok_or("Slack is not configured any more")?;
                Ok(self.post().await?.send(hook, &for_slack(message)).await?)
            }
            Channel::Webhook => {
                let hook = settings.webhook.as_ref().ok_or("the webhook is not configured any more")?;
                Ok(self.post().await?.send(hook, &event).await?)
            }
            Channel::Mail(address) => {
                let mail = settings.mail.as_ref().ok_or("e-mail is not configured any more")?;
                let to = Address::parse(address)?;
                Ok(mail.send(Letter { to: &to, id: &delivery.alert_id, message }).await?)
            }
        }
    }
}

/// Before the next try.
fn pause(tries: i64) -> Duration {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or_default().min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_read_as_they_are_written() {
        for channel in [Channel::Slack(0), Channel::Slack(2), Channel::Webhook, Channel::Mail("a:b@c.d")] {
            assert_eq!(Channel::parse(&channel.word()), Some(channel));
        }
        for word in ["", "slack", "slack:x", "ms_teams"] {
            assert_eq!(Channel::parse(word), None, "{word}");
        }
    }

    #[test]
    fn pauses_grow_up_to_a_quarter_of_an_hour() {
        let pauses: Vec<_> = [0, 1, 2, 3, 8, 9, 1_000].into_iter().map(|tries| pause(tries).as_secs()).collect();
        assert_eq!(pauses, [5, 5, 10, 20, 640, 900, 900]);
    }
}
