//! Finds the end of a transaction in what a client of PostgreSQL says. Values and simple statements are readable in its protocol.

const COMMIT: &[u8] = b"COMMIT\0";
const ROLLBACK: &[u8] = b"ROLLBACK\0";

/// What was said since the last transaction ended.
#[derive(Default)]
pub(super) struct Transaction {
    is_marked: bool,
    /// The end of what was said: a word may come in two pieces.
    tail: Vec<u8>,
}

impl Transaction {
    /// Whether `said` ends, with a commit, a transaction in which `mark` was said.
    pub(super) fn commits(&mut self, said: &[u8], mark: &str) -> bool {
        self.tail.extend_from_slice(said);
        self.is_marked |= has(&self.tail, mark.as_bytes());
        let commits = has(&self.tail, COMMIT);
        if commits || has(&self.tail, ROLLBACK) {
            let was_marked = std::mem::take(self).is_marked;
            return commits && was_marked;
        }
        let kept = mark.len().max(ROLLBACK.len()) - 1;
        self.tail.drain(..self.tail.len().saturating_sub(kept));
        false
    }
}

fn has(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_of_the_mark_that_was_said_before_it() {
        for (pieces, expected) in [
            (&["..mark..", "Q\0COMMIT\0"][..], true),
            (&["..ma", "rk..", "Q\0COM", "MIT\0"], true),
            (&["..mark..", "Q\0ROLLBACK\0", "Q\0COMMIT\0"], false),
            (&["..other..", "Q\0COMMIT\0"], false),
            (&["..mark..", "Q\0COMMIT\0", "Q\0COMMIT\0"], false),
            (&["..mark.."], false),
        ] {
            let mut transaction = Transaction::default();
            let commits: Vec<_> = pieces.iter().map(|piece| transaction.commits(piece.as_bytes(), "mark")).collect();
            assert_eq!(commits.last(), Some(&expected), "{pieces:?}");
        }
    }
}
