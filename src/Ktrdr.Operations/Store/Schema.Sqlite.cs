namespace Ktrdr.Operations;

/// <summary>The tables, as the ordered list of steps that make them, once for each store. A released step never changes; a new
/// one is added below, for both.</summary>
internal static partial class Schema
{
    /// <summary>The version this program writes.</summary>
    public static int Version => Sqlite.Length;

    /// <summary>The steps in SQLite's words.</summary>
    public static readonly string[] Sqlite =
    [
        // 1: operations, their history, and what they recorded on the way.
        """
            CREATE TABLE operations (
                id               TEXT    NOT NULL PRIMARY KEY,
                sequence         INTEGER NOT NULL UNIQUE,
                type             TEXT    NOT NULL,
                parent_id        TEXT    REFERENCES operations (id),
                root_id          TEXT    NOT NULL,
                name             TEXT    NOT NULL,
                role             TEXT    NOT NULL,
                status           TEXT    NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
                attempt          INTEGER NOT NULL DEFAULT 0,
                crashes          INTEGER NOT NULL DEFAULT 0,
                cancel_requested INTEGER NOT NULL DEFAULT 0,
                cancel_reason    TEXT,
                progress         TEXT    NOT NULL,
                metadata         TEXT    NOT NULL,
                "order"          TEXT    NOT NULL,
                result           TEXT,
                error            TEXT,
                publication      TEXT    CHECK (publication IN ('owed', 'late', 'done')),
                slot             TEXT,
                node             TEXT,
                seed             INTEGER,
                trace            TEXT,
                created_at       TEXT    NOT NULL,
                started_at       TEXT,
                heartbeat_at     TEXT,
                completed_at     TEXT,
                UNIQUE (parent_id, name)
            );

            CREATE UNIQUE INDEX operations_slot ON operations (slot) WHERE status IN ('pending', 'running');
            CREATE INDEX operations_live ON operations (role, created_at) WHERE status IN ('pending', 'running');
            CREATE INDEX operations_root ON operations (root_id);
            CREATE INDEX operations_type ON operations (type, status);
            CREATE INDEX operations_unpublished ON operations (id) WHERE publication IN ('owed', 'late');

            CREATE TRIGGER operations_move_forward BEFORE UPDATE OF status ON operations
            WHEN NOT (
                (OLD.status = 'pending' AND NEW.status IN ('pending', 'running', 'failed', 'cancelled'))
                OR OLD.status = 'running'
                OR OLD.status = NEW.status
            )
            BEGIN
                SELECT RAISE(ABORT, 'an operation moves forward only');
            END;

            CREATE TABLE events (
                operation_id TEXT    NOT NULL REFERENCES operations (id),
                number       INTEGER NOT NULL,
                at           TEXT    NOT NULL,
                kind         TEXT    NOT NULL,
                body         TEXT    NOT NULL,
                PRIMARY KEY (operation_id, number)
            );

            CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
            CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;

            CREATE TABLE records (
                operation_id TEXT NOT NULL REFERENCES operations (id),
                name         TEXT NOT NULL,
                body         TEXT NOT NULL,
                PRIMARY KEY (operation_id, name)
            );

            CREATE TABLE names (
                scope        TEXT NOT NULL,
                name         TEXT NOT NULL,
                operation_id TEXT NOT NULL REFERENCES operations (id),
                PRIMARY KEY (scope, name),
                UNIQUE (scope, operation_id)
            );
            """,
        // 2: money, in whole billionths of a dollar: what trees hold back, what is being bought, what it came to. A settlement
        // carries its day's account as it stands with it, so that no balance ever adds up a whole day.
        """
            CREATE TABLE holds (
                root_id TEXT    NOT NULL PRIMARY KEY REFERENCES operations (id),
                day     TEXT    NOT NULL,
                amount  INTEGER NOT NULL CHECK (amount > 0)
            );

            CREATE TABLE purchases (
                number       INTEGER NOT NULL PRIMARY KEY,
                day          TEXT    NOT NULL,
                root_id      TEXT    NOT NULL REFERENCES operations (id),
                operation_id TEXT    NOT NULL REFERENCES operations (id),
                attempt      INTEGER NOT NULL,
                key          TEXT    NOT NULL,
                reserved     INTEGER NOT NULL CHECK (reserved >= 0),
                reserved_at  TEXT    NOT NULL,
                about        TEXT    NOT NULL,
                UNIQUE (operation_id, attempt, key)
            );

            CREATE TABLE settlements (
                number          INTEGER NOT NULL PRIMARY KEY REFERENCES purchases (number),
                cost            INTEGER NOT NULL CHECK (cost >= 0),
                outcome         TEXT    NOT NULL CHECK (outcome IN ('settled', 'unknown')),
                settled_at      TEXT    NOT NULL,
                usage           TEXT    NOT NULL,
                charged_day     TEXT    NOT NULL,
                settled_in_day  INTEGER NOT NULL,
                payments_in_day INTEGER NOT NULL,
                trees_in_day    INTEGER NOT NULL
            );

            CREATE INDEX holds_day ON holds (day);
            CREATE INDEX purchases_day ON purchases (day, root_id);
            CREATE INDEX purchases_root ON purchases (root_id);
            CREATE INDEX settlements_day ON settlements (charged_day, settled_in_day);

            CREATE TRIGGER holds_stay BEFORE UPDATE ON holds BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
            CREATE TRIGGER holds_remain BEFORE DELETE ON holds BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
            CREATE TRIGGER purchases_stay BEFORE UPDATE ON purchases
            BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
            CREATE TRIGGER purchases_remain BEFORE DELETE ON purchases
            BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
            CREATE TRIGGER settlements_stay BEFORE UPDATE ON settlements
            BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
            CREATE TRIGGER settlements_remain BEFORE DELETE ON settlements
            BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
            """,
        // 3: who works on them, the files that homes share, and lists of one kind from the newest back.
        """
            CREATE TABLE nodes (
                id         TEXT NOT NULL PRIMARY KEY,
                home       TEXT NOT NULL,
                home_id    TEXT NOT NULL,
                roles      TEXT NOT NULL,
                started_at TEXT NOT NULL,
                seen_at    TEXT NOT NULL
            );

            CREATE TABLE files (
                path     TEXT    NOT NULL PRIMARY KEY,
                sequence INTEGER NOT NULL UNIQUE,
                hash     TEXT    NOT NULL
            );

            CREATE TABLE bodies (
                hash TEXT NOT NULL PRIMARY KEY,
                body BLOB NOT NULL
            );

            CREATE INDEX files_hash ON files (hash);

            DROP INDEX operations_type;
            CREATE INDEX operations_type ON operations (type, sequence);
            CREATE INDEX operations_status ON operations (status, sequence);
            CREATE INDEX operations_type_status ON operations (type, status, sequence);
            """,
        // 4: what ended and what was charged, each in one order, and the kinds of events that are counted: totals are added up from
        // these. What is there already gets its place by the time it happened at.
        """
            ALTER TABLE operations ADD COLUMN ended INTEGER;
            UPDATE operations SET ended = places.place FROM (
                SELECT id, row_number() OVER (ORDER BY completed_at, sequence) AS place FROM operations
                WHERE status IN ('completed', 'failed', 'cancelled')) AS places
            WHERE places.id = operations.id;
            CREATE UNIQUE INDEX operations_ended ON operations (ended) WHERE ended IS NOT NULL;

            DROP TRIGGER settlements_stay;
            ALTER TABLE settlements ADD COLUMN sequence INTEGER;
            UPDATE settlements SET sequence = places.place FROM (
                SELECT number, row_number() OVER (ORDER BY settled_at, number) AS place FROM settlements) AS places
            WHERE places.number = settlements.number;
            CREATE UNIQUE INDEX settlements_sequence ON settlements (sequence);
            CREATE TRIGGER settlements_stay BEFORE UPDATE ON settlements
            BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;

            CREATE INDEX events_counted ON events (kind, operation_id, number)
            WHERE kind = 'lost' OR kind = 'claimed' OR kind = 'refused_write';
            """,
    ];

    /// <summary>A ledger's table: made when first registered, and never changed by a migration.</summary>
    public static string SqliteLedger(string name) =>
        $"""
            CREATE TABLE IF NOT EXISTS ledger_{name} (
                key          TEXT NOT NULL PRIMARY KEY,
                sequence     INTEGER NOT NULL UNIQUE,
                subject      TEXT NOT NULL,
                operation_id TEXT NOT NULL REFERENCES operations (id),
                recorded_at  TEXT NOT NULL,
                body         TEXT NOT NULL
            );
            CREATE INDEX IF NOT EXISTS ledger_{name}_subject ON ledger_{name} (subject, sequence);
            CREATE TRIGGER IF NOT EXISTS ledger_{name}_stays BEFORE UPDATE ON ledger_{name}
            BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
            CREATE TRIGGER IF NOT EXISTS ledger_{name}_remains BEFORE DELETE ON ledger_{name}
            BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
            """;
}
