//! "Did you mean": the known key that is closest to a misspelt one.

/// The closest of `known`, if it is close enough to be what was meant.
pub(super) fn closest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = match written.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        6..=11 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|candidate| (distance(written, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters must be inserted, removed, replaced or swapped with their neighbour to get from one to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, here) in from.chars().enumerate() {
        let mut next = vec![row + 1];
        for (column, there) in to.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(here != *there))
                .min(at(&last, column + 1) + 1)
                .min(at(&next, column) + 1);
            let left = column.checked_sub(1).and_then(|index| to.get(index).map(|left| (index, *left)));
            if let (Some(above), Some((index, left))) = (previous, left)
                && above == *there
                && left == here
            {
                best = best.min(at(&before, index) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut last, next);
        previous = Some(here);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (from, to, expect) in [
            ("", "", 0),
            ("", "abc", 3),
            ("api_bse", "api_base", 1),
            ("tiemout", "timeout", 1),
            ("model", "model", 0),
            ("rmp", "rpm", 1),
            ("abc", "xyz", 3),
        ] {
            assert_eq!(distance(from, to), expect, "{from} {to}");
        }
    }

    #[test]
    fn suggests_only_what_is_close() {
        let known = ["api_base", "api_key", "rpm", "timeout"];
        for (written, expect) in [
            ("api_bse", Some("api_base")),
            ("apikey", Some("api_key")),
            ("rp", None),
            ("rmp", Some("rpm")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(closest(written, known), expect, "{written}");
        }
    }
}
