//! `GET /spend/export`: the ledger as a table, in CSV or as FOCUS has it. Rows go out as they are read, so that an export may
//! be as long as the ledger is.

mod cell;
mod csv;
mod focus;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt as _};
use http::header;
use store::Scope;
use store::ledger::{self, Adjustment, LedgerFilter, Place, Told};

use super::logs::caught_up;
use super::seen;
use crate::app::App;
use crate::http::error::ApiError;
use crate::manage::operator::Operator;
use crate::manage::params::Params;
use crate::openapi::ErrorBody;

/// Rows that are read at once.
const A_PIECE: u32 = 500;

/// How attempts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Focus,
}

/// Exports attempts and what was corrected of them, the oldest first.
#[utoipa::path(
    get, path = "/spend/export", tag = "spend",
    params(
        ("format" = Option<String>, Query, description = "csv (unless given) or focus: FOCUS 1.2, as CSV"),
        ("start_date" = String, Query, description = "A day or a time, UTC unless it says else"),
        ("end_date" = String, Query, description = "The same; the day is included"),
        ("api_key" = Option<String>, Query, description = "The key or its hash"),
        ("user_id" = Option<String>, Query),
        ("team_id" = Option<String>, Query),
        ("organization_id" = Option<String>, Query),
        ("end_user" = Option<String>, Query),
        ("tags" = Option<String>, Query, description = "Calls with one of these: tags with commas between them"),
    ),
    responses(
        (status = 200, content_type = "text/csv", body = String),
        (status = "4XX", body = ErrorBody),
    ),
)]
pub(crate) async fn export_spend(
    State(app): State<App>,
    operator: Operator,
    mut params: Params,
) -> Result<Response, ApiError> {
    let format = match params.text("format")?.as_deref() {
        None | Some("csv") => Format::Csv,
        Some("focus") => Format::Focus,
        Some(_) => return Err(ApiError::invalid("format", "must be csv or focus")),
    };
    let mut filter = seen::days(&mut params)?;
    seen::of_key(&app, &mut params, &mut filter)?;
    let filter = LedgerFilter {
        user_id: params.text("user_id")?,
        team_id: params.text("team_id")?,
        organization_id: params.text("organization_id")?,
        customer_id: params.text("end_user")?,
        tags: params.names("tags")?,
        ..filter
    };
    params.refuse_rest(&[])?;
    let scope = seen::scope(&app, &operator).await?;
    caught_up(app.engine()).await;
    let mut export = Export { app, scope, filter, format, place: None };
    // what cannot be read at all is an error, not half a table
    let first = export.piece().await?;
    let name = match format {
        Format::Csv => "attachment; filename=\"spend.csv\"",
        Format::Focus => "attachment; filename=\"spend-focus.csv\"",
    };
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(export.stream(first))).into_response())
}

/// An export under way.
struct Export {
    app: App,
    scope: Scope,
    filter: LedgerFilter,
    format: Format,
    place: Option<Place>,
}

impl Export {
    /// The next rows; none at the end.
    async fn piece(&mut self) -> Result<Option<String>, ApiError> {
        let db = &self.app.engine().db;
        let told = ledger::walk(db, &self.scope, &self.filter, self.place.as_ref(), A_PIECE).await?;
        let is_first = self.place.is_none();
        let mut text = if is_first { self.format.header() } else { String::new() };
        if let Some(last) = told.last() {
            self.place = Some(last.place());
        } else if !is_first {
            return Ok(None);
        }
        let adjusted = told.iter().filter(|told| told.adjustments > 0).map(|told| told.row.request_id.as_str());
        let adjustments = match self.format {
            Format::Csv => Vec::new(),
            Format::Focus => ledger::adjustments(db, &adjusted.collect::<Vec<_>>()).await?,
        };
        for told in &told {
            let (id, attempt) = (&told.row.request_id, told.row.attempt);
            let of_this = adjustments.iter().filter(|one| one.request_id == *id && one.attempt == attempt);
            self.format.write(&mut text, told, of_this);
        }
        Ok(Some(text))
    }

    fn stream(self, first: Option<String>) -> impl Stream<Item = Result<Bytes, Broken>> {
        let is_over = self.place.is_none();
        let rest = stream::unfold((self, is_over), async |(mut export, is_over)| {
            if is_over {
                return None;
            }
            match export.piece().await {
                Ok(Some(text)) => Some((Ok(Bytes::from(text)), (export, false))),
                Ok(None) => None,
                Err(_) => {
                    tracing::error!("an export ended before its end: the ledger could not be read on");
                    Some((Err(Broken), (export, true)))
                }
            }
        });
        let first = stream::iter(first.map(|text| Ok(Bytes::from(text))));
        first.chain(rest)
    }
}

/// The connection is cut, so that nobody takes half an export for a whole one.
#[derive(Debug, thiserror::Error)]
#[error("the ledger could not be read on")]
struct Broken;

impl Format {
    fn header(self) -> String {
        match self {
            Self::Csv => csv::header(),
            Self::Focus => focus::header(),
        }
    }

    fn write<'a>(self, text: &mut String, told: &Told, adjustments: impl Iterator<Item = &'a Adjustment>) {
        match self {
            Self::Csv => csv::write(text, told),
            Self::Focus => focus::write(text, told, adjustments),
        }
    }
}
