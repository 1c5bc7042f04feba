-- Accounts, packs, the ledger and what tasks have used. Money is fen, time seconds; see docs/decisions/0020-billing.md.

-- How each account stands; made when it is first asked for. What its plan is follows from the first three numbers.
CREATE TABLE billing_accounts (
    user_id    TEXT   NOT NULL PRIMARY KEY REFERENCES users (id),
    anchor     BIGINT NOT NULL,             -- the months of the plan are counted from here
    vip_months BIGINT NOT NULL,             -- so many of them, from the first, are VIP
    period     BIGINT NOT NULL,             -- number of the current month
    cpu_used   BIGINT NOT NULL,             -- seconds of the plan used in it
    gpu_used   BIGINT NOT NULL,
    balance    BIGINT NOT NULL CHECK (balance >= 0),
    credit     BIGINT NOT NULL CHECK (credit >= 0 AND credit < 3600), -- of the last fen taken, in parts of 3600
    vip_until  BIGINT NOT NULL              -- follows from anchor and vip_months; for the order of the queue
);

CREATE TABLE billing_packs (
    id         TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id),
    compute    TEXT   NOT NULL CHECK (compute IN ('cpu', 'gpu')),
    seconds    BIGINT NOT NULL,
    left_over  BIGINT NOT NULL CHECK (left_over >= 0),
    expires_at BIGINT NOT NULL
);
CREATE INDEX billing_packs_by_user ON billing_packs (user_id, expires_at) WHERE left_over > 0;

-- Orders; paid from the balance or through a payment provider.
CREATE TABLE billing_orders (
    id         TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id),
    client_key TEXT   NOT NULL,             -- whoever sends it again means this order
    product    TEXT,                        -- none: a recharge
    amount     BIGINT NOT NULL CHECK (amount > 0),
    pay_with   TEXT   NOT NULL CHECK (pay_with IN ('wallet', 'provider')),
    state      TEXT   NOT NULL CHECK (state IN ('pending', 'paid', 'failed', 'expired')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE UNIQUE INDEX billing_orders_by_key ON billing_orders (user_id, client_key);
CREATE INDEX billing_orders_pending ON billing_orders (expires_at, user_id) WHERE state = 'pending';

-- The ledger: the sum of an account's amounts is its balance at any time. A row never changes and never goes, but for
-- that of a running task (id is the task's), which grows until the task has ended.
CREATE TABLE ledger (
    id              TEXT   NOT NULL PRIMARY KEY,
    user_id         TEXT   NOT NULL REFERENCES users (id),
    at              BIGINT NOT NULL,
    kind            TEXT   NOT NULL CHECK (kind IN ('recharge', 'purchase', 'usage', 'refund', 'grant')),
    amount          BIGINT NOT NULL,
    product         TEXT,
    order_id        TEXT   REFERENCES billing_orders (id),
    compute         TEXT,
    plan_seconds    BIGINT NOT NULL DEFAULT 0,
    pack_seconds    BIGINT NOT NULL DEFAULT 0,
    balance_seconds BIGINT NOT NULL DEFAULT 0,
    waived_seconds  BIGINT NOT NULL DEFAULT 0,
    note            TEXT,                   -- of a task: its project's name
    open            BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX ledger_by_user ON ledger (user_id, at, id);
CREATE INDEX ledger_by_user_kind ON ledger (user_id, kind, at, id);
-- An order brings in money once and buys once.
CREATE UNIQUE INDEX ledger_by_order ON ledger (order_id, kind) WHERE order_id IS NOT NULL;
CREATE INDEX ledger_open ON ledger (open) WHERE open = 1;
CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger BEGIN
    SELECT RAISE(ABORT, 'nothing is taken out of the ledger');
END;
CREATE TRIGGER ledger_is_written_once BEFORE UPDATE ON ledger WHEN OLD.open = 0 BEGIN
    SELECT RAISE(ABORT, 'nothing in the ledger is changed');
END;

-- Seconds of each task by hour, for charts and forecasts.
CREATE TABLE usage_hours (
    user_id TEXT   NOT NULL REFERENCES users (id),
    hour    BIGINT NOT NULL,                -- since 1970, UTC
    compute TEXT   NOT NULL,
    seconds BIGINT NOT NULL,
    PRIMARY KEY (user_id, hour, compute)
);

-- Tasks on their way, for the limit of tasks at once.
CREATE INDEX tasks_active ON tasks (owner_id) WHERE stage IN ('creating', 'configuring', 'running');
-- The bytes of outputs, for the limit of storage.
CREATE INDEX tasks_by_output ON tasks (owner_id, output_bytes) WHERE deleted_at IS NULL;
