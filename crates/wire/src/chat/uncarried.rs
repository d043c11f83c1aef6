//! What stands in the place of a piece of an answer that somebody's dialect cannot hold: an answer is paid for, so it is
//! neither refused nor cut short in silence.

use super::Part;

/// The longest word for a kind of content that goes into a sentence.
const LONGEST: usize = 64;

/// The sentence in the place of a call beside another one, where an answer holds one.
pub const FURTHER_CALL: &str = "[The model called a further tool, which this API cannot carry.]";

/// The sentence in the place of a block of an answer that the conversation has no place for. `kind` is the provider's word.
pub fn uncarried(kind: &str) -> String {
    medium(kind).map_or_else(
        || {
            let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
            let kind: String = kind.chars().filter(is_plain).take(LONGEST).collect();
            format!("[The model answered with content of the kind '{kind}', which this API cannot carry.]")
        },
        str::to_owned,
    )
}

impl Part {
    /// The sentence in the place of this part, in answers that cannot hold it.
    pub fn uncarried(&self) -> &'static str {
        medium(self.word()).unwrap_or("[The model answered with content that this API cannot carry.]")
    }
}

fn medium(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "image" | "image_url" => "[The model answered with an image, which this API cannot carry.]",
        "document" | "file" => "[The model answered with a document, which this API cannot carry.]",
        "audio" => "[The model answered with audio, which this API cannot carry.]",
        "video" => "[The model answered with a film, which this API cannot carry.]",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_says_what_is_missing_and_no_more() {
        assert_eq!(uncarried("image"), "[The model answered with an image, which this API cannot carry.]");
        for (kind, shown) in
            [("new_thing", "new_thing"), ("a'] \n<b", "ab"), (&"x".repeat(1_000), &"x".repeat(LONGEST))]
        {
            let expected =
                format!("[The model answered with content of the kind '{shown}', which this API cannot carry.]");
            assert_eq!(uncarried(kind), expected);
        }
    }
}
