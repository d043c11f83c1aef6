-- What people have taken off what keys and members of teams had spent: with it the sum for ever is known.
ALTER TABLE keys ADD COLUMN forgiven BIGINT NOT NULL DEFAULT 0;
ALTER TABLE team_members ADD COLUMN forgiven BIGINT NOT NULL DEFAULT 0;
