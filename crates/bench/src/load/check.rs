//! Whether an answer is the whole of the right answer: its status, the marks in its text, its end.

use memchr::memmem;
use serde::{Deserialize, Serialize};

/// What the upstream put into each piece of text (`testkit::canned::MARK`).
const MARK: &[u8] = b"[~]";
/// The end is looked for in so many last bytes.
const TAIL: usize = 1024;

/// What a right answer has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Expect {
    pub(crate) status: u16,
    /// Pieces of text; `None` where nobody counts.
    pub(crate) marks: Option<usize>,
    /// Each stands among the last bytes.
    pub(crate) ends: Vec<String>,
}

/// What was seen of the body of one answer.
#[derive(Debug, Default)]
pub(crate) struct Check {
    marks: usize,
    /// The last bytes so far.
    tail: Vec<u8>,
}

impl Check {
    pub(crate) fn restart(&mut self) {
        self.marks = 0;
        self.tail.clear();
    }

    pub(crate) fn take(&mut self, piece: &[u8]) {
        self.marks += memmem::find_iter(piece, MARK).count() + self.marks_across(piece);
        let last = piece.get(piece.len().saturating_sub(TAIL)..).unwrap_or_default();
        let surplus = (self.tail.len() + last.len()).saturating_sub(TAIL);
        self.tail.drain(..surplus.min(self.tail.len()));
        self.tail.extend_from_slice(last);
    }

    /// Marks that begin in what came before and end in this piece.
    fn marks_across(&self, piece: &[u8]) -> usize {
        let most = MARK.len() - 1;
        let end = self.tail.get(self.tail.len().saturating_sub(most)..).unwrap_or_default();
        let begin = piece.get(..most.min(piece.len())).unwrap_or_default();
        memmem::find_iter(&[end, begin].concat(), MARK).count()
    }

    /// What is wrong with the answer, once it is complete.
    pub(crate) fn verdict(&self, status: u16, expect: &Expect) -> Result<(), String> {
        if status != expect.status {
            return Err(format!("status {status}: {}", String::from_utf8_lossy(&self.tail)));
        }
        if expect.marks.is_some_and(|marks| marks != self.marks) {
            return Err(format!("{} pieces of text instead of {:?}", self.marks, expect.marks.unwrap_or_default()));
        }
        match expect.ends.iter().find(|end| memmem::find(&self.tail, end.as_bytes()).is_none()) {
            Some(end) => Err(format!("no {end} at the end")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(pieces: &[&str], status: u16) -> Result<(), String> {
        let mut check = Check::default();
        for piece in pieces {
            check.take(piece.as_bytes());
        }
        check.verdict(status, &Expect { status: 200, marks: Some(2), ends: vec!["[DONE]".to_owned()] })
    }

    #[test]
    fn marks_are_counted_wherever_the_answer_is_cut() {
        let whole = "a[~]b[~][DONE]";
        for cut in 0..whole.len() {
            let (first, second) = whole.split_at(cut);
            verdict(&[first, second], 200).unwrap();
        }
        verdict(&whole.split("").collect::<Vec<_>>(), 200).unwrap();
    }

    #[test]
    fn the_whole_right_answer_passes_and_nothing_else() {
        let long = "x".repeat(5 * TAIL);
        verdict(&["a[~]b[~]", "[DO", "NE]"], 200).unwrap();
        verdict(&["a[~]", &long, "b[~][DONE]"], 200).unwrap();
        assert!(verdict(&["a[~]b[~][DONE]"], 500).unwrap_err().starts_with("status 500"));
        assert!(verdict(&["a[~]~[DONE]"], 200).unwrap_err().starts_with("1 pieces"));
        assert!(verdict(&["a[~]b[~]"], 200).unwrap_err().starts_with("no [DONE]"));
        assert!(verdict(&["a[~]b[~][DONE]", &long], 200).unwrap_err().starts_with("no [DONE]"));
    }

    #[test]
    fn every_end_must_be_there() {
        let mut check = Check::default();
        check.take(b"stopped, used 3");
        let expect = |ends: [&str; 2]| Expect { status: 200, marks: None, ends: ends.map(str::to_owned).into() };
        check.verdict(200, &expect(["stopped", "used"])).unwrap();
        assert_eq!(check.verdict(200, &expect(["stopped", "[DONE]"])).unwrap_err(), "no [DONE] at the end");
    }
}
