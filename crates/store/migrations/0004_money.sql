-- Budgets that several instances share, and what the ledger tells beside sums.

-- Instances that are alive: each counts up its own beat.
CREATE TABLE instances (
    instance_id TEXT NOT NULL PRIMARY KEY,
    beat BIGINT NOT NULL,
    -- Whatever it dispatches stands in `intents` before.
    keeps_intents BOOLEAN NOT NULL,
    started_at BIGINT NOT NULL
);

-- What was spent of each budget in each of its windows. `debited` is what leases have taken out and not given back; whoever
-- takes more looks that it stays below the cap. What an administrator forgave counts as never spent.
CREATE TABLE balances (
    account TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    spent BIGINT NOT NULL,
    debited BIGINT NOT NULL,
    forgiven BIGINT NOT NULL,
    counted_at BIGINT NOT NULL,
    PRIMARY KEY (account, starts_at, ends_at)
);

CREATE INDEX balances_ends_at ON balances (ends_at);

-- What instances have taken out of balances, and how much of it the ledger has.
CREATE TABLE leases (
    instance_id TEXT NOT NULL,
    account TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    granted BIGINT NOT NULL,
    used BIGINT NOT NULL,
    is_written_off BOOLEAN NOT NULL,
    PRIMARY KEY (instance_id, account, starts_at, ends_at)
);

CREATE INDEX leases_balance ON leases (account, starts_at, ends_at);

-- Attempts that were begun and are not in the ledger yet, where intents are kept here: a lost disk does not take them along.
CREATE TABLE intents (
    request_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    instance_id TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (request_id, attempt)
);

CREATE INDEX intents_instance ON intents (instance_id);

-- Rows of the ledger are never changed: what was charged wrongly is corrected by a row here, which repeats whose it is.
CREATE TABLE adjustments (
    adjustment_id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    price_version TEXT,
    reason TEXT NOT NULL,
    key_hash TEXT,
    user_id TEXT,
    team_id TEXT,
    organization_id TEXT,
    project_id TEXT,
    customer_id TEXT,
    model_group TEXT NOT NULL,
    model TEXT NOT NULL,
    deployment_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    started_at BIGINT NOT NULL
);

CREATE INDEX adjustments_attempt ON adjustments (request_id, attempt);
CREATE INDEX adjustments_started_at ON adjustments (started_at);

-- The tags of attempts that have some.
CREATE TABLE ledger_tags (
    tag TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    PRIMARY KEY (tag, started_at, request_id, attempt)
);

-- What few attempts have and nobody sums, as JSON of a type in src/.
ALTER TABLE ledger ADD COLUMN detail TEXT;
