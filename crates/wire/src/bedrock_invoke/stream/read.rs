//! Frames in, events out.

use super::{chunk, note};
use crate::anthropic;
use crate::bedrock;
use crate::chat::Event;
use crate::frame::event_stream::{Frame, Kind};
use crate::json::Invalid;

/// Reads the stream of a Claude.
#[derive(Debug, Default)]
pub struct Reader {
    inner: anthropic::stream::Reader,
    /// Nothing follows the end or an error.
    ended: bool,
}

impl Reader {
    /// Reads one frame and appends what it says to `out`.
    pub fn read(&mut self, frame: &Frame, out: &mut Vec<Event>) -> Result<(), Invalid> {
        if self.ended {
            return Ok(());
        }
        match frame.kind() {
            Kind::Exception(_) | Kind::Error { .. } => out.push(Event::Error(bedrock::error::read_frame(frame))),
            Kind::Event(_) | Kind::Unknown => {
                if let Some(event) = chunk::open(frame) {
                    self.inner.read(&note::as_sse(&event), out)?;
                }
            }
        }
        self.ended = matches!(out.last(), Some(Event::End | Event::Error(_)));
        Ok(())
    }
}
