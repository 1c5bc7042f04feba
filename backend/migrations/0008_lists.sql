-- Lists of ten thousand projects and datasets: what decides who sees a row stands in the index of each order, so that the
-- way to the last page reads no row that it does not show. deleted_at is there although it is always empty: without it
-- SQLite asks the row.

DROP INDEX entities_by_update;
DROP INDEX entities_by_creation;
DROP INDEX entities_by_key;
DROP INDEX entities_by_stars;
DROP INDEX entities_by_forks;
CREATE INDEX entities_by_update ON entities (kind, updated_at DESC, id, permission, owner_id, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX entities_by_creation ON entities (kind, created_at DESC, id, permission, owner_id, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX entities_by_key ON entities (kind, name_key, name, id, permission, owner_id, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX entities_by_stars ON entities (kind, stars DESC, created_at DESC, id, permission, owner_id, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX entities_by_forks ON entities (kind, forks DESC, created_at DESC, id, permission, owner_id, deleted_at)
    WHERE deleted_at IS NULL;

DROP INDEX entities_of_owner_by_update;
DROP INDEX entities_of_owner_by_creation;
DROP INDEX entities_of_owner_by_key;
DROP INDEX entities_of_owner_by_stars;
DROP INDEX entities_of_owner_by_forks;
CREATE INDEX entities_of_owner_by_update ON entities (owner_id, kind, updated_at DESC, id, permission, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX entities_of_owner_by_creation ON entities (owner_id, kind, created_at DESC, id, permission, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX entities_of_owner_by_key ON entities (owner_id, kind, name_key, name, id, permission, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX entities_of_owner_by_stars ON entities (owner_id, kind, stars DESC, created_at DESC, id, permission, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX entities_of_owner_by_forks ON entities (owner_id, kind, forks DESC, created_at DESC, id, permission, deleted_at)
    WHERE deleted_at IS NULL;

-- Whether there is a valid version, which is the newest, and how large all are.
CREATE INDEX modules_by_state ON modules (entity_id, state, version, id, size_bytes, deleted_at)
    WHERE deleted_at IS NULL;
