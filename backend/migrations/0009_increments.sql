-- Uploads of the app that build on an older version.

-- Bytes of the older version's files that the new one takes over: they are not sent, but the new version has them.
ALTER TABLE uploads ADD COLUMN kept_bytes BIGINT NOT NULL DEFAULT 0;

-- What such an upload changes; without a row a version builds on none.
CREATE TABLE module_changes (
    module_id  TEXT   NOT NULL PRIMARY KEY REFERENCES modules (id) ON DELETE CASCADE,
    base       BIGINT NOT NULL,             -- number of the older version
    sent_bytes BIGINT NOT NULL,
    added      BIGINT NOT NULL,
    changed    BIGINT NOT NULL,
    removed    BIGINT NOT NULL,
    unchanged  BIGINT NOT NULL
);
