//! Names of responses and their items. An item's name is made from its response's and its place, so every event says the same.

/// The id of a response: SDKs and clients look for the prefix.
pub(super) fn response(id: &str) -> String {
    if id.starts_with("resp_") { id.to_owned() } else { format!("resp_{id}") }
}

/// The id of the item at `index` of the output of `response`.
pub(super) fn item(prefix: &str, response: &str, index: usize) -> String {
    let bare = response.strip_prefix("resp_").unwrap_or(response);
    format!("{prefix}_{bare}_{index}")
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
        assert_eq!(item("fc", "resp_msg_1", 2), "fc_msg_1_2");
    }
}
