//! What is said now.

use super::super::Row;

/// A block behind a text of the user's.
macro_rules! block {
    ($block:literal) => {
        concat!(r#"{"messages":[{"role":"user","content":[{"text":"hi"},"#, $block, r#"]}]}"#)
    };
}

const HO: &str = block!(r#"{"text":"ho"}"#);
const MARKED: &str = block!(r#"{"text":"ho"},{"cachePoint":{"type":"default"}}"#);
const IMAGE: &str = block!(r#"{"image":{"format":"png","source":{"bytes":"UE5HIQ=="}}}"#);
const PLAIN: &str = block!(r#"{"document":{"format":"txt","name":"bericht","source":{"text":"akte"}}}"#);
const PDF: &str = block!(r#"{"document":{"format":"pdf","name":"bericht","source":{"bytes":"UERGIQ=="}}}"#);
const FOUND: &str =
    block!(r#"{"searchResult":{"source":"https://quelle.example","title":"Quelle","content":[{"text":"es regnet"}]}}"#);
const GUARDED: &str = block!(r#"{"guardContent":{"text":{"text":"ho ho"}}}"#);

pub(super) const ROWS: &[Row] = &[
    Row::new(
        "role `system` behind a turn",
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"system","content":[{"text":"kurz"}]},{"role":"user","content":[{"text":"ho"}]}]}"#,
        "kurz",
    )
    .without(r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"user","content":[{"text":"ho"}]}]}"#),
    Row::new(
        "role `assistant`",
        r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":[{"text":"moin"}]},{"role":"user","content":[{"text":"ho"}]}]}"#,
        "moin",
    )
    .without(r#"{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"user","content":[{"text":"ho"}]}]}"#),
    Row::new("`text`", block!(r#"{"text":"ho ho"}"#), "ho ho"),
    Row::new("`cachePoint`", MARKED, "").without(HO),
    Row::new("`cachePoint` with `ttl` `1h`", block!(r#"{"text":"ho"},{"cachePoint":{"type":"default","ttl":"1h"}}"#), "").without(MARKED),
    Row::new("`cachePoint` behind nothing that bears one", block!(r#"{"guardContent":{"text":{"text":"ho ho"}}},{"cachePoint":{"type":"default"}}"#), "").without(GUARDED),
    Row::new("`image` with `bytes`", IMAGE, "UE5HIQ=="),
    Row::new("`image` with `s3Location`", block!(r#"{"image":{"format":"png","source":{"s3Location":{"uri":"s3://eimer/a.png"}}}}"#), "s3://eimer"),
    Row::new("`error` of an image", block!(r#"{"image":{"format":"png","source":{"bytes":"UE5HIQ=="},"error":{"message":"kaputt"}}}"#), "kaputt").without(IMAGE),
    Row::new("`document` with `bytes`", PDF, "UERGIQ=="),
    Row::new("`document` with `s3Location`", block!(r#"{"document":{"format":"pdf","name":"bericht","source":{"s3Location":{"uri":"s3://eimer/a.pdf"}}}}"#), "s3://eimer"),
    Row::new("`document` with `text`", PLAIN, "akte"),
    Row::new("`document` with `content`", block!(r#"{"document":{"format":"txt","name":"bericht","source":{"content":[{"text":"erstes"},{"text":"zweites"}]}}}"#), "zweites"),
    Row::new("`name` of a document", block!(r#"{"document":{"format":"pdf","name":"anders","source":{"bytes":"UERGIQ=="}}}"#), "anders").without(PDF),
    Row::new("`context` of a document", block!(r#"{"document":{"format":"txt","name":"bericht","source":{"text":"akte"},"context":"vom amt"}}"#), "vom amt").without(PLAIN),
    Row::new("`citations.enabled` of a document", block!(r#"{"document":{"format":"txt","name":"bericht","source":{"text":"akte"},"citations":{"enabled":true}}}"#), "")
        .without(PLAIN)
        .needless("Cohere cites documents of text unless it is told not to"),
    Row::new("`video` with `bytes`", block!(r#"{"video":{"format":"mp4","source":{"bytes":"TVA0IQ=="}}}"#), "TVA0IQ=="),
    Row::new("`video` with `s3Location`", block!(r#"{"video":{"format":"mp4","source":{"s3Location":{"uri":"s3://eimer/a.mp4"}}}}"#), "s3://eimer"),
    Row::new("`audio` with `bytes`", block!(r#"{"audio":{"format":"wav","source":{"bytes":"V0FWIQ=="}}}"#), "V0FWIQ=="),
    Row::new("`searchResult`", FOUND, "es regnet"),
    Row::new(
        "`citations.enabled` of a search result",
        block!(r#"{"searchResult":{"source":"https://quelle.example","title":"Quelle","content":[{"text":"es regnet"}],"citations":{"enabled":true}}}"#),
        "",
    )
    .without(FOUND)
    .needless("Cohere cites what was found unless it is told not to"),
    Row::new("`guardContent` `text`", GUARDED, "ho ho"),
    Row::new("its `qualifiers`", block!(r#"{"guardContent":{"text":{"text":"ho ho","qualifiers":["query"]}}}"#), "").without(GUARDED),
    Row::new("`guardContent` `image`", block!(r#"{"guardContent":{"image":{"format":"png","source":{"bytes":"UE5HIQ=="}}}}"#), "UE5HIQ=="),
    Row::new("`toolAddition`", block!(r#"{"toolAddition":{"tool":{"type":"tool","name":"zeit"}}}"#), "zeit"),
    Row::new("`toolRemoval`", block!(r#"{"toolRemoval":{"tool":{"type":"tool","name":"zeit"}}}"#), "zeit"),
];
