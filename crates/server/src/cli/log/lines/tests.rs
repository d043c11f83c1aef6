//! What comes out, and what happens when nobody reads it.

use std::sync::mpsc;

use super::*;

/// Keeps each write. Blocks in the first ones until `open` says so, or for ever.
struct Sink {
    written: mpsc::Sender<Vec<u8>>,
    open: Option<mpsc::Receiver<()>>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.send(bytes.to_vec()).unwrap();
        if let Some(open) = self.open.take() {
            // an error means that nobody opens it any more: then it is open
            let _error = open.recv();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn say(lines: &Lines, at_once: bool, line: &str) {
    Line { shared: &lines.0, at_once }.write_all(line.as_bytes()).unwrap();
}

#[test]
fn every_line_comes_in_its_order_whether_it_is_urgent_or_not() {
    let (written, writes) = mpsc::channel();
    let lines = Lines::to(Sink { written, open: None }, Clock::manual(0)).unwrap();
    let mut expected = String::new();
    let mut seen = String::new();
    for number in 0..1000 {
        let line = format!("{number} {}\n", "x".repeat(number));
        say(&lines, number % 100 == 0, &line);
        expected.push_str(&line);
    }
    while seen.len() < expected.len() {
        seen.push_str(std::str::from_utf8(&writes.recv().unwrap()).unwrap());
    }
    assert_eq!(seen, expected, "nobody had to ask for the last ones");
    say(&lines, false, "last\n");
    lines.finish();
    assert_eq!(writes.iter().collect::<Vec<_>>().concat(), b"last\n");
}

#[test]
fn a_reader_that_stalls_stops_nobody() {
    let (written, writes) = mpsc::channel();
    let (opener, open) = mpsc::channel();
    let lines = Lines::to(Sink { written, open: Some(open) }, Clock::manual(0)).unwrap();
    say(&lines, true, "first\n");
    assert_eq!(writes.recv().unwrap(), b"first\n");
    let line = |number: usize| format!("{number:>1023}\n");
    let count = 2 * MOST / 1024;
    for number in 0..count {
        say(&lines, number % 2 == 0, &line(number));
    }
    assert!(lines.0.waiting.lock().lines.len() <= MOST);
    drop(opener);
    lines.finish();
    let text = String::from_utf8(writes.iter().collect::<Vec<_>>().concat()).unwrap();
    let (said, missing) = text.trim_end().rsplit_once('\n').unwrap();
    // the first one counts as held while it is written
    let kept = MOST / 1024 - 1;
    assert_eq!(format!("{said}\n"), (0..kept).map(line).collect::<String>(), "whole lines, the oldest ones");
    let missing: serde_json::Value = serde_json::from_str(missing).unwrap();
    assert_eq!((&missing["level"], &missing["fields"]["lines"]), (&"WARN".into(), &(count - kept).into()));
}

#[test]
fn the_end_does_not_wait_for_a_reader_that_is_stuck() {
    let (written, writes) = mpsc::channel();
    let (_opener, open) = mpsc::channel();
    let lines = Lines::to(Sink { written, open: Some(open) }, Clock::manual(0)).unwrap();
    say(&lines, true, "first\n");
    assert!(!lines.finish());
    assert_eq!(writes.recv().unwrap(), b"first\n");
}
