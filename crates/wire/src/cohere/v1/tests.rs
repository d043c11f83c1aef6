//! The first version: requests in, answers and streams out.

mod answering;
mod asking;
