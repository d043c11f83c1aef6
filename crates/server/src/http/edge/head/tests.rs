//! Heads that pass and heads that do not, by table.

use super::*;

/// The verdict on a head that comes at once.
fn verdict(head: &[u8]) -> Result<Option<(usize, Body)>, Refusal> {
    Head::default().judge(head)
}

/// Good heads with a line of the case's own.
fn with(line: &str) -> String {
    format!("POST /v1/x?y=%20 HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n")
}

#[test]
fn what_can_be_read_in_one_way_passes() {
    for (head, body) in [
        (with("x: y"), Body::Length(0)),
        (with("Content-Length: 12"), Body::Length(12)),
        (with("content-length:\t0 "), Body::Length(0)),
        (with("Transfer-Encoding: Chunked"), Body::Chunked),
        (with("x:"), Body::Length(0)),
        (with("x: \u{e9}\t!"), Body::Length(0)),
        (with("a: :b"), Body::Length(0)),
        ("\r\n\r\nGET / HTTP/1.0\r\n\r\n".to_owned(), Body::Length(0)),
        ("OPTIONS * HTTP/1.1\r\nhOsT:\r\n\r\n".to_owned(), Body::Length(0)),
        ("GET http://a/ HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(), Body::Length(0)),
    ] {
        let bytes = [head.as_bytes(), b"GET / the next"].concat();
        assert_eq!(verdict(&bytes), Ok(Some((head.len(), body))), "{head:?}");
        for end in 0..head.len() {
            assert_eq!(verdict(&bytes[..end]), Ok(None), "{head:?} {end}");
        }
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    for (line, refusal) in [
        ("Content-Length: 4\r\nTransfer-Encoding: chunked", Refusal::LengthAndEncoding),
        ("Transfer-Encoding: chunked\r\nContent-Length: 4", Refusal::LengthAndEncoding),
        ("Content-Length: 4\r\nContent-Length: 4", Refusal::ManyContentLengths),
        ("Content-Length: 4\r\ncontent-length: 5", Refusal::ManyContentLengths),
        ("Content-Length: 4, 4", Refusal::ContentLength),
        ("Content-Length: +4", Refusal::ContentLength),
        ("Content-Length: 0x4", Refusal::ContentLength),
        ("Content-Length:", Refusal::ContentLength),
        ("Content-Length: 18446744073709551616", Refusal::ContentLength),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", Refusal::TransferEncoding),
        ("Transfer-Encoding: gzip, chunked", Refusal::TransferEncoding),
        ("Transfer-Encoding: chunked, gzip", Refusal::TransferEncoding),
        ("Transfer-Encoding: xchunked", Refusal::TransferEncoding),
        ("Transfer-Encoding:", Refusal::TransferEncoding),
        ("Host: a", Refusal::ManyHosts),
        ("x: y\nz: 1", Refusal::BareLineFeed),
        ("x: y\n", Refusal::BareLineFeed),
        ("x: y\r\n folded", Refusal::FoldedHeader),
        ("\tx: y", Refusal::FoldedHeader),
        ("x : y", Refusal::HeaderLine),
        ("x\ty: z", Refusal::HeaderLine),
        (": y", Refusal::HeaderLine),
        ("no colon", Refusal::HeaderLine),
        ("x\u{e9}: y", Refusal::HeaderLine),
        ("x: a\0b", Refusal::ControlCharacter),
        ("x: a\rb: c", Refusal::ControlCharacter),
        ("x\0: a", Refusal::ControlCharacter),
        ("x: \u{7f}", Refusal::ControlCharacter),
    ] {
        assert_eq!(verdict(with(line).as_bytes()), Err(refusal), "{line:?}");
    }
    for (head, refusal) in [
        ("GET / HTTP/1.1\r\n\r\n", Refusal::NoHost),
        ("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", Refusal::TransferEncoding),
        ("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", Refusal::ManyHosts),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", Refusal::BareLineFeed),
        ("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::BareLineFeed),
        ("GET /\r\n\r\n", Refusal::RequestLine),
        ("GET / HTTP/2.0\r\n\r\n", Refusal::RequestLine),
        ("GET  / HTTP/1.1\r\n", Refusal::RequestLine),
        ("GET / a HTTP/1.1\r\n", Refusal::RequestLine),
        ("GET /\ta HTTP/1.1\r\n", Refusal::RequestLine),
        (" GET / HTTP/1.1\r\n", Refusal::RequestLine),
        ("G(T / HTTP/1.1\r\n", Refusal::RequestLine),
        ("GET HTTP/1.1\r\n", Refusal::RequestLine),
        ("GET /\0 HTTP/1.1\r\n", Refusal::ControlCharacter),
    ] {
        assert_eq!(verdict(head.as_bytes()), Err(refusal), "{head:?}");
    }
}

#[test]
fn sizes_hold_to_the_byte() {
    let target = |length: usize| format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(length - 1));
    let headers = |count: usize| format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(count - 1));
    let head = |length: usize| {
        let rest = "GET / HTTP/1.1\r\nhost: a\r\nx: \r\n\r\n".len();
        format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(length - rest))
    };
    for (make, limit, refusal) in [
        (&target as &dyn Fn(usize) -> String, LONGEST_TARGET, Refusal::TargetTooLong),
        (&headers, MOST_HEADERS, Refusal::TooManyHeaders),
        (&head, LONGEST_HEAD, Refusal::HeadTooLong),
    ] {
        for size in [limit - 1, limit] {
            assert!(matches!(verdict(make(size).as_bytes()), Ok(Some(_))), "{refusal:?} {size}");
        }
        assert_eq!(verdict(make(limit + 1).as_bytes()), Err(refusal));
    }
    let endless = vec![b'a'; LONGEST_HEAD];
    assert_eq!(verdict(&endless[1..]), Ok(None));
    assert_eq!(verdict(&endless), Err(Refusal::HeadTooLong));
}

#[test]
fn a_substitute_has_only_what_the_answer_needs() {
    for (head, expected) in [
        (
            "POST /v1/messages?a=b HTTP/1.1\nHost: x\nanthropic-version : y",
            "GET /v1/messages?a=b HTTP/1.1\r\nhost: refused\r\nconnection: close\r\nanthropic-version: refused\r\n\r\n",
        ),
        ("POST /a\0 HTTP/1.1", "GET / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n"),
        ("\r\n\r\nPOST /a", "GET /a HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n"),
        ("", "GET / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n"),
    ] {
        let made = substitute(head.as_bytes());
        assert_eq!(String::from_utf8(made.clone()).unwrap(), expected);
        assert!(matches!(verdict(&made), Ok(Some(_))));
    }
}
