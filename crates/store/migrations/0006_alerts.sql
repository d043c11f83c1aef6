-- What people are told of budgets: each threshold of a budget in a window once, whichever instance sees it first.

CREATE TABLE alerts (
    alert_id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    threshold TEXT NOT NULL,
    -- What the ledger may have up to there, forgiven amounts included. Where that is raised, the threshold counts anew.
    room BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- What is told, as JSON of a type in the engine.
    content TEXT NOT NULL,
    UNIQUE (account, starts_at, ends_at, threshold, room)
);

CREATE INDEX alerts_ends_at ON alerts (ends_at);

-- A row for each way an alert goes out. An instance that is about to tell sets `due_at` to when another may take over.
CREATE TABLE alert_deliveries (
    alert_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    ended_at BIGINT,
    is_delivered BOOLEAN NOT NULL,
    PRIMARY KEY (alert_id, channel)
);

CREATE INDEX alert_deliveries_due ON alert_deliveries (due_at) WHERE ended_at IS NULL;
