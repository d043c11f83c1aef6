//! How much to think. Converse has a field for the effort; modes and budgets are the models' own, and those on Bedrock that
//! have any are Claude's, so they are said as Anthropic does.

use crate::anthropic::model::Model;
use crate::anthropic::request::{self, Reasoning};
use crate::chat::Request;
use crate::json::Invalid;

/// The longest word for an effort.
const EFFORT: usize = 16;

/// As at Anthropic itself. But an effort that comes without a word on thinking lets only Claude decide whether to think: other
/// models know the effort too, and refuse Anthropic's field.
pub(super) fn of<'a>(
    request: &'a Request,
    model: Model,
    claude: bool,
    dropped: &mut Vec<String>,
) -> Result<Reasoning<'a>, Invalid> {
    let mut written = request::reasoning(request, request.max_output_tokens, model, claude, dropped)?;
    if written.effort.is_some_and(|effort| effort.len() > EFFORT) {
        written.effort = None;
        dropped.push("reasoning.effort".to_owned());
    }
    Ok(written)
}
