//! How long to wait before asking again: Google says it in the body (`google.rpc.RetryInfo`), not in a header.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

/// The pause in an error answer, if it says one.
pub fn pause(body: &[u8]) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        error: Error<'a>,
    }
    #[derive(Deserialize)]
    struct Error<'a> {
        #[serde(borrow)]
        details: Vec<&'a RawValue>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct RetryInfo {
        retry_delay: String,
    }
    let told = serde_json::from_slice::<Told<'_>>(body).ok()?;
    let mut delays = told.error.details.into_iter().filter_map(|detail| {
        let RetryInfo { retry_delay } = serde_json::from_str(detail.get()).ok()?;
        // JSON's form of `google.protobuf.Duration`
        retry_delay.strip_suffix('s')?.parse::<f64>().ok()
    });
    delays.next().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_stands_among_the_details() {
        for (details, millis) in [
            (
                r#"[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"18.5s"}]"#,
                Some(18_500),
            ),
            (r#"[{"retryDelay":"0s"}]"#, Some(0)),
            (r#"[{"retryDelay":"-1s"}]"#, None),
            (r#"[{"retryDelay":"soon"}]"#, None),
            (r#"[{"retryDelay":7}]"#, None),
            ("[]", None),
            ("{}", None),
        ] {
            let body = format!(r#"{{"error":{{"code":429,"details":{details}}}}}"#);
            assert_eq!(pause(body.as_bytes()), millis.map(Duration::from_millis), "{details}");
        }
        assert_eq!(pause(b"<html>"), None);
    }
}
