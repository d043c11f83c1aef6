//! An answer to a client that asked for a stream and not for server-sent events: a JSON list, written as the events come.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt as _, Limited};
use wire::Dialect;
use wire::gemini::array::Array;

/// The most bytes of an error; the gateway writes them itself or has read them under a bound.
const LONGEST_ERROR: usize = 4 << 20;

/// The list of a stream's events, or of the one error that came instead.
pub(super) async fn of(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(Array::content_type()));
    if head.status == StatusCode::OK {
        let array = Some(Array::new(Dialect::Gemini.framing().max_frame()));
        return Response::from_parts(head, Body::new(List { events: body, array }));
    }
    match Limited::new(body, LONGEST_ERROR).collect().await {
        Ok(error) => Response::from_parts(head, Body::from([b"[", error.to_bytes().as_ref(), b"]"].concat())),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Dropping it drops the events, which tells the exchange that the client has left.
struct List {
    events: Body,
    /// `None` when the list has ended.
    array: Option<Array>,
}

impl http_body::Body for List {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        loop {
            let Some(mut array) = self.array.take() else { return Poll::Ready(None) };
            let polled = Pin::new(&mut self.events).poll_frame(cx);
            let Poll::Ready(frame) = polled else {
                self.array = Some(array);
                return Poll::Pending;
            };
            let mut out = Vec::new();
            let piece = frame.transpose()?.and_then(|frame| frame.into_data().ok());
            match piece.map(|piece| array.push(&piece, &mut out)) {
                Some(Ok(())) => self.array = Some(array),
                // the end, or an event that no stream of ours has
                Some(Err(_)) | None => array.finish(&mut out),
            }
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(out.into()))));
            }
        }
    }
}
