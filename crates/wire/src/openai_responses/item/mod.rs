//! The items of an answer's output, both ways.

mod read;
mod write;

pub(super) use read::{Said, content, read, text};
pub(super) use write::{Annotated, Annotation, Content, Item, Summary};
