//! What happens to a call, from credential to ledger row. No HTTP server in it.
