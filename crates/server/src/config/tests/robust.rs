//! No text makes the reader panic.

use super::parse;

/// A small generator of numbers that are always the same (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).expect("small")).expect("small")
    }
}

const PIECES: [&str; 32] = [
    ":",
    ": ",
    "-",
    "- ",
    "\n",
    "\n  ",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: ",
    "? ",
    "!!int ",
    "! ",
    "|\n",
    ">",
    "#",
    "%YAML 1.2\n",
    "---\n",
    "...\n",
    "\t",
    "\u{0}",
    "é",
    "\u{feff}",
    "os.environ/",
    "~",
    "1e999",
    "\r\n",
];

fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(chars.len());
        match numbers.below(4) {
            0 => drop(chars.drain(at..(at + numbers.below(30)).min(chars.len()))),
            1 => chars.truncate(at),
            2 => {
                let from = numbers.below(chars.len());
                let copied: Vec<char> = chars.iter().skip(from).take(numbers.below(60)).copied().collect();
                chars.splice(at..at, copied);
            }
            _ => drop(chars.splice(at..at, PIECES[numbers.below(PIECES.len())].chars())),
        }
    }
    chars.into_iter().collect()
}

#[test]
fn never_panics() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let seed = include_str!("realistic.yaml");
    for _ in 0..600 {
        let text = mutated(seed, &mut numbers);
        if let Err(errors) = parse(&text) {
            assert!(!errors.is_empty() && errors.to_string().lines().count() >= errors.len());
        }
    }
    for _ in 0..20_000 {
        let count = numbers.below(12);
        let text: String = (0..count).map(|_| PIECES[numbers.below(PIECES.len())]).collect();
        if let Err(errors) = parse(&text) {
            assert!(!errors.is_empty(), "{text:?}");
        }
    }
}
