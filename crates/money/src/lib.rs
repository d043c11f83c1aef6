//! Prices, the cost of a usage, balances and holds. Pure; integers only.
