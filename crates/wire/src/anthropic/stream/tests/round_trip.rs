//! A written stream reads back as the same events, and nothing panics on a damaged one.

use proptest::prelude::*;

use super::*;

fn any_part() -> impl Strategy<Value = (PartStart, Vec<Delta>)> {
    let texts = || prop::collection::vec(any::<String>().prop_filter("says something", |s| !s.is_empty()), 0..3);
    let word = "[a-z_]{1,8}";
    prop_oneof![
        texts().prop_map(|texts| (PartStart::Text, texts.into_iter().map(Delta::Text).collect())),
        (texts(), word).prop_map(|(texts, signature)| {
            let thinking = texts.into_iter().map(Delta::Thinking);
            (PartStart::Thinking, thinking.chain([Delta::Signature(signature)]).collect())
        }),
        any::<String>().prop_map(|data| (PartStart::RedactedThinking { data }, Vec::new())),
        (texts(), word, word).prop_map(|(texts, id, data)| {
            let thinking = texts.into_iter().map(Delta::Thinking);
            (PartStart::Thinking, thinking.chain([Delta::Sealed { id: Some(id), data }]).collect())
        }),
        any::<String>().prop_map(|query| {
            let failed = SearchOutcome::Failed("unavailable".to_owned());
            (search(Some(&query), Some(failed)), Vec::new())
        }),
        (word, word, texts()).prop_map(|(id, name, texts)| {
            (PartStart::function(id, name), texts.into_iter().map(Delta::Arguments).collect())
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_back(parts in prop::collection::vec(any_part(), 0..4), output in 1_u64..1 << 40) {
        let mut events = vec![start(), Event::Usage(usage(7, 0))];
        for (number, (kind, deltas)) in (0..).zip(parts) {
            let cites = (kind == PartStart::Text).then(|| Event::Citation {
                choice: 0,
                part: number,
                citation: cited(Location::Blocks { document: 1, start: 0, end: u64::from(number) }),
            });
            let at = events.len() + 1;
            events.extend(part(number, kind, deltas));
            if let Some(cites) = cites {
                events.insert(at, cites);
            }
        }
        events.extend([stop(StopReason::End), Event::Usage(usage(7, output)), Event::End]);
        prop_assert_eq!(read_all(&write_all(&events)).unwrap(), events);
    }

    #[test]
    fn a_note_counts_the_text_exactly(text in any::<String>()) {
        let events = part(0, PartStart::Text, vec![Delta::Text(text.clone())]);
        let counted: usize = frames(&write_all(&events)).iter().map(|frame| note(frame).text_bytes).sum();
        prop_assert_eq!(counted, text.len());
    }

    #[test]
    fn nothing_panics_on_a_damaged_stream(at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 0..6)) {
        let mut damaged = stream(RECORDED);
        let at = at.index(damaged.len());
        damaged.splice(at..(at + bytes.len() / 2).min(damaged.len()), bytes);
        let mut reader = Reader::default();
        for frame in frames(&damaged) {
            note(&frame);
            let _outcome = reader.read(&frame, &mut Vec::new());
        }
    }
}
