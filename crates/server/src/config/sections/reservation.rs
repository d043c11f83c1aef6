//! `litellm_settings.priority_reservation` and `priority_reservation_settings`: shares of what a model can take, by the priority of
//! keys.

use money::Decimal;

use super::super::read::{Field, Section};

/// What LiteLLM says there besides, which has no counterpart: nothing is looked up here that could be cached.
const IDLE: [&str; 3] = ["saturation_policy", "saturation_check_cache_ttl", "tracking_multiplier"];

/// Shares, in thousandths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reservation {
    /// By priority.
    pub shares: Vec<(String, u16)>,
    /// Of all whose priority has none, together.
    pub default_share: Option<u16>,
    /// From which share of what a model can take on they hold.
    pub saturation: Option<u16>,
}

impl Reservation {
    pub(super) fn read(section: &mut Section<'_, '_>) -> Self {
        let mut shares = Vec::new();
        for (name, field) in section.entries("priority_reservation") {
            match share_of(&field) {
                Ok(share) => shares.push((name.to_owned(), share)),
                Err(error) => section.findings.errors.push(error),
            }
        }
        let mut more = section.child("priority_reservation_settings");
        let mut read = |key| more.parsed(key, "a share from 0 to 1", share).map(|share| share.value);
        let (default_share, saturation) = (read("default_priority"), read("saturation_threshold"));
        let known: Vec<_> = ["default_priority", "saturation_threshold"].into_iter().chain(IDLE).collect();
        more.only(&known);
        Self { shares, default_share, saturation }
    }
}

fn share_of(field: &Field<'_>) -> Result<u16, super::super::ConfigError> {
    share(field.scalar()?).ok_or_else(|| field.error("expected a share from 0 to 1"))
}

/// In thousandths.
fn share(text: &str) -> Option<u16> {
    let share = Decimal::from_str_exact(text.trim()).ok()?;
    let thousandths = share.checked_mul(Decimal::ONE_THOUSAND)?.round();
    u16::try_from(thousandths).ok().filter(|thousandths| *thousandths <= 1000)
}
