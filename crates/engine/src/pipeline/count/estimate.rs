//! The tokens of a conversation where no provider counts them. Text is four bytes a token, as everywhere in the gateway; what
//! is no text counts at what it usually costs. Nothing is charged by this.

use wire::chat::{
    Guarded, Media, MediaSource, Message, OutputFormat, Part, Request, SearchOutcome, Thinking, Tool, ToolKind,
};

use super::super::settle::estimate;

/// What a message costs beside its content, and a tool beside its words.
const MESSAGE: u64 = 4;
const TOOL: u64 = 8;
/// An image at the size to which providers shrink larger ones (Anthropic's documentation of vision: about 1,600).
const IMAGE: u64 = 1_600;
/// A page of a document that is seen as well as read, the least that a document is, and any that stands elsewhere.
const PAGE: u64 = 2_000;
/// Bytes of a file that is no text, by token: a page of text and pictures is some ten thousand bytes.
const FILE_BYTES: usize = 16;
/// Bytes of sound or film by token: a second is some tens of tokens and some thousands of bytes.
const RECORDED_BYTES: usize = 256;

/// About how many tokens `request` is; at least one.
pub(in super::super) fn tokens(request: &Request) -> u64 {
    let messages = request.messages.iter().map(message);
    let tools = request.tools.iter().map(tool);
    let output = match &request.output {
        OutputFormat::Text | OutputFormat::JsonObject => 0,
        OutputFormat::JsonSchema { schema, .. } => estimate(schema.get().len()),
    };
    messages.chain(tools).fold(output, u64::saturating_add).max(1)
}

fn message(message: &Message) -> u64 {
    let name = estimate(message.name.as_deref().map_or(0, str::len));
    parts(&message.parts).saturating_add(MESSAGE + name)
}

fn tool(tool: &Tool) -> u64 {
    let description = tool.description.as_deref().map_or(0, str::len);
    let schema = tool.schema.as_ref().map_or(0, |schema| schema.get().len());
    let grammar = match &tool.kind {
        ToolKind::Function => 0,
        ToolKind::Custom { format: wire::chat::CustomFormat::Text } => 0,
        ToolKind::Custom { format: wire::chat::CustomFormat::Grammar { definition, .. } } => definition.len(),
    };
    TOOL + estimate(tool.name.len() + description + schema + grammar)
}

fn parts(parts: &[Part]) -> u64 {
    parts.iter().map(part).fold(0, u64::saturating_add)
}

fn part(part: &Part) -> u64 {
    match part {
        Part::Text { text, .. } | Part::Refusal { text } | Part::Guarded(Guarded::Text { text, .. }) => {
            estimate(text.len())
        }
        Part::Thinking(Thinking::Plain { text, .. }) => estimate(text.len()),
        // of what only the provider can read, its size is all that is known
        Part::Thinking(
            Thinking::Redacted { data } | Thinking::Sealed { data, .. } | Thinking::Bound { proof: data, .. },
        ) => estimate(decoded(data)),
        Part::Image { .. } | Part::Guarded(Guarded::Image { .. }) => IMAGE,
        Part::Document { media, context, .. } => {
            document(media).saturating_add(estimate(context.as_deref().map_or(0, str::len)))
        }
        Part::Audio { media } | Part::Video { media } => match &media.source {
            MediaSource::Base64 { data, .. } => tokens_of(decoded(data), RECORDED_BYTES),
            _ => PAGE,
        },
        Part::SearchResult(found) => {
            let texts = found.texts.iter().map(String::len).sum::<usize>();
            estimate(found.source.len() + found.title.len() + texts)
        }
        Part::Json(json) => estimate(json.get().len()),
        Part::ToolCall(call) => MESSAGE + estimate(call.name.len() + call.arguments.len()),
        Part::ToolResult(result) => parts(&result.parts).saturating_add(MESSAGE),
        Part::WebSearch(search) => {
            let pages = match &search.outcome {
                Some(SearchOutcome::Found(pages)) => pages.as_slice(),
                Some(SearchOutcome::Failed(_)) | None => &[],
            };
            let texts = pages.iter().map(|page| page.encrypted.as_deref().map_or(page.url.len(), decoded));
            estimate(search.query.as_deref().map_or(0, str::len) + texts.sum::<usize>())
        }
    }
}

fn document(media: &Media) -> u64 {
    match &media.source {
        MediaSource::Text(text) => estimate(text.len()),
        MediaSource::Texts(texts) => estimate(texts.iter().map(String::len).sum()),
        MediaSource::Base64 { media_type, data } if media_type.starts_with("text/") => estimate(decoded(data)),
        MediaSource::Base64 { data, .. } => tokens_of(decoded(data), FILE_BYTES).max(PAGE),
        MediaSource::Url(_) | MediaSource::FileId(_) | MediaSource::S3 { .. } => PAGE,
    }
}

/// The bytes that Base64 of this text stands for.
fn decoded(data: &str) -> usize {
    data.len() / 4 * 3
}

fn tokens_of(bytes: usize, by: usize) -> u64 {
    u64::try_from(bytes.div_ceil(by)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::chat::{Role, ToolCall, ToolResult};

    fn media(media_type: &str, bytes: usize) -> Media {
        let source = MediaSource::Base64 { media_type: media_type.to_owned(), data: "A".repeat(bytes / 3 * 4) };
        Media { source, detail: None, name: None }
    }

    #[test]
    fn every_part_counts_at_what_it_is() {
        let result = |parts| Part::ToolResult(ToolResult { call_id: "c".into(), parts, is_error: false, cache: None });
        for (part, expected) in [
            (Part::text("x".repeat(40)), 10),
            (Part::text("x"), 1),
            (Part::text(""), 0),
            (Part::Image { media: media("image/png", 3_000_000), cache: None }, IMAGE),
            (Part::document(media("text/plain", 3_000), None), 750),
            (Part::document(media("application/pdf", 3_000), None), PAGE),
            (Part::document(media("application/pdf", 96_000), None), 6_000),
            (Part::Audio { media: media("audio/wav", 25_599) }, 100),
            (Part::ToolCall(ToolCall::new("c", "look", r#"{"at":"x"}"#)), MESSAGE + 4),
            (result(vec![Part::text("x".repeat(40)), Part::text("x")]), MESSAGE + 11),
        ] {
            let request = Request { messages: vec![Message::new(Role::User, vec![part])], ..Request::default() };
            assert_eq!(tokens(&request), expected + MESSAGE, "{request:?}");
        }
        assert_eq!(tokens(&Request::default()), 1);
        let tool = Tool { name: "look".into(), description: Some("x".repeat(12)), ..Tool::default() };
        assert_eq!(tokens(&Request { tools: vec![tool], ..Request::default() }), TOOL + 4);
    }
}
