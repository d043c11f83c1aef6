//! Reading the parts of a message's content.

use super::parts;
use crate::chat::{CacheMark, Guarded, Media, MediaSource, Part};

#[test]
fn parts_of_content() {
    let mark = Some(CacheMark { ttl: None });
    let media = |source, detail: Option<&str>, name: Option<&str>| Media {
        source,
        detail: detail.map(Into::into),
        name: name.map(Into::into),
    };
    let base64 = |media_type: &str| MediaSource::Base64 { media_type: media_type.into(), data: "AA==".into() };
    for (part, expected) in [
        (
            r#"{"type":"text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}}"#,
            Part::Text { text: "a".into(), citations: Vec::new(), cache: mark.clone() },
        ),
        (
            r#"{"type":"text","text":"a","prompt_cache_breakpoint":{"mode":"explicit","ttl":"30m"}}"#,
            Part::Text { text: "a".into(), citations: Vec::new(), cache: Some(CacheMark { ttl: Some("1h".into()) }) },
        ),
        (
            r#"{"type":"text","text":"a","prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}}"#,
            Part::Text { text: "a".into(), citations: Vec::new(), cache: Some(CacheMark { ttl: Some("12h".into()) }) },
        ),
        (
            r#"{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}}"#,
            Part::Text { text: "a".into(), citations: Vec::new(), cache: Some(CacheMark { ttl: Some("1h".into()) }) },
        ),
        (
            r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}}"#,
            Part::Image { media: media(base64("image/png"), Some("low"), None), cache: None },
        ),
        (
            r#"{"type":"image_url","image_url":"https://a/b.png"}"#,
            Part::Image { media: media(MediaSource::Url("https://a/b.png".into()), None, None), cache: None },
        ),
        (
            r#"{"type":"input_audio","input_audio":{"data":"AA==","format":"mp3"}}"#,
            Part::Audio { media: media(base64("audio/mpeg"), None, None) },
        ),
        (
            r#"{"type":"video_url","video_url":{"url":"data:video/mp4;base64,AA=="}}"#,
            Part::Video { media: media(base64("video/mp4"), None, None) },
        ),
        (
            r#"{"type":"video_url","video_url":"https://a/b.mp4"}"#,
            Part::Video { media: media(MediaSource::Url("https://a/b.mp4".into()), None, None) },
        ),
        (
            r#"{"type":"guarded_text","text":"a"}"#,
            Part::Guarded(Guarded::Text { text: "a".into(), qualifiers: vec![] }),
        ),
        (
            r#"{"type":"file","file":{"file_data":"data:application/pdf;base64,AA==","filename":"a.pdf"}}"#,
            Part::document(media(base64("application/pdf"), None, Some("a.pdf")), None),
        ),
        (
            r#"{"type":"file","file":{"file_data":"AA=="}}"#,
            Part::document(media(base64("application/pdf"), None, None), None),
        ),
        (
            r#"{"type":"file","file":{"file_data":"https://a/b"}}"#,
            Part::document(media(MediaSource::Url("https://a/b".into()), None, None), None),
        ),
        (
            r#"{"type":"file","file":{"file_id":"file-1"}}"#,
            Part::document(media(MediaSource::FileId("file-1".into()), None, None), None),
        ),
    ] {
        assert_eq!(parts(&format!(r#"{{"role":"user","content":[{part}]}}"#)), [expected], "{part}");
    }
    assert_eq!(
        parts(r#"{"role":"system","content":"a","cache_control":{"type":"ephemeral"}}"#),
        [Part::Text { text: "a".into(), citations: Vec::new(), cache: mark }]
    );
}
