//! Where the person is on whose behalf the web is searched, in the words that OpenAI's dialects and Anthropic have in common.

use serde::Serialize;

use crate::chat::Place;
use crate::json::{Invalid, Object};

/// A place that is told roughly; there is no other kind.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Location<'a> {
    Approximate(Approximate<'a>),
}

impl<'a> Location<'a> {
    pub(crate) fn of(place: &'a Place) -> Self {
        Self::Approximate(Approximate::of(place))
    }
}

#[derive(Serialize)]
pub(crate) struct Approximate<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<&'a str>,
}

impl<'a> Approximate<'a> {
    pub(crate) fn of(place: &'a Place) -> Self {
        Self {
            city: place.city.as_deref(),
            region: place.region.as_deref(),
            country: place.country.as_deref(),
            timezone: place.timezone.as_deref(),
        }
    }
}

/// Takes the place from the object that it stands in.
pub(crate) fn read(object: &mut Object<'_>) -> Result<Place, Invalid> {
    Ok(Place {
        city: object.take_string("city")?,
        region: object.take_string("region")?,
        country: object.take_string("country")?,
        timezone: object.take_string("timezone")?,
    })
}
