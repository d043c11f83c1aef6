//! Tools, and the choice among them.

use super::super::Row;

macro_rules! tools {
    ($tools:literal) => {
        concat!(r#"{"tools":["#, $tools, r#"]}"#)
    };
}

/// Something beside the name of a function.
macro_rules! function {
    ($beside:literal) => {
        concat!(
            r#"{"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object"}"#,
            $beside,
            "}]}]}"
        )
    };
}

macro_rules! calling {
    ($config:literal) => {
        concat!(
            r#"{"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object"}},{"name":"zeit","parametersJsonSchema":{"type":"object"}}]}],"toolConfig":{"functionCallingConfig":{"#,
            $config,
            "}}}"
        )
    };
}

const FUNCTION: &str = function!("");
const TWO: &str = r#"{"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object"}},{"name":"zeit","parametersJsonSchema":{"type":"object"}}]}]}"#;
const SEARCH: &str = tools!(r#"{"googleSearch":{}}"#);

/// Something of a function.
const fn of_function(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(FUNCTION)
}

/// Something of a search.
const fn of_search(field: &'static str, with: &'static str, mark: &'static str) -> Row {
    Row::new(field, with, mark).without(SEARCH)
}

/// A choice among two functions.
const fn chosen(field: &'static str, with: &'static str) -> Row {
    Row::new(field, with, "").without(TWO)
}

pub(super) const ROWS: &[Row] = &[
    Row::new("`functionDeclarations` with `parametersJsonSchema`", FUNCTION, "wetter"),
    Row::new(
        "`functionDeclarations` with `parameters`",
        tools!(r#"{"functionDeclarations":[{"name":"wetter","parameters":{"type":"OBJECT","properties":{"marke":{"type":"STRING"}}}}]}"#),
        "marke",
    ),
    of_function("`description`", function!(r#","description":"sagt es""#), "sagt es"),
    of_function("`response`, `responseJsonSchema`", function!(r#","responseJsonSchema":{"type":"string"}"#), "")
        .needless("it describes what a function gives, which its result shows"),
    of_function("`behavior` `NON_BLOCKING`", function!(r#","behavior":"NON_BLOCKING""#), ""),
    of_function("`behavior` `BLOCKING`", function!(r#","behavior":"BLOCKING""#), "")
        .needless("the model waits for a result, as it does for any tool's"),
    Row::new("a name that does not fit", tools!(r#"{"functionDeclarations":[{"name":"wetter.heute","parametersJsonSchema":{"type":"object"}}]}"#), "wetter"),
    Row::new("`googleSearch`", SEARCH, ""),
    of_search("`excludeDomains`", tools!(r#"{"googleSearch":{"excludeDomains":["nein.example"]}}"#), "nein.example"),
    of_search("`timeRangeFilter`", tools!(r#"{"googleSearch":{"timeRangeFilter":{"startTime":"2026-01-01T00:00:00Z","endTime":"2026-02-01T00:00:00Z"}}}"#), "2026-01-01"),
    of_search("`blockingConfidence`", tools!(r#"{"googleSearch":{"blockingConfidence":"BLOCK_LOW_AND_ABOVE"}}"#), ""),
    of_search("`searchTypes`", tools!(r#"{"googleSearch":{"searchTypes":{"imageSearch":{}}}}"#), ""),
    Row::new("`googleSearchRetrieval`", tools!(r#"{"googleSearchRetrieval":{}}"#), ""),
    Row::new("`googleMaps`", tools!(r#"{"googleMaps":{}}"#), ""),
    Row::new("`exaAiSearch`", tools!(r#"{"exaAiSearch":{}}"#), ""),
    Row::new("`parallelAiSearch`", tools!(r#"{"parallelAiSearch":{}}"#), ""),
    Row::new("`enterpriseWebSearch`", tools!(r#"{"enterpriseWebSearch":{}}"#), ""),
    Row::new("`urlContext`", tools!(r#"{"urlContext":{}}"#), ""),
    Row::new("`codeExecution`", tools!(r#"{"codeExecution":{}}"#), ""),
    Row::new("`fileSearch`", tools!(r#"{"fileSearch":{"fileSearchStoreNames":["fileSearchStores/37"]}}"#), "fileSearchStores"),
    Row::new("`computerUse`", tools!(r#"{"computerUse":{"environment":"ENVIRONMENT_BROWSER"}}"#), ""),
    Row::new("`retrieval`", tools!(r#"{"retrieval":{"vertexAiSearch":{"datastore":"marke"}}}"#), "marke"),
    Row::new("`mcpServers`", tools!(r#"{"mcpServers":[{"name":"s","streamableHttpTransport":{"url":"https://mcp.example"}}]}"#), "mcp.example"),
    chosen("mode `AUTO`", calling!(r#""mode":"AUTO""#)).needless("the model chooses, as without it"),
    chosen("mode `ANY`", calling!(r#""mode":"ANY""#)),
    chosen("mode `ANY` with one of `allowedFunctionNames`", calling!(r#""mode":"ANY","allowedFunctionNames":["zeit"]"#)),
    chosen("mode `ANY` with several", calling!(r#""mode":"ANY","allowedFunctionNames":["zeit","wetter"]"#)),
    chosen("mode `NONE`", calling!(r#""mode":"NONE""#)),
    Row::new("mode `VALIDATED`", r#"{"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false}}]}],"toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"}}}"#, "")
        .without(r#"{"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"],"additionalProperties":false}}]}],"toolConfig":{"functionCallingConfig":{"mode":"AUTO"}}}"#),
    Row::new("mode `VALIDATED` with a schema that leaves something open", r#"{"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"]}}]}],"toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"}}}"#, "")
        .without(r#"{"tools":[{"functionDeclarations":[{"name":"wetter","parametersJsonSchema":{"type":"object","properties":{"ort":{"type":"string"}},"required":["ort"]}}]}],"toolConfig":{"functionCallingConfig":{"mode":"AUTO"}}}"#),
    Row::new("`streamFunctionCallArguments`", calling!(r#""mode":"ANY","streamFunctionCallArguments":true"#), "")
        .without(calling!(r#""mode":"ANY""#))
        .needless("it asks for arguments in pieces, in a form of Google's own; whole ones say the same"),
    Row::new("`retrievalConfig`", r#"{"tools":[{"googleSearch":{}}],"toolConfig":{"retrievalConfig":{"latLng":{"latitude":48.375,"longitude":9.99}}}}"#, "48.375")
        .without(SEARCH),
    Row::new("`includeServerSideToolInvocations`", r#"{"tools":[{"googleSearch":{}}],"toolConfig":{"includeServerSideToolInvocations":true}}"#, "")
        .without(SEARCH),
];
