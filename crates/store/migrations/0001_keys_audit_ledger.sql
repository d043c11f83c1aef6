-- Money in nano-dollars, time in microseconds UTC, JSON as text, ids from the application.

CREATE TABLE keys (
    hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    key_name TEXT NOT NULL,
    key_alias TEXT UNIQUE,
    models TEXT NOT NULL,
    max_budget BIGINT CHECK (max_budget >= 0),
    spend BIGINT NOT NULL CHECK (spend >= 0),
    expires_at BIGINT,
    blocked BOOLEAN NOT NULL,
    metadata TEXT NOT NULL,
    user_id TEXT,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE INDEX keys_user_id ON keys (user_id);
CREATE INDEX keys_created_at ON keys (created_at);

-- A key can be deleted, made again and deleted again: a row is named by the audit row of its deletion.
CREATE TABLE deleted_keys (
    audit_seq BIGINT NOT NULL PRIMARY KEY,
    deleted_at BIGINT NOT NULL,
    deleted_by TEXT NOT NULL,
    hash TEXT NOT NULL,
    key_name TEXT NOT NULL,
    key_alias TEXT,
    models TEXT NOT NULL,
    max_budget BIGINT,
    spend BIGINT NOT NULL,
    expires_at BIGINT,
    blocked BOOLEAN NOT NULL,
    metadata TEXT NOT NULL,
    user_id TEXT,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE INDEX deleted_keys_hash ON deleted_keys (hash);

CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    changed_by TEXT,
    action TEXT NOT NULL,
    object_table TEXT NOT NULL,
    object_id TEXT NOT NULL,
    before_value TEXT,
    after_value TEXT
);

CREATE INDEX audit_object ON audit (object_table, object_id, seq);

-- One row an attempt. The upper bounds (a million dollars, 10^15 tokens) keep every sum inside 64 bits.
CREATE TABLE ledger (
    request_id TEXT NOT NULL CHECK (length(request_id) BETWEEN 1 AND 64),
    attempt BIGINT NOT NULL,
    key_hash TEXT CHECK (length(key_hash) = 64),
    call_type TEXT NOT NULL,
    model_group TEXT NOT NULL,
    model TEXT NOT NULL,
    deployment_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    stream BOOLEAN NOT NULL,
    started_at BIGINT NOT NULL,
    first_byte_at BIGINT,
    ended_at BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL CHECK (input_tokens BETWEEN 0 AND 1000000000000000),
    cache_read_tokens BIGINT NOT NULL CHECK (cache_read_tokens BETWEEN 0 AND 1000000000000000),
    cache_write_5m_tokens BIGINT NOT NULL CHECK (cache_write_5m_tokens BETWEEN 0 AND 1000000000000000),
    cache_write_1h_tokens BIGINT NOT NULL CHECK (cache_write_1h_tokens BETWEEN 0 AND 1000000000000000),
    output_tokens BIGINT NOT NULL CHECK (output_tokens BETWEEN 0 AND 1000000000000000),
    reasoning_tokens BIGINT NOT NULL CHECK (reasoning_tokens BETWEEN 0 AND 1000000000000000),
    cost BIGINT CHECK (cost BETWEEN 0 AND 1000000000000000),
    price_version TEXT,
    provenance TEXT NOT NULL,
    status TEXT NOT NULL,
    http_status BIGINT,
    error_kind TEXT,
    PRIMARY KEY (request_id, attempt)
);

CREATE INDEX ledger_started_at ON ledger (started_at);
CREATE INDEX ledger_key_started_at ON ledger (key_hash, started_at);

-- Rows that the ledger refused, whole, for a person to look at.
CREATE TABLE ledger_quarantine (
    request_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    checksum BIGINT NOT NULL,
    at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (request_id, attempt, checksum)
);
