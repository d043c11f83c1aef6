//! What one frame of a stream tells without decoding the conversation: all that the same-dialect path needs.

use crate::chat::Usage;

/// Read from a frame by a cheap scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// Tokens reported in this frame.
    pub usage: Option<Usage>,
    /// Bytes of generated text, reasoning and arguments in it: what an estimate is made from when usage never comes.
    pub text_bytes: usize,
    /// It carries what the model made and no text tells: media, a proof, a call without arguments. Noted where an answer may go on
    /// behind its reason to stop.
    pub wordless: bool,
    /// It carries usage and nothing that the client asked for by itself (OpenAI's last chunk, `choices: []`).
    pub usage_only: bool,
    /// The model has said why it stopped: only the rest of the provider's own ending follows.
    pub stopped: bool,
    pub ending: Ending,
}

impl Note {
    /// Whether the model says something in this frame. Usage, or what the answer rests on, is not from the model.
    pub fn says_something(&self) -> bool {
        self.text_bytes > 0 || self.wordless
    }
}

/// Whether a frame ends the stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    #[default]
    No,
    /// The provider's own terminal event.
    Complete,
    /// The same in a dialect that ends in two steps: a stream in which the model has not said why it stopped is not complete.
    CompleteIfStopped,
    /// It says why the model stopped, in a dialect that needs no other ending: the stream is complete if it is over now, unless
    /// more was said since.
    CompleteIfOver,
    /// The provider's error event.
    Error,
}
