-- Tenants and what they may use. `limits` and `settings` are JSON of types in src/; what is searched, sorted or joined has a column.

CREATE TABLE budgets (
    budget_id TEXT NOT NULL PRIMARY KEY,
    is_own BOOLEAN NOT NULL,
    limits TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE TABLE organizations (
    organization_id TEXT NOT NULL PRIMARY KEY,
    organization_alias TEXT NOT NULL,
    budget_id TEXT NOT NULL REFERENCES budgets (budget_id),
    models TEXT NOT NULL,
    metadata TEXT NOT NULL,
    settings TEXT NOT NULL,
    spend BIGINT NOT NULL CHECK (spend >= 0),
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE INDEX organizations_budget ON organizations (budget_id);

CREATE TABLE users (
    user_id TEXT NOT NULL PRIMARY KEY,
    user_email TEXT,
    user_alias TEXT,
    user_role TEXT NOT NULL,
    sso_user_id TEXT CONSTRAINT users_sso_user_id UNIQUE,
    models TEXT NOT NULL,
    limits TEXT NOT NULL,
    metadata TEXT NOT NULL,
    settings TEXT NOT NULL,
    spend BIGINT NOT NULL CHECK (spend >= 0),
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE INDEX users_email ON users (LOWER(user_email));
CREATE INDEX users_created_at ON users (created_at);

CREATE TABLE organization_members (
    organization_id TEXT NOT NULL REFERENCES organizations (organization_id),
    user_id TEXT NOT NULL REFERENCES users (user_id),
    user_role TEXT NOT NULL,
    budget_id TEXT REFERENCES budgets (budget_id),
    spend BIGINT NOT NULL CHECK (spend >= 0),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);

CREATE INDEX organization_members_user ON organization_members (user_id);
CREATE INDEX organization_members_budget ON organization_members (budget_id) WHERE budget_id IS NOT NULL;

CREATE TABLE teams (
    team_id TEXT NOT NULL PRIMARY KEY,
    team_alias TEXT,
    organization_id TEXT REFERENCES organizations (organization_id),
    models TEXT NOT NULL,
    limits TEXT NOT NULL,
    metadata TEXT NOT NULL,
    settings TEXT NOT NULL,
    blocked BOOLEAN NOT NULL,
    spend BIGINT NOT NULL CHECK (spend >= 0),
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE INDEX teams_organization ON teams (organization_id);
CREATE INDEX teams_created_at ON teams (created_at);

CREATE TABLE team_members (
    team_id TEXT NOT NULL REFERENCES teams (team_id),
    user_id TEXT NOT NULL REFERENCES users (user_id),
    role TEXT NOT NULL,
    budget_id TEXT REFERENCES budgets (budget_id),
    spend BIGINT NOT NULL CHECK (spend >= 0),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (team_id, user_id)
);

CREATE INDEX team_members_user ON team_members (user_id);
CREATE INDEX team_members_budget ON team_members (budget_id) WHERE budget_id IS NOT NULL;

CREATE TABLE projects (
    project_id TEXT NOT NULL PRIMARY KEY,
    project_alias TEXT,
    description TEXT,
    team_id TEXT NOT NULL REFERENCES teams (team_id),
    budget_id TEXT REFERENCES budgets (budget_id),
    models TEXT NOT NULL,
    metadata TEXT NOT NULL,
    settings TEXT NOT NULL,
    blocked BOOLEAN NOT NULL,
    spend BIGINT NOT NULL CHECK (spend >= 0),
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE INDEX projects_team ON projects (team_id);
CREATE INDEX projects_budget ON projects (budget_id) WHERE budget_id IS NOT NULL;

-- LiteLLM calls them end users, too.
CREATE TABLE customers (
    user_id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    blocked BOOLEAN NOT NULL,
    budget_id TEXT REFERENCES budgets (budget_id),
    models TEXT NOT NULL,
    default_model TEXT,
    allowed_model_region TEXT,
    settings TEXT NOT NULL,
    spend BIGINT NOT NULL CHECK (spend >= 0),
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE INDEX customers_budget ON customers (budget_id) WHERE budget_id IS NOT NULL;

CREATE TABLE tags (
    name TEXT NOT NULL PRIMARY KEY,
    description TEXT,
    models TEXT NOT NULL,
    budget_id TEXT REFERENCES budgets (budget_id),
    spend BIGINT NOT NULL CHECK (spend >= 0),
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

-- What keys and teams are given by name: models, and who has it.
CREATE TABLE access_groups (
    access_group_id TEXT NOT NULL PRIMARY KEY,
    access_group_name TEXT NOT NULL CONSTRAINT access_groups_name UNIQUE,
    description TEXT,
    models TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

-- Whatever stands in the parameters of a deployment may be a secret: they are kept sealed, and with what is secret masked.
CREATE TABLE models (
    model_id TEXT NOT NULL PRIMARY KEY,
    model_name TEXT NOT NULL,
    team_id TEXT REFERENCES teams (team_id),
    params TEXT NOT NULL,
    sealed TEXT NOT NULL,
    info TEXT NOT NULL,
    blocked BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE INDEX models_name ON models (model_name);

CREATE TABLE credentials (
    credential_name TEXT NOT NULL PRIMARY KEY,
    display_name TEXT,
    info TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (user_id),
    is_accepted BOOLEAN NOT NULL,
    accepted_at BIGINT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

CREATE INDEX invitations_user ON invitations (user_id);

-- The settings of the gateway that administrators change while it runs.
CREATE TABLE gateway_settings (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT
);

ALTER TABLE keys ADD COLUMN team_id TEXT;
ALTER TABLE keys ADD COLUMN organization_id TEXT;
ALTER TABLE keys ADD COLUMN project_id TEXT;
ALTER TABLE keys ADD COLUMN budget_id TEXT;
ALTER TABLE keys ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE keys ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
CREATE INDEX keys_team_id ON keys (team_id);
CREATE INDEX keys_organization_id ON keys (organization_id);
CREATE INDEX keys_project_id ON keys (project_id);
CREATE INDEX keys_budget_id ON keys (budget_id) WHERE budget_id IS NOT NULL;

-- What a key was before it was replaced; it opens the same door until then.
CREATE TABLE replaced_keys (
    hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    replaced_by TEXT NOT NULL CHECK (length(replaced_by) = 64),
    valid_until BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL
);

CREATE INDEX replaced_keys_replaced_by ON replaced_keys (replaced_by);

-- Rows that were deleted, as they were. A row can be made and deleted again: it is named by the audit row of its deletion.
CREATE TABLE archive (
    seq BIGINT NOT NULL PRIMARY KEY,
    object_table TEXT NOT NULL,
    object_id TEXT NOT NULL,
    deleted_at BIGINT NOT NULL,
    deleted_by TEXT NOT NULL,
    -- By what it is looked for and whose it was, as far as anybody may see it.
    name TEXT,
    user_id TEXT,
    team_id TEXT,
    organization_id TEXT,
    content TEXT NOT NULL
);

CREATE INDEX archive_object ON archive (object_table, object_id, seq);
CREATE INDEX archive_user ON archive (user_id, object_table, seq);
CREATE INDEX archive_team ON archive (team_id, object_table, seq);

-- What a row of the trail says of its object, where the trail is searched by it.
ALTER TABLE audit ADD COLUMN team_before TEXT;
ALTER TABLE audit ADD COLUMN team_after TEXT;
ALTER TABLE audit ADD COLUMN hash_after TEXT;

-- Who pays beside the key.
ALTER TABLE ledger ADD COLUMN user_id TEXT;
ALTER TABLE ledger ADD COLUMN team_id TEXT;
ALTER TABLE ledger ADD COLUMN organization_id TEXT;
ALTER TABLE ledger ADD COLUMN project_id TEXT;
ALTER TABLE ledger ADD COLUMN customer_id TEXT;
-- Rows without a user, team or organization need not stand in the indexes of those that have one.
CREATE INDEX ledger_user_started_at ON ledger (user_id, started_at) WHERE user_id IS NOT NULL;
CREATE INDEX ledger_team_started_at ON ledger (team_id, started_at) WHERE team_id IS NOT NULL;
CREATE INDEX ledger_organization_started_at ON ledger (organization_id, started_at) WHERE organization_id IS NOT NULL;
