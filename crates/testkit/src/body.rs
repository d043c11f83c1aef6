//! A response body that takes its time, breaks off and keeps the log.

use std::fmt;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::Sleep;

use crate::faults::{Step, Steps};
use crate::log::Ticket;
use crate::served::State;

/// Steps to take, one after the other, and the record to keep of them.
pub(crate) struct Delivery {
    steps: Steps,
    waiting: Option<Pin<Box<Sleep>>>,
    /// The record to keep; routes that serve the test itself have none.
    ticket: Option<Ticket>,
    /// What it means that all was sent.
    ending: State,
}

/// The server closes the connection when a body fails with this.
#[derive(Debug)]
pub(crate) struct HungUp;

impl Delivery {
    pub(crate) fn new(steps: Steps, ticket: Option<Ticket>, ending: State) -> Self {
        let mut delivery = Self { steps, waiting: None, ticket, ending };
        delivery.end_if_done();
        delivery
    }

    /// With the last byte given away the server may never ask again, so the end is noted at once.
    fn end_if_done(&mut self) {
        if self.steps.queue.iter().all(|step| matches!(step, Step::Flush)) {
            self.end(self.ending);
        }
    }

    fn end(&mut self, state: State) {
        if let Some(ticket) = &mut self.ticket {
            ticket.end(state);
        }
    }
}

impl Body for Delivery {
    type Data = Bytes;
    type Error = HungUp;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HungUp>>> {
        loop {
            if let Some(sleep) = &mut self.waiting {
                ready!(sleep.as_mut().poll(cx));
                self.waiting = None;
            }
            match self.steps.queue.pop_front() {
                Some(Step::Wait(time)) => self.waiting = Some(Box::pin(tokio::time::sleep(time))),
                Some(Step::Flush) => {
                    // the server flushes when a body has nothing ready
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Some(Step::Data(bytes, told)) => {
                    if let Some(ticket) = &self.ticket {
                        ticket.sent(bytes.len(), told);
                    }
                    self.end_if_done();
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Some(Step::Stall) => {
                    self.steps.queue.push_front(Step::Stall);
                    return Poll::Pending;
                }
                Some(Step::Cut) => {
                    self.end(State::Cut);
                    return Poll::Ready(Some(Err(HungUp)));
                }
                None => {
                    self.end_if_done();
                    return Poll::Ready(None);
                }
            }
        }
    }
}

impl fmt::Display for HungUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the script closes the connection here")
    }
}

impl std::error::Error for HungUp {}
