//! Requests: tables of what is read and written, and that one gives back the other.

mod reading;
mod round_trip;
mod writing;

use super::{read, write};
use crate::chat::{Message, Part, Request, Role};
use crate::dialect::{CeilingField, Target};
use crate::json::{Invalid, Raw};

const TARGET: Target<'static> = Target { model: "base", ceiling: CeilingField::MaxTokens, extras: false };

fn raw(text: &str) -> Raw {
    Raw::parse(text).unwrap()
}

fn says(role: Role, text: &str) -> Message {
    Message::new(role, vec![Part::text(text)])
}

fn written(request: &Request) -> Result<(String, Vec<String>), Invalid> {
    let written = write(request, &TARGET)?;
    Ok((String::from_utf8(written.body).unwrap(), written.dropped))
}
