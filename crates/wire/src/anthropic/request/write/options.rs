//! `output_config`.

use serde::Serialize;

use crate::json::Raw;

#[derive(Serialize)]
pub(super) struct OutputConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format<'a>>,
}

#[derive(Serialize)]
struct Format<'a> {
    r#type: &'static str,
    schema: &'a Raw,
}

impl<'a> OutputConfig<'a> {
    pub(super) fn of(effort: Option<&'a str>, schema: Option<&'a Raw>) -> Option<Self> {
        let format = schema.map(|schema| Format { r#type: "json_schema", schema });
        (effort.is_some() || format.is_some()).then_some(Self { effort, format })
    }
}
