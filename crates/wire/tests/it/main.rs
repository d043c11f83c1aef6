//! What holds over all languages at once.

mod fields;
