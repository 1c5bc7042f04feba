-- Rows of Russell Cloud Web. Taken by SQLite and PostgreSQL alike.
-- Ids: 32 lower-case hexadecimal digits. Times: microseconds since 1970, UTC. Truth values: 0 and 1.
-- What users delete keeps its row with deleted_at set.

CREATE TABLE users (
    id            TEXT   NOT NULL PRIMARY KEY,
    username      TEXT   NOT NULL,
    username_key  TEXT   NOT NULL UNIQUE,   -- lower case: nobody can pose as "Alice" beside "alice"
    email         TEXT   NOT NULL,
    email_key     TEXT   NOT NULL UNIQUE,   -- lower case
    password_hash TEXT   NOT NULL,          -- argon2id, PHC string
    kind          TEXT,
    created_at    BIGINT NOT NULL
);

CREATE TABLE tokens (
    hash       TEXT   NOT NULL PRIMARY KEY, -- SHA-256 of the token, hexadecimal; the token itself is nowhere
    user_id    TEXT   NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX tokens_by_user ON tokens (user_id);
CREATE INDEX tokens_by_expiry ON tokens (expires_at);

-- Failed sign-ins in a row, by account and by address.
CREATE TABLE sign_in_failures (
    subject  TEXT   NOT NULL PRIMARY KEY,   -- "user:<name>" or "address:<ip>"
    failures BIGINT NOT NULL,
    last_at  BIGINT NOT NULL
);

-- Projects (kind 'code') and datasets (kind 'data'): a name for versions.
CREATE TABLE entities (
    id          TEXT   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL CHECK (kind IN ('code', 'data')),
    owner_id    TEXT   NOT NULL REFERENCES users (id),
    name        TEXT   NOT NULL,
    name_key    TEXT   NOT NULL,            -- lower case, for search and order
    description TEXT   NOT NULL,
    search_key  TEXT   NOT NULL,            -- name and description in lower case
    permission  BIGINT NOT NULL,            -- 0 public, 1 private
    default_env TEXT   NOT NULL,            -- projects only, else empty
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    deleted_at  BIGINT
);
CREATE UNIQUE INDEX entities_by_name ON entities (owner_id, kind, name) WHERE deleted_at IS NULL;
-- One for each order of a list, and one to count by.
CREATE INDEX entities_by_update ON entities (kind, updated_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX entities_by_creation ON entities (kind, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX entities_by_key ON entities (kind, name_key, name, id) WHERE deleted_at IS NULL;
CREATE INDEX entities_by_permission ON entities (kind, permission, owner_id) WHERE deleted_at IS NULL;

-- Versions of projects and datasets.
CREATE TABLE modules (
    id          TEXT   NOT NULL PRIMARY KEY,
    entity_id   TEXT   NOT NULL REFERENCES entities (id),
    version     BIGINT NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('pending', 'uploading', 'valid', 'failed')),
    description TEXT   NOT NULL,
    family_id   TEXT,
    codehash    TEXT,
    size_bytes  BIGINT NOT NULL,
    files       BIGINT NOT NULL,
    reason      TEXT,                       -- why it failed
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    deleted_at  BIGINT,
    shared      BIGINT NOT NULL DEFAULT 0,  -- 1: what earlier versions have too is stored once
    UNIQUE (entity_id, version)
);
CREATE INDEX modules_to_share ON modules (updated_at) WHERE state = 'valid' AND shared = 0 AND deleted_at IS NULL;
CREATE INDEX modules_by_codehash ON modules (entity_id, codehash);

-- Files and folders of valid versions. Paths are relative, '/' between the parts.
CREATE TABLE module_files (
    module_id TEXT   NOT NULL REFERENCES modules (id),
    path      TEXT   NOT NULL,
    kind      TEXT   NOT NULL CHECK (kind IN ('file', 'dir')),
    size      BIGINT NOT NULL,
    modified  BIGINT NOT NULL,
    md5       TEXT,                         -- of files
    PRIMARY KEY (module_id, path)
);

-- Where each content of a project or dataset lies, so that the next version need not store it again. A hint: the file
-- is compared before it is used.
CREATE TABLE contents (
    entity_id TEXT   NOT NULL REFERENCES entities (id),
    md5       TEXT   NOT NULL,
    size      BIGINT NOT NULL,
    module_id TEXT   NOT NULL REFERENCES modules (id),
    path      TEXT   NOT NULL,
    PRIMARY KEY (entity_id, md5, size)
);

-- Uploads that have begun and not ended; id is the version's. Their bytes lie in the store.
CREATE TABLE uploads (
    module_id   TEXT   NOT NULL PRIMARY KEY REFERENCES modules (id),
    kind        TEXT   NOT NULL CHECK (kind IN ('tus', 'cli')),
    user_id     TEXT   NOT NULL REFERENCES users (id),
    client_key  TEXT,                       -- tus only: whoever sends it again means this upload
    total_bytes BIGINT NOT NULL,
    hash_code   TEXT,                       -- MD5 of the whole archive, cli only
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
CREATE INDEX uploads_by_update ON uploads (updated_at);
CREATE UNIQUE INDEX uploads_by_key ON uploads (user_id, client_key);

CREATE TABLE tasks (
    id                 TEXT   NOT NULL PRIMARY KEY,
    owner_id           TEXT   NOT NULL REFERENCES users (id),
    project_id         TEXT   NOT NULL REFERENCES entities (id),
    module_id          TEXT   NOT NULL REFERENCES modules (id),
    code_version       BIGINT NOT NULL,
    name               TEXT   NOT NULL,
    description        TEXT   NOT NULL,
    command            TEXT   NOT NULL,
    full_command       TEXT,
    search_key         TEXT   NOT NULL,     -- id, name, description and command in lower case
    mode               TEXT   NOT NULL,
    instance_type      TEXT   NOT NULL,
    environment        TEXT   NOT NULL,
    enable_tensorboard BIGINT NOT NULL,
    params             TEXT   NOT NULL,     -- JSON array of "key:value"
    family_id          TEXT,
    predecessor        TEXT,
    state              TEXT   NOT NULL CHECK (state IN ('waiting', 'running', 'success', 'failed', 'stopped')),
    stage              TEXT   NOT NULL CHECK (stage IN ('queued', 'creating', 'configuring', 'running', 'finished')),
    created_at         BIGINT NOT NULL,     -- queued since
    creating_at        BIGINT,
    configuring_at     BIGINT,
    running_at         BIGINT,
    finished_at        BIGINT,
    exit_code          BIGINT,
    end_reason         TEXT,
    end_message        TEXT,
    log_bytes          BIGINT NOT NULL,
    output_bytes       BIGINT NOT NULL,
    deleted_at         BIGINT
);
-- Each list reads one of these backwards until its page is full.
CREATE INDEX tasks_by_owner ON tasks (owner_id, created_at, id, project_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_owner_state ON tasks (owner_id, state, created_at, id, project_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_project ON tasks (project_id, created_at, id, owner_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_project_state ON tasks (project_id, state, created_at, id, owner_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_family ON tasks (owner_id, family_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_module ON tasks (module_id);
CREATE INDEX tasks_by_state ON tasks (state, created_at);
CREATE INDEX tasks_queued ON tasks (instance_type, created_at, id) WHERE state = 'waiting' AND stage = 'queued';

-- How many tasks that are not deleted there are: a list tells its length without counting. Kept by the triggers below,
-- which are the one thing here that PostgreSQL spells differently.
CREATE TABLE task_counts (
    owner_id   TEXT   NOT NULL REFERENCES users (id),
    project_id TEXT   NOT NULL REFERENCES entities (id),
    state      TEXT   NOT NULL,
    tasks      BIGINT NOT NULL,
    PRIMARY KEY (owner_id, project_id, state)
);
CREATE INDEX task_counts_by_project ON task_counts (project_id);
CREATE TRIGGER tasks_come AFTER INSERT ON tasks WHEN NEW.deleted_at IS NULL BEGIN
    INSERT INTO task_counts (owner_id, project_id, state, tasks) VALUES (NEW.owner_id, NEW.project_id, NEW.state, 1)
    ON CONFLICT (owner_id, project_id, state) DO UPDATE SET tasks = task_counts.tasks + 1;
END;
CREATE TRIGGER tasks_leave AFTER UPDATE OF state, deleted_at ON tasks WHEN OLD.deleted_at IS NULL BEGIN
    UPDATE task_counts SET tasks = tasks - 1
    WHERE owner_id = OLD.owner_id AND project_id = OLD.project_id AND state = OLD.state;
END;
CREATE TRIGGER tasks_return AFTER UPDATE OF state, deleted_at ON tasks WHEN NEW.deleted_at IS NULL BEGIN
    INSERT INTO task_counts (owner_id, project_id, state, tasks) VALUES (NEW.owner_id, NEW.project_id, NEW.state, 1)
    ON CONFLICT (owner_id, project_id, state) DO UPDATE SET tasks = task_counts.tasks + 1;
END;
CREATE TRIGGER tasks_vanish AFTER DELETE ON tasks WHEN OLD.deleted_at IS NULL BEGIN
    UPDATE task_counts SET tasks = tasks - 1
    WHERE owner_id = OLD.owner_id AND project_id = OLD.project_id AND state = OLD.state;
END;

-- Datasets of a task, mounted at /input/<mount>.
CREATE TABLE task_mounts (
    task_id   TEXT   NOT NULL REFERENCES tasks (id),
    position  BIGINT NOT NULL,
    module_id TEXT   NOT NULL REFERENCES modules (id),
    mount     TEXT   NOT NULL,
    PRIMARY KEY (task_id, mount)
);
CREATE INDEX task_mounts_by_module ON task_mounts (module_id);
