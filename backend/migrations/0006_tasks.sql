-- Lists of tasks in other orders and with filters, search that reads an index, and tasks that are sent twice.

-- What lists call a task and how long it ran, to sort by. PostgreSQL before 18 wants STORED for VIRTUAL.
ALTER TABLE tasks ADD COLUMN title_key TEXT NOT NULL GENERATED ALWAYS AS
    (lower(substr(CASE WHEN trim(description) <> '' THEN trim(description) ELSE trim(command) END, 1, 100))) VIRTUAL;
-- Microseconds; -1 when it never ran. One that runs counts as longer than any that ended, the longest running most.
ALTER TABLE tasks ADD COLUMN ran BIGINT NOT NULL GENERATED ALWAYS AS
    (CASE WHEN running_at IS NULL THEN -1
          WHEN finished_at IS NULL THEN 4611686018427387904 - running_at
          ELSE finished_at - running_at END) VIRTUAL;
-- Whoever sends it again means this task.
ALTER TABLE tasks ADD COLUMN client_key TEXT;
CREATE UNIQUE INDEX tasks_by_key ON tasks (owner_id, client_key) WHERE client_key IS NOT NULL;

-- Each order of a list is an index that has what the filters look at, so that only the page itself is read from the table.
DROP INDEX tasks_by_owner;
DROP INDEX tasks_by_project;
CREATE INDEX tasks_by_owner ON tasks (owner_id, created_at, id, project_id, state, mode, instance_type, environment)
    WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_project ON tasks (project_id, created_at, id, owner_id, state, mode, instance_type, environment)
    WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_owner_title ON tasks (owner_id, title_key, id, project_id, state, mode, instance_type, environment, created_at)
    WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_project_title ON tasks (project_id, title_key, id, owner_id, state, mode, instance_type, environment, created_at)
    WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_owner_ran ON tasks (owner_id, ran, id, project_id, state, mode, instance_type, environment, created_at)
    WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_project_ran ON tasks (project_id, ran, id, owner_id, state, mode, instance_type, environment, created_at)
    WHERE deleted_at IS NULL;

-- Which tasks contain three characters in a row: SQLite's own; PostgreSQL has pg_trgm for it. The rows of the index are
-- numbers, and those that SQLite gives rows itself do not survive a VACUUM.
ALTER TABLE tasks ADD COLUMN number BIGINT;
UPDATE tasks SET number = r.number
    FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM tasks) r WHERE r.id = tasks.id;
CREATE UNIQUE INDEX tasks_by_number ON tasks (number);
CREATE VIRTUAL TABLE task_words USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'trigram');
INSERT INTO task_words (rowid, text) SELECT number, search_key FROM tasks;
CREATE TRIGGER task_words_come AFTER INSERT ON tasks BEGIN
    UPDATE tasks SET number = (SELECT coalesce(max(number), 0) + 1 FROM tasks) WHERE id = NEW.id;
    INSERT INTO task_words (rowid, text) SELECT number, search_key FROM tasks WHERE id = NEW.id;
END;
CREATE TRIGGER task_words_change AFTER UPDATE OF search_key ON tasks BEGIN
    DELETE FROM task_words WHERE rowid = NEW.number;
    INSERT INTO task_words (rowid, text) VALUES (NEW.number, NEW.search_key);
END;
CREATE TRIGGER task_words_vanish AFTER DELETE ON tasks BEGIN
    DELETE FROM task_words WHERE rowid = OLD.number;
END;
