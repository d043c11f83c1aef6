//! All that is kept: SQL and the journal of intents.
