-- An alias is unique among the keys that whoever gives it sees, which no constraint can say; a constraint on all keys would
-- tell one tenant what another calls its keys. SQLite drops none in place, so the table is made anew: with the columns in their
-- order, which instances of the release before know. It is renamed first: from then on nobody charges a key until all is done.

ALTER TABLE keys RENAME TO keys_before;

CREATE TABLE keys (
    hash TEXT NOT NULL CONSTRAINT keys_hash PRIMARY KEY CHECK (length(hash) = 64),
    key_name TEXT NOT NULL,
    key_alias TEXT,
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
    updated_by TEXT,
    team_id TEXT,
    organization_id TEXT,
    project_id TEXT,
    budget_id TEXT,
    limits TEXT NOT NULL DEFAULT '{}',
    settings TEXT NOT NULL DEFAULT '{}'
);

INSERT INTO keys SELECT * FROM keys_before;
DROP TABLE keys_before;

CREATE INDEX keys_key_alias ON keys (key_alias);
CREATE INDEX keys_user_id ON keys (user_id);
CREATE INDEX keys_created_at ON keys (created_at);
CREATE INDEX keys_team_id ON keys (team_id);
CREATE INDEX keys_organization_id ON keys (organization_id);
CREATE INDEX keys_project_id ON keys (project_id);
CREATE INDEX keys_budget_id ON keys (budget_id) WHERE budget_id IS NOT NULL;
