//! `POST /team/block`: all keys of a team are refused from now on.

use axum::Json;
use axum::extract::State;
use serde_json::value::RawValue;
use store::teams::TeamRow;
use store::{BLOCKED, UNBLOCKED};
use utoipa::ToSchema;

use super::judge;
use super::update::WhichTeam;
use super::view::TeamView;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::extract::JsonBody;
use crate::manage::blocked;
use crate::manage::body::{Fields, ORGANIZATIONS};
use crate::manage::fields::EndCalls;
use crate::manage::operator::Operator;
use crate::openapi::ErrorBody;

/// Only described here: its groups are read one by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the description of the body")]
pub(crate) struct BlockTeamRequest {
    #[serde(flatten)]
    which: WhichTeam,
    #[serde(flatten)]
    end: EndCalls,
}

/// Blocks a team.
#[utoipa::path(
    post, path = "/team/block", tag = "teams", request_body = BlockTeamRequest,
    params(("litellm-changed-by" = Option<String>, Header, description = "On whose behalf, for the audit trail")),
    responses((status = 200, body = TeamView), (status = "4XX", body = ErrorBody)),
)]
pub(crate) async fn block_team(
    State(app): State<App>,
    operator: Operator,
    JsonBody(body): JsonBody<Box<RawValue>>,
) -> Result<Json<TeamView>, ApiError> {
    set_blocked(&app, &operator, &body, true).await.map(Json)
}

/// What blocking and unblocking have in common.
pub(super) async fn set_blocked(
    app: &App,
    operator: &Operator,
    body: &RawValue,
    blocked: bool,
) -> Result<TeamView, ApiError> {
    let mut fields = Fields::open(body)?;
    let WhichTeam { team_id } = fields.take()?;
    let end_calls = blocked && fields.take::<EndCalls>()?.end_calls;
    fields.ignore(ORGANIZATIONS);
    fields.close(&[])?;
    let mut change = operator.begin(app).await?;
    let (before, standing) = judge::led(operator, &mut change, &team_id.0).await?;
    let from = blocked::judge(standing, (before.blocked, before.settings.blocked_from), Some(blocked))?;
    let mut after = TeamRow { blocked, stamps: before.stamps.updated(&operator.actor), ..before.clone() };
    after.settings.blocked_from = from;
    change.update(if blocked { BLOCKED } else { UNBLOCKED }, &before, &after).await?;
    if end_calls {
        change.end_calls(&after).await?;
    }
    app.commit(change).await?;
    Ok(TeamView::read(app, after).await?)
}
