-- Metrics that are looked for in the logs of a project's tasks, beside those that are known: regular expressions of its
-- owner's, in the owner's order.
CREATE TABLE metric_patterns (
    entity_id TEXT   NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    position  BIGINT NOT NULL,
    name      TEXT   NOT NULL,
    pattern   TEXT   NOT NULL,
    PRIMARY KEY (entity_id, position)
);
