//! The head of an HTTP/1 request, judged line by line as its bytes come.
//!
//! hyper has forgotten some of it by the time a handler is called (a Content-Length beside a Transfer-Encoding, a line that
//! ended in a bare LF), and the rest it refuses without a word. What passes here is read in one way by everybody.

use super::{LONGEST_HEAD, LONGEST_TARGET, MOST_HEADERS, Refusal};

/// What a head says about the body behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes; zero where nothing is said.
    Length(u64),
    Chunked,
}

/// A head of which some lines were judged.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Where the first line begins that was not judged.
    line: usize,
    /// Up to where that line's end was looked for.
    searched: usize,
    headers: usize,
    asked: Option<Version>,
    host: bool,
    length: Option<u64>,
    chunked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    Http10,
    Http11,
}

impl Head {
    /// Judges the lines of `bytes` that are complete; `bytes` begins where the head does, at each call. `None` while the blank
    /// line is missing, else the length of the head and its body. The verdict does not depend on how the bytes were cut.
    pub(super) fn judge(&mut self, bytes: &[u8]) -> Result<Option<(usize, Body)>, Refusal> {
        while let Some(found) = memchr::memchr(b'\n', bytes.get(self.searched..).unwrap_or_default()) {
            let end = self.searched + found;
            if end >= LONGEST_HEAD {
                return Err(Refusal::HeadTooLong);
            }
            let line = bytes.get(self.line..end).unwrap_or_default();
            let line = line.strip_suffix(b"\r").ok_or(Refusal::BareLineFeed)?;
            (self.line, self.searched) = (end + 1, end + 1);
            match (line, self.asked) {
                // empty lines in front of a request are allowed (RFC 9112, 2.2)
                ([], None) => {}
                ([], Some(version)) => return self.end(version).map(|body| Some((end + 1, body))),
                (line, None) => self.asked = Some(request_line(line)?),
                (line, Some(version)) => self.header(line, version)?,
            }
        }
        self.searched = bytes.len();
        if bytes.len() >= LONGEST_HEAD { Err(Refusal::HeadTooLong) } else { Ok(None) }
    }

    fn header(&mut self, line: &[u8], version: Version) -> Result<(), Refusal> {
        self.headers += 1;
        if self.headers > MOST_HEADERS {
            return Err(Refusal::TooManyHeaders);
        }
        if has_control(line) {
            return Err(Refusal::ControlCharacter);
        }
        if matches!(line.first(), Some(b' ' | b'\t')) {
            return Err(Refusal::FoldedHeader);
        }
        let (name, value) = memchr::memchr(b':', line).and_then(|at| line.split_at_checked(at)).unwrap_or_default();
        if name.is_empty() || !name.iter().copied().all(is_token) {
            return Err(Refusal::HeaderLine);
        }
        // most names have another length, which is all that is looked at then
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => {
                if self.host {
                    return Err(Refusal::ManyHosts);
                }
                self.host = true;
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                if self.length.is_some() {
                    return Err(Refusal::ManyContentLengths);
                }
                self.length = Some(number(behind_colon(value)).ok_or(Refusal::ContentLength)?);
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                let plain = behind_colon(value).eq_ignore_ascii_case(b"chunked");
                if !plain || self.chunked || version == Version::Http10 {
                    return Err(Refusal::TransferEncoding);
                }
                self.chunked = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&self, version: Version) -> Result<Body, Refusal> {
        if !self.host && version == Version::Http11 {
            return Err(Refusal::NoHost);
        }
        match (self.length, self.chunked) {
            (Some(_), true) => Err(Refusal::LengthAndEncoding),
            (None, true) => Ok(Body::Chunked),
            (length, false) => Ok(Body::Length(length.unwrap_or_default())),
        }
    }
}

/// A plain request in the place of one that was refused: same path and API version, so that the answer is in the client's
/// language, and nothing else of it. `head` may be cut anywhere.
pub(super) fn substitute(head: &[u8]) -> Vec<u8> {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).skip_while(|line| line.is_empty());
    let target = lines.next().and_then(|line| line.split(|byte| *byte == b' ').nth(1)).filter(|target| {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-._~%:?=&".contains(byte);
        target.starts_with(b"/") && target.len() <= LONGEST_TARGET && target.iter().all(plain)
    });
    let version = lines.any(|line| {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        name.trim_ascii_end().eq_ignore_ascii_case(b"anthropic-version")
    });
    let version: &[u8] = if version { b"anthropic-version: refused\r\n" } else { b"" };
    let target = target.unwrap_or(b"/");
    [b"GET ", target, b" HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n", version, b"\r\n"].concat()
}

fn request_line(line: &[u8]) -> Result<Version, Refusal> {
    if has_control(line) {
        return Err(Refusal::ControlCharacter);
    }
    let (line, version) = match line.strip_suffix(b" HTTP/1.1") {
        Some(line) => (line, Version::Http11),
        None => (line.strip_suffix(b" HTTP/1.0").ok_or(Refusal::RequestLine)?, Version::Http10),
    };
    let (method, target) = memchr::memchr(b' ', line).and_then(|at| line.split_at_checked(at)).unwrap_or_default();
    let target = target.get(1..).unwrap_or_default();
    if target.len() > LONGEST_TARGET {
        return Err(Refusal::TargetTooLong);
    }
    let blank = memchr::memchr2(b' ', b'\t', target).is_some();
    if method.is_empty() || !method.iter().copied().all(is_token) || target.is_empty() || blank {
        return Err(Refusal::RequestLine);
    }
    Ok(version)
}

/// Any of what RFC 9110, 5.5 does not allow in a line, NUL and a bare CR among it.
fn has_control(line: &[u8]) -> bool {
    // counted to the end, not searched: there is almost never one, and this way many bytes are looked at at once
    line.iter().map(|byte| u8::from(byte.is_ascii_control() && *byte != b'\t')).fold(0, |found, one| found | one) > 0
}

/// RFC 9110, 5.6.2.
fn is_token(byte: u8) -> bool {
    matches!(byte,
        b'a'..=b'z' | b'-' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+'
        | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}

fn behind_colon(value: &[u8]) -> &[u8] {
    value.get(1..).unwrap_or_default().trim_ascii()
}

fn number(digits: &[u8]) -> Option<u64> {
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    plain.then(|| std::str::from_utf8(digits).ok()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
