-- What happened to a user's things while nobody looked. Forgotten after 90 days, and beyond a thousand of a user.
CREATE TABLE notifications (
    id         TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id),
    kind       TEXT   NOT NULL CHECK (kind IN ('task', 'star', 'fork', 'comment', 'quota')),
    subject    TEXT   NOT NULL,             -- what it is about: unread ones of the same kind and subject are one
    entity_id  TEXT   REFERENCES entities (id), -- whoever may not see this project or dataset does not see it either
    notice     TEXT   NOT NULL,             -- JSON
    times      BIGINT NOT NULL,             -- how often it happened since the user last read of it
    created_at BIGINT NOT NULL,             -- the last time it happened
    read_at    BIGINT
);
CREATE INDEX notifications_by_user ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX notifications_by_kind ON notifications (user_id, kind, created_at DESC, id DESC);
CREATE INDEX notifications_unread ON notifications (user_id, created_at DESC, id DESC) WHERE read_at IS NULL;
CREATE UNIQUE INDEX notifications_by_subject ON notifications (user_id, kind, subject) WHERE read_at IS NULL;
CREATE INDEX notifications_by_age ON notifications (created_at);
CREATE INDEX notifications_by_entity ON notifications (entity_id);

-- Kinds that a user does not want. All others are wanted.
CREATE TABLE notification_refusals (
    user_id TEXT NOT NULL REFERENCES users (id),
    kind    TEXT NOT NULL,
    PRIMARY KEY (user_id, kind)
);
