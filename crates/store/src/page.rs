//! One page of a long list.

/// Which page, counted from 1, and how many rows it has. The caller bounds the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// From 1; 0 is read as 1.
    pub number: u32,
    /// Rows a page.
    pub size: u32,
}

/// Which end of a sorted list comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Smallest, oldest first.
    Ascending,
    /// Largest, newest first.
    #[default]
    Descending,
}

impl Page {
    pub(crate) fn limit(self) -> i64 {
        i64::from(self.size)
    }

    pub(crate) fn offset(self) -> i64 {
        i64::from(self.number.saturating_sub(1)).saturating_mul(i64::from(self.size))
    }
}

impl Direction {
    /// The engines differ in where they put NULL unless they are told.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Ascending => "ASC NULLS FIRST",
            Self::Descending => "DESC NULLS LAST",
        }
    }
}
