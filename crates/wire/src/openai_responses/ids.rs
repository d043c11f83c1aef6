//! Names of responses and their items. An item's name is made from its response's and its place, so every event says the same.

/// Stands in every item's name of ours: when it comes back, OpenAI would look for it in vain among what it keeps.
const OURS: &str = "_turnpike_";

/// So much of a response's name stands in its items': OpenAI takes names of 64 bytes.
const LONGEST: usize = 40;

/// The id of a response: SDKs and clients look for the prefix.
pub(super) fn response(id: &str) -> String {
    if id.starts_with("resp_") { id.to_owned() } else { format!("resp_{id}") }
}

/// The id of the item at `index` of the output of `response`.
pub(super) fn item(prefix: &str, response: &str, index: usize) -> String {
    let bare = response.strip_prefix("resp_").unwrap_or(response);
    // the end tells names apart
    let known: String = bare.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let end = known.get(known.len().saturating_sub(LONGEST)..).unwrap_or_default();
    format!("{prefix}{OURS}{end}_{index}")
}

/// Whether an item of this name was made here and not by OpenAI.
pub(crate) fn is_ours(item: &str) -> bool {
    item.contains(OURS)
}

/// The id of a call that came without one, as a client must have one to answer.
pub(super) fn call(response: &str, index: u64) -> String {
    format!("call_{index}_{response}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_the_response_and_the_place() {
        for (id, expected) in [("resp_1", "resp_1"), ("msg_1", "resp_msg_1"), ("", "resp_")] {
            assert_eq!(response(id), expected);
        }
        assert_eq!(item("fc", "resp_msg_1", 2), "fc_turnpike_msg_1_2");
        assert_eq!(item("rs", "a:b\u{e9}", 0), "rs_turnpike_a_b__0");
        let long = item("msg", &"x".repeat(100), 7);
        assert!(long.len() < 64 && is_ours(&long) && !is_ours("rs_68ab_0"), "{long}");
    }
}
