//! Where a body ends, so that the next head is found.

use super::Refusal;
use super::head::{Body, Head};

/// Bytes of chunk extensions and trailers together that one body may have. Both are ignored.
const MOST_EXTRAS: usize = 4 << 10;
/// As many digits as a size in 64 bits has.
const MOST_DIGITS: u8 = 16;

/// Follows a connection's bytes from request to request.
#[derive(Debug)]
pub(super) struct Framing {
    at: Part,
    /// Heads that passed.
    pub(super) heads: u64,
}

#[derive(Debug)]
enum Part {
    Head(Head),
    Length(u64),
    Chunked(Chunked),
    Over(Over),
}

/// Why no further byte is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The head that comes next is refused.
    Refused(Refusal),
    /// The body is not what its framing says: where it ends, nobody can tell.
    Lost,
}

impl Default for Framing {
    fn default() -> Self {
        Self { at: Part::Head(Head::default()), heads: 0 }
    }
}

impl Framing {
    /// How many of `bytes` may be passed on; they begin with the first that was not. The others are part of a head that is not
    /// complete, or it is [`Framing::over`].
    pub(super) fn follow(&mut self, bytes: &[u8]) -> usize {
        let mut passed = 0;
        loop {
            let rest = bytes.get(passed..).unwrap_or_default();
            self.at = match &mut self.at {
                Part::Length(left) if *left > 0 => {
                    if rest.is_empty() {
                        return passed;
                    }
                    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    passed += taken;
                    Part::Length(*left - taken as u64)
                }
                Part::Length(_) => Part::Head(Head::default()),
                Part::Head(head) => match head.judge(rest) {
                    Ok(None) => return passed,
                    Ok(Some((length, body))) => {
                        passed += length;
                        self.heads += 1;
                        match body {
                            Body::Length(length) => Part::Length(length),
                            Body::Chunked => Part::Chunked(Chunked::default()),
                        }
                    }
                    Err(refusal) => Part::Over(Over::Refused(refusal)),
                },
                Part::Chunked(chunked) => match chunked.follow(rest) {
                    Followed::More => return bytes.len(),
                    Followed::Ended(length) => {
                        passed += length;
                        Part::Head(Head::default())
                    }
                    Followed::Lost(length) => {
                        passed += length;
                        Part::Over(Over::Lost)
                    }
                },
                Part::Over(_) => return passed,
            };
        }
    }

    pub(super) fn over(&self) -> Option<Over> {
        match &self.at {
            Part::Over(over) => Some(*over),
            _ => None,
        }
    }

    /// Whether the client may still be sending what nobody will read.
    pub(super) fn is_unfinished(&self) -> bool {
        !matches!(self.at, Part::Head(_) | Part::Length(0))
    }
}

/// A chunked body. It may take for well-formed what hyper refuses, which ends the connection, never the other way round.
#[derive(Debug, Default)]
struct Chunked {
    at: Place,
    left: u64,
    digits: u8,
    extras: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Size,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    LineStart,
    Line,
    LineLf,
    EndLf,
}

enum Followed {
    More,
    /// Behind so many bytes.
    Ended(usize),
    /// At the byte behind so many.
    Lost(usize),
}

impl Chunked {
    fn follow(&mut self, bytes: &[u8]) -> Followed {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.at == Place::Data {
                let taken = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len() - at);
                at += taken;
                self.left -= taken as u64;
                if self.left == 0 {
                    self.at = Place::DataCr;
                }
                continue;
            }
            if self.at == Place::EndLf && *byte == b'\n' {
                return Followed::Ended(at + 1);
            }
            let Some(next) = self.step(*byte) else { return Followed::Lost(at) };
            self.at = next;
            at += 1;
        }
        Followed::More
    }

    /// Where the byte leads, if it may stand here.
    fn step(&mut self, byte: u8) -> Option<Place> {
        match (self.at, byte) {
            (Place::Size, b'\r') if self.digits > 0 => Some(Place::SizeLf),
            (Place::Size, b';' | b' ' | b'\t') if self.digits > 0 => self.extra(Place::Extension),
            (Place::Size, digit) => {
                let value = char::from(digit).to_digit(16)?;
                self.digits += 1;
                self.left = self.left << 4 | u64::from(value);
                (self.digits <= MOST_DIGITS).then_some(Place::Size)
            }
            (Place::Extension, b'\r') => Some(Place::SizeLf),
            (Place::SizeLf, b'\n') => Some(if self.left == 0 { Place::LineStart } else { Place::Data }),
            (Place::DataCr, b'\r') => Some(Place::DataLf),
            (Place::DataLf, b'\n') => {
                self.digits = 0;
                Some(Place::Size)
            }
            (Place::LineStart, b'\r') => Some(Place::EndLf),
            (Place::Line, b'\r') => Some(Place::LineLf),
            (Place::LineLf, b'\n') => Some(Place::LineStart),
            (Place::Extension | Place::LineStart | Place::Line, b'\n') => None,
            (Place::Extension, _) => self.extra(Place::Extension),
            (Place::LineStart | Place::Line, _) => self.extra(Place::Line),
            _ => None,
        }
    }

    fn extra(&mut self, next: Place) -> Option<Place> {
        self.extras += 1;
        (self.extras <= MOST_EXTRAS).then_some(next)
    }
}
