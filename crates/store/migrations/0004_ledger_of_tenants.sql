-- Most rows of a small gateway have no user, team or organization: they need not stand in the indexes of those that have.

DROP INDEX ledger_user_started_at;
DROP INDEX ledger_team_started_at;
DROP INDEX ledger_organization_started_at;
CREATE INDEX ledger_user_started_at ON ledger (user_id, started_at) WHERE user_id IS NOT NULL;
CREATE INDEX ledger_team_started_at ON ledger (team_id, started_at) WHERE team_id IS NOT NULL;
CREATE INDEX ledger_organization_started_at ON ledger (organization_id, started_at) WHERE organization_id IS NOT NULL;
