-- What users say of themselves, their pictures, named tokens, and the search over everything.
ALTER TABLE users ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN bio          TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN place        TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN website      TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN avatar       TEXT;            -- hash of the picture in avatars
ALTER TABLE users ADD COLUMN search_key   TEXT NOT NULL DEFAULT '';  -- both names in lower case
UPDATE users SET search_key = username_key;
CREATE INDEX users_by_search ON users (search_key, username_key, id);

-- 256 x 256 pixels, made anew from what was uploaded. At most some hundred kB each, so they stay with the rows: one
-- snapshot holds both.
CREATE TABLE avatars (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    hash    TEXT NOT NULL,
    media   TEXT NOT NULL,                  -- its Content-Type
    picture BLOB NOT NULL                   -- BYTEA of PostgreSQL
);

ALTER TABLE tokens ADD COLUMN name    TEXT;                -- of named tokens; a sign-in has none
ALTER TABLE tokens ADD COLUMN agent   TEXT NOT NULL DEFAULT '';      -- User-Agent of the sign-in
ALTER TABLE tokens ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;     -- to about five minutes
UPDATE tokens SET used_at = created_at;

-- The search reads this alone: it holds the texts of one kind side by side. With deleted_at, which is always null here,
-- SQLite sees that it need not look at the rows.
CREATE INDEX entities_by_search
    ON entities (kind, search_key, permission, owner_id, name_key, updated_at, id, deleted_at) WHERE deleted_at IS NULL;
