//! Reading a client's request, field by field. What the conversation has no place for is named in `Request::unmapped`.

mod contents;
mod generation;
mod options;
mod results;
mod tools;

use super::harmless::{Place, name_unread};
use crate::chat::Request;
use crate::gemini::spelling;
use crate::json::Invalid;

/// Reads the body of a request. Its model is left empty and its stream off.
pub fn read(body: &str) -> Result<Request, Invalid> {
    let mut object = spelling::object(body, "")?;
    let mut unmapped = Vec::new();
    let mut request = Request {
        messages: contents::conversation(&mut object, &mut unmapped)?,
        // its streams always tell it
        include_usage: true,
        service_tier: options::service_tier(&mut object)?,
        metadata: options::labels(&mut object)?,
        ..Request::default()
    };
    tools::read(&mut object, &mut request, &mut unmapped)?;
    generation::read(&mut object, &mut request, &mut unmapped)?;
    options::safety(&mut object);
    name_unread(object, Place::Top, &mut unmapped);
    request.unmapped = unmapped;
    Ok(request)
}
