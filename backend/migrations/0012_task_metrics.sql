-- What the metrics in the logs of tasks are in short, as far as it was read. Kept, because reading a log takes seconds and
-- lists ask for many; made anew when what it was made of is another.

-- Whose log is read.
CREATE TABLE task_metrics (
    task_id   TEXT   NOT NULL PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
    reader    BIGINT NOT NULL,              -- version of what reads
    patterns  TEXT   NOT NULL,              -- hash of the project's own patterns
    log_bytes BIGINT NOT NULL               -- bytes that the log had, or more
);

-- Each value with the number of its line; one that is not a number is NULL.
CREATE TABLE task_series (
    task_id   TEXT   NOT NULL REFERENCES task_metrics (task_id) ON DELETE CASCADE,
    position  BIGINT NOT NULL,
    name      TEXT   NOT NULL,
    number    BIGINT NOT NULL,              -- how many values there are
    last      DOUBLE PRECISION,
    last_line BIGINT NOT NULL,
    min       DOUBLE PRECISION,
    min_line  BIGINT,
    max       DOUBLE PRECISION,
    max_line  BIGINT,
    last_step DOUBLE PRECISION,
    PRIMARY KEY (task_id, position)
);
