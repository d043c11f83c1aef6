//! Providers: `/provider/…`.

pub(crate) mod budgets;
