-- Sums of hours that are over, made from `ledger` and `adjustments` and from nothing else: they can be made anew at any time.

CREATE TABLE rollups (
    started_at BIGINT NOT NULL,
    key_hash TEXT,
    user_id TEXT,
    team_id TEXT,
    organization_id TEXT,
    project_id TEXT,
    customer_id TEXT,
    model_group TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    deployment_id TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    successes BIGINT NOT NULL,
    unpriced BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    cache_read_tokens BIGINT NOT NULL,
    cache_write_5m_tokens BIGINT NOT NULL,
    cache_write_1h_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    took BIGINT NOT NULL
);

CREATE INDEX rollups_started_at ON rollups (started_at);
CREATE INDEX rollups_key_started_at ON rollups (key_hash, started_at);
CREATE INDEX rollups_user_started_at ON rollups (user_id, started_at) WHERE user_id IS NOT NULL;
CREATE INDEX rollups_team_started_at ON rollups (team_id, started_at) WHERE team_id IS NOT NULL;
CREATE INDEX rollups_organization_started_at ON rollups (organization_id, started_at) WHERE organization_id IS NOT NULL;

-- The same of attempts that have a tag, once for each of their tags.
CREATE TABLE rollup_tags (
    tag TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    key_hash TEXT,
    user_id TEXT,
    team_id TEXT,
    organization_id TEXT,
    project_id TEXT,
    customer_id TEXT,
    model_group TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    deployment_id TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    successes BIGINT NOT NULL,
    unpriced BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    cache_read_tokens BIGINT NOT NULL,
    cache_write_5m_tokens BIGINT NOT NULL,
    cache_write_1h_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    took BIGINT NOT NULL
);

CREATE INDEX rollup_tags_tag ON rollup_tags (tag, started_at);
CREATE INDEX rollup_tags_started_at ON rollup_tags (started_at);

-- Whoever adds a row that began before `closed_until` puts its hour into `rollup_stale`, in the same transaction. Reports take
-- hours before `rolled_until` from the tables above, unless they are stale.
CREATE TABLE rollup_state (
    closed_until BIGINT NOT NULL,
    rolled_until BIGINT NOT NULL
);

INSERT INTO rollup_state (closed_until, rolled_until) VALUES (0, 0);

CREATE TABLE rollup_stale (
    started_at BIGINT NOT NULL PRIMARY KEY,
    marks BIGINT NOT NULL
);

CREATE INDEX ledger_tags_started_at ON ledger_tags (started_at);
