//! What a model's name tells of what it takes.

/// A model, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Model {
    /// Generation 3 or later: it wants proofs of its calls, takes levels of thinking and pictures in results. Names without a
    /// number (`gemini-flash-latest`) are the newest one's.
    pub(super) third: bool,
    /// Its thinking cannot be switched off.
    pub(super) pro: bool,
}

impl Model {
    pub(super) fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let version = name.split_once("gemini-").map(|(_, rest)| rest);
        let digits =
            |rest: &str| rest.split(|letter: char| !letter.is_ascii_digit()).next().unwrap_or_default().parse();
        let third = version.is_some_and(|rest| digits(rest).map_or(true, |generation: u32| generation >= 3));
        Self { third, pro: version.is_some_and(|rest| rest.contains("pro")) }
    }
}

/// Whether a model refuses calls of the current turn that have no proof.
pub(crate) fn wants_proofs(model: &str) -> bool {
    Model::of(model).third
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_generation() {
        for (name, third, pro) in [
            ("gemini-2.5-flash", false, false),
            ("models/gemini-2.5-pro", false, true),
            ("gemini-3-pro-preview", true, true),
            ("gemini-3.1-flash-lite", true, false),
            ("gemini-4-flash", true, false),
            ("gemini-10", true, false),
            ("gemini-flash-latest", true, false),
            ("gemma-3-27b-it", false, false),
            ("tuned", false, false),
        ] {
            assert_eq!(Model::of(name), Model { third, pro }, "{name}");
        }
    }
}
