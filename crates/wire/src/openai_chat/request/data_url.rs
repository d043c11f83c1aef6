//! `data:` URLs, this dialect's way to carry media, and the words of its audio formats.

/// The media type and the base64 text of a data URL; nothing when it is another URL or not base64.
pub(crate) fn split(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_at_checked(5)?;
    let (head, data) = rest.split_once(',')?;
    let media_type = head.strip_suffix(";base64")?;
    (scheme.eq_ignore_ascii_case("data:") && !media_type.is_empty()).then_some((media_type, data))
}

/// The data URL of base64 text.
pub(crate) fn join(media_type: &str, data: &str) -> String {
    format!("data:{media_type};base64,{data}")
}

/// The media type that an `input_audio.format` stands for.
pub(crate) fn audio_type(format: &str) -> String {
    match format {
        "mp3" => "audio/mpeg".to_owned(),
        other => format!("audio/{other}"),
    }
}

/// The `input_audio.format` of a media type.
pub(crate) fn audio_format(media_type: &str) -> &str {
    match media_type.strip_prefix("audio/").unwrap_or(media_type) {
        "mpeg" => "mp3",
        "x-wav" | "wave" | "vnd.wave" => "wav",
        other => other,
    }
}

/// A file name for a document that came without one: this dialect wants one beside the bytes.
pub(crate) fn file_name(media_type: &str) -> String {
    let kind = match media_type {
        "text/plain" => "txt",
        other => {
            other.rsplit('/').next().filter(|kind| kind.bytes().all(|b| b.is_ascii_alphanumeric())).unwrap_or("bin")
        }
    };
    format!("document.{kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_what_it_can_join_and_nothing_else() {
        assert_eq!(split("data:image/png;base64,AA=="), Some(("image/png", "AA==")));
        assert_eq!(split("DATA:image/png;base64,"), Some(("image/png", "")));
        assert_eq!(split("data:text/plain;charset=utf-8;base64,QQ"), Some(("text/plain;charset=utf-8", "QQ")));
        for other in
            ["https://a/b;base64,c", "data:;base64,AA", "data:text/plain,hello", "data", "", "d\u{e4}\u{e4}\u{e4}x"]
        {
            assert_eq!(split(other), None, "{other}");
        }
    }

    #[test]
    fn audio_formats_and_file_names() {
        for format in ["wav", "mp3", "flac"] {
            assert_eq!(audio_format(&audio_type(format)), format);
        }
        assert_eq!(audio_format("audio/x-wav"), "wav");
        assert_eq!(file_name("application/pdf"), "document.pdf");
        assert_eq!(file_name("application/vnd.ms-excel"), "document.bin");
    }
}
