-- Tags, stars, forks and comments of projects and datasets. How many there are stands at the thing itself, kept by
-- triggers in the same transaction, so that a list shows it without counting.

ALTER TABLE entities ADD COLUMN stars BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entities ADD COLUMN forks BIGINT NOT NULL DEFAULT 0;      -- public ones that are not deleted
ALTER TABLE entities ADD COLUMN comments BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entities ADD COLUMN forked_from TEXT REFERENCES entities (id) ON DELETE SET NULL;

CREATE INDEX entities_by_origin ON entities (forked_from, updated_at DESC, id) WHERE forked_from IS NOT NULL;
CREATE INDEX entities_by_stars ON entities (kind, stars DESC, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX entities_by_forks ON entities (kind, forks DESC, created_at DESC, id) WHERE deleted_at IS NULL;
-- The same orders among those of one owner, who may have ten thousand.
CREATE INDEX entities_of_owner_by_update ON entities (owner_id, kind, updated_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX entities_of_owner_by_creation ON entities (owner_id, kind, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX entities_of_owner_by_key ON entities (owner_id, kind, name_key, name, id) WHERE deleted_at IS NULL;
CREATE INDEX entities_of_owner_by_stars ON entities (owner_id, kind, stars DESC, created_at DESC, id)
    WHERE deleted_at IS NULL;
CREATE INDEX entities_of_owner_by_forks ON entities (owner_id, kind, forks DESC, created_at DESC, id)
    WHERE deleted_at IS NULL;

-- With deleted_at in it, the index alone answers how long a list is; a partial one is asked for that column.
DROP INDEX entities_by_permission;
CREATE INDEX entities_by_permission ON entities (kind, deleted_at, permission, owner_id);

CREATE TRIGGER forks_come AFTER INSERT ON entities
WHEN NEW.forked_from IS NOT NULL AND NEW.permission = 0 AND NEW.deleted_at IS NULL BEGIN
    UPDATE entities SET forks = forks + 1 WHERE id = NEW.forked_from;
END;
CREATE TRIGGER forks_leave AFTER UPDATE OF permission, deleted_at, forked_from ON entities
WHEN OLD.forked_from IS NOT NULL AND OLD.permission = 0 AND OLD.deleted_at IS NULL BEGIN
    UPDATE entities SET forks = forks - 1 WHERE id = OLD.forked_from;
END;
CREATE TRIGGER forks_return AFTER UPDATE OF permission, deleted_at, forked_from ON entities
WHEN NEW.forked_from IS NOT NULL AND NEW.permission = 0 AND NEW.deleted_at IS NULL BEGIN
    UPDATE entities SET forks = forks + 1 WHERE id = NEW.forked_from;
END;
CREATE TRIGGER forks_vanish AFTER DELETE ON entities
WHEN OLD.forked_from IS NOT NULL AND OLD.permission = 0 AND OLD.deleted_at IS NULL BEGIN
    UPDATE entities SET forks = forks - 1 WHERE id = OLD.forked_from;
END;

CREATE TABLE stars (
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    entity_id  TEXT   NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, entity_id)
);
CREATE INDEX stars_by_entity ON stars (entity_id);
CREATE TRIGGER stars_come AFTER INSERT ON stars BEGIN
    UPDATE entities SET stars = stars + 1 WHERE id = NEW.entity_id;
END;
CREATE TRIGGER stars_leave AFTER DELETE ON stars BEGIN
    UPDATE entities SET stars = stars - 1 WHERE id = OLD.entity_id;
END;

CREATE TABLE comments (
    id         TEXT   NOT NULL PRIMARY KEY,
    entity_id  TEXT   NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    body       TEXT   NOT NULL,             -- Markdown
    created_at BIGINT NOT NULL,
    edited_at  BIGINT
);
CREATE INDEX comments_by_entity ON comments (entity_id, created_at, id);
CREATE INDEX comments_by_user ON comments (user_id);
CREATE TRIGGER comments_come AFTER INSERT ON comments BEGIN
    UPDATE entities SET comments = comments + 1 WHERE id = NEW.entity_id;
END;
CREATE TRIGGER comments_leave AFTER DELETE ON comments BEGIN
    UPDATE entities SET comments = comments - 1 WHERE id = OLD.entity_id;
END;

-- In lower case; position is that of the owner's list.
CREATE TABLE entity_tags (
    entity_id TEXT   NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    tag       TEXT   NOT NULL,
    position  BIGINT NOT NULL,
    PRIMARY KEY (entity_id, tag)
);
CREATE INDEX entity_tags_by_tag ON entity_tags (tag, entity_id);

-- How many public things that are not deleted have a tag.
CREATE TABLE tag_counts (
    kind     TEXT   NOT NULL,
    tag      TEXT   NOT NULL,
    entities BIGINT NOT NULL,
    PRIMARY KEY (kind, tag)
);
CREATE INDEX tag_counts_by_number ON tag_counts (kind, entities DESC, tag) WHERE entities > 0;
CREATE TRIGGER entity_tags_come AFTER INSERT ON entity_tags
WHEN EXISTS (SELECT 1 FROM entities WHERE id = NEW.entity_id AND permission = 0 AND deleted_at IS NULL) BEGIN
    INSERT INTO tag_counts (kind, tag, entities)
    VALUES ((SELECT kind FROM entities WHERE id = NEW.entity_id), NEW.tag, 1)
    ON CONFLICT (kind, tag) DO UPDATE SET entities = tag_counts.entities + 1;
END;
CREATE TRIGGER entity_tags_leave AFTER DELETE ON entity_tags
WHEN EXISTS (SELECT 1 FROM entities WHERE id = OLD.entity_id AND permission = 0 AND deleted_at IS NULL) BEGIN
    UPDATE tag_counts SET entities = entities - 1
    WHERE tag = OLD.tag AND kind = (SELECT kind FROM entities WHERE id = OLD.entity_id);
END;
CREATE TRIGGER entities_close AFTER UPDATE OF permission, deleted_at ON entities
WHEN OLD.permission = 0 AND OLD.deleted_at IS NULL BEGIN
    UPDATE tag_counts SET entities = entities - 1
    WHERE kind = OLD.kind AND tag IN (SELECT tag FROM entity_tags WHERE entity_id = OLD.id);
END;
CREATE TRIGGER entities_open AFTER UPDATE OF permission, deleted_at ON entities
WHEN NEW.permission = 0 AND NEW.deleted_at IS NULL BEGIN
    INSERT INTO tag_counts (kind, tag, entities) SELECT NEW.kind, tag, 1 FROM entity_tags WHERE entity_id = NEW.id
    ON CONFLICT (kind, tag) DO UPDATE SET entities = tag_counts.entities + 1;
END;
-- While the thing is still there to be asked whether it counts.
CREATE TRIGGER entities_vanish BEFORE DELETE ON entities BEGIN
    DELETE FROM entity_tags WHERE entity_id = OLD.id;
END;
