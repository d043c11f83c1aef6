//! From the tree to typed values: a [`Section`] hands out its keys one by one, remembers which were asked for, and
//! reports those that nobody asks for.

mod field;
mod json;
mod numbers;
mod section;

pub(super) use field::Field;
pub(super) use section::Section;
