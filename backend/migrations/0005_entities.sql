-- The trash, and names that projects and datasets had.

-- 0: there, or deleted and to be restored. 1: gone for good, its bytes and lists to be cleared away. 2: cleared away; the
-- row stays for what refers to it.
ALTER TABLE entities ADD COLUMN purged BIGINT NOT NULL DEFAULT 0;
ALTER TABLE modules ADD COLUMN purged BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN purged BIGINT NOT NULL DEFAULT 0;

-- What can be restored, by whoever it belongs to; small enough to be read through by the sweep.
CREATE INDEX entities_in_trash ON entities (owner_id, deleted_at) WHERE deleted_at IS NOT NULL AND purged = 0;
CREATE INDEX modules_in_trash ON modules (entity_id, deleted_at) WHERE deleted_at IS NOT NULL AND purged = 0;
CREATE INDEX tasks_in_trash ON tasks (owner_id, deleted_at) WHERE deleted_at IS NOT NULL AND purged = 0;
-- What is to be cleared away, and what is left of what was.
CREATE INDEX entities_purged ON entities (purged, id) WHERE purged > 0;
CREATE INDEX modules_purged ON modules (purged, id) WHERE purged > 0;
CREATE INDEX tasks_purged ON tasks (purged, id) WHERE purged > 0;
-- A row that goes is looked for in these.
CREATE INDEX contents_by_module ON contents (module_id);
CREATE INDEX tasks_of_project ON tasks (project_id);

-- Names that lead on to what has another one now, until somebody takes them.
CREATE TABLE former_names (
    owner_id  TEXT NOT NULL REFERENCES users (id),
    kind      TEXT NOT NULL CHECK (kind IN ('code', 'data')),
    name      TEXT NOT NULL,
    entity_id TEXT NOT NULL REFERENCES entities (id),
    PRIMARY KEY (owner_id, kind, name)
);
CREATE INDEX former_names_by_entity ON former_names (entity_id);
