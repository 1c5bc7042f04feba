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
CREATE INDEX entities_by_update ON entities (kind, updated_at) WHERE deleted_at IS NULL;

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
CREATE INDEX tasks_by_owner ON tasks (owner_id, created_at);
CREATE INDEX tasks_by_project ON tasks (project_id, created_at);
CREATE INDEX tasks_by_module ON tasks (module_id);
CREATE INDEX tasks_by_family ON tasks (family_id, created_at);
CREATE INDEX tasks_by_state ON tasks (state, created_at);

-- Datasets of a task, mounted at /input/<mount>.
CREATE TABLE task_mounts (
    task_id   TEXT   NOT NULL REFERENCES tasks (id),
    position  BIGINT NOT NULL,
    module_id TEXT   NOT NULL REFERENCES modules (id),
    mount     TEXT   NOT NULL,
    PRIMARY KEY (task_id, mount)
);
CREATE INDEX task_mounts_by_module ON task_mounts (module_id);
