"""The SQL of the log on PostgreSQL: its tables, the append in one statement, and reading below the mark.

A position is ((base + transaction id) << 20) + ordinal within the append. Readers keep below the mark
((base + oldest running transaction id) << 20): every transaction below it has ended, so nothing can appear there.
"""

EVENTS = "stored_events"
TRACKING = "notification_tracking"
ORDINAL_BITS = 20
MOST_AT_ONCE = 2**ORDINAL_BITS - 1

TABLES = (
    f"""CREATE TABLE IF NOT EXISTS {EVENTS} (
        originator_id uuid NOT NULL,
        originator_version bigint NOT NULL,
        topic text NOT NULL,
        state bytea NOT NULL,
        notification_id bigint NOT NULL,
        PRIMARY KEY (originator_id, originator_version)
    ) WITH (
        autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.01
    )""",
    f"CREATE UNIQUE INDEX IF NOT EXISTS {EVENTS}_notification_id_idx ON {EVENTS} (notification_id)",
    f"CREATE TABLE IF NOT EXISTS {TRACKING} (application_name text PRIMARY KEY, notification_id bigint NOT NULL)",
    """CREATE TABLE IF NOT EXISTS receipts (
        caller text, key text, fingerprint text NOT NULL, answer text NOT NULL, PRIMARY KEY (caller, key))""",
    "CREATE TABLE IF NOT EXISTS seen_messages (source text, id text, PRIMARY KEY (source, id))",
    """CREATE TABLE IF NOT EXISTS log_base (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), base bigint NOT NULL, cluster text NOT NULL)""",
)

XMIN = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
OWN = "pg_current_xact_id()::text::bigint"
LAST = (
    "greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1, "
    "pg_current_xact_id_if_assigned()::text::bigint)"
)
MARK = f"(SELECT (base + {XMIN}) << {ORDINAL_BITS} FROM log_base WHERE only_row)"

BEHIND = f"EXISTS (SELECT FROM {EVENTS} WHERE notification_id >= (base + {LAST} + 1) << {ORDINAL_BITS})"
"""Whether there is a fact of a transaction that is yet to come, as only a restore can bring about."""

# The control data tell one cluster from another, and a cluster from itself before it was restored to an earlier time.
CLUSTER = "(SELECT system_identifier || '/' || timeline_id FROM pg_control_system(), pg_control_checkpoint())"
JUMP = 2**32
"""Transactions left out after a restore, so that no position lost with the old cluster is ever given again."""

SERIALISE_MIGRATIONS = "SELECT pg_advisory_xact_lock(hashtext('cpd log migration'))"
FIRST_BASE = f"INSERT INTO log_base (base, cluster) VALUES (0, {CLUSTER}) ON CONFLICT DO NOTHING"
IS_RESTORED = f"SELECT cluster <> {CLUSTER} OR {BEHIND} FROM log_base"
STOP_APPENDS = f"LOCK TABLE {EVENTS} IN SHARE ROW EXCLUSIVE MODE"
RAISE_BASE = f"""UPDATE log_base SET
    base = coalesce((SELECT max(notification_id) >> {ORDINAL_BITS} FROM {EVENTS}), 0) + {JUMP} - {XMIN},
    cluster = {CLUSTER}
WHERE cluster <> {CLUSTER} OR {BEHIND}"""

_START = (
    f"SELECT CASE WHEN NOT {BEHIND} THEN (base + {OWN}) << {ORDINAL_BITS} END AS start FROM log_base WHERE only_row"
)
_PLACE = f"place AS MATERIALIZED ({_START})"
_MARKS = {
    "receipt": "INSERT INTO receipts VALUES (%(caller)b, %(key)b, %(fingerprint)b, %(answer)b)",
    "message": "INSERT INTO seen_messages VALUES (%(source)b, %(id)b)",
    # A position that is not beyond the one there becomes a null, which the column refuses: the whole append is undone.
    "tracking": f"""INSERT INTO {TRACKING} AS t VALUES (%(application_name)b, %(tracked)b)
        ON CONFLICT (application_name) DO UPDATE SET notification_id =
        CASE WHEN t.notification_id < excluded.notification_id THEN excluded.notification_id END""",
    "forgotten": f"DELETE FROM {TRACKING} WHERE application_name = ANY(%(forgotten)b)",
}
_INSERT = f"INSERT INTO {EVENTS} (originator_id, originator_version, topic, state, notification_id)"
_GIVEN = """unnest(%(originator_ids)b::uuid[], %(versions)b::bigint[], %(topics)b::text[], %(states)b::bytea[])
    WITH ORDINALITY AS e (originator_id, originator_version, topic, state, ordinal)"""
# Rows go in by key, so that two appends to the same streams cannot deadlock; positions follow the order given.
_MANY = f"""{_INSERT}
    SELECT e.originator_id, e.originator_version, e.topic, e.state, (SELECT start FROM place) + e.ordinal
    FROM {_GIVEN}
    ORDER BY e.originator_id, e.originator_version
    RETURNING notification_id"""
INSERT_FROM = f"""{_INSERT}
    SELECT e.originator_id, e.originator_version, e.topic, e.state, %(first)b::bigint - 1 + e.ordinal FROM {_GIVEN}"""
SEE = "INSERT INTO seen_messages SELECT * FROM unnest(%(sources)b::text[], %(ids)b::text[])"


def append_statement(marks: tuple[str, ...], ordinals: int | None) -> str:
    """The one statement of an append with these marks: of so many events as parameters, or of arrays of any length.

    What it writes beside the events comes after them, in a fixed order.
    """
    parts = [f"{name} AS ({_MARKS[name]})" for name in _MARKS if name in marks]
    if ordinals == 0:
        return f"WITH {', '.join(parts)} SELECT"
    events = _MANY if ordinals is None else _few(ordinals)
    return f"WITH {', '.join([_PLACE, *parts])} {events}"


def _few(ordinals: int) -> str:
    rows = ", ".join(f"(%(version{n})b::bigint, %(topic{n})b, %(state{n})b, {n})" for n in range(1, ordinals + 1))
    return f"""{_INSERT}
        SELECT %(originator_id)b, e.originator_version, e.topic, e.state, (SELECT start FROM place) + e.ordinal
        FROM (VALUES {rows}) AS e (originator_version, topic, state, ordinal)
        RETURNING notification_id"""


_ROWS = f"SELECT notification_id, topic, state FROM {EVENTS}"
END = f"SELECT max(notification_id) FROM {EVENTS}"
READABLE_END = f"SELECT max(notification_id) FROM {EVENTS} WHERE notification_id < {MARK}"
STREAM = f"SELECT originator_version, topic, state FROM {EVENTS} WHERE originator_id = %b"
NOTIFICATIONS = (
    f"SELECT notification_id, originator_id, originator_version, topic, state FROM {EVENTS} "
    f"WHERE notification_id < {MARK}"
)
ROWS_AFTER = (
    f"{_ROWS} WHERE notification_id > %b AND notification_id <= %b AND notification_id < {MARK} "
    "ORDER BY notification_id LIMIT %b"
)
WHOLE_ROWS_FROM = (
    "SELECT notification_id, encode(uuid_send(originator_id), 'hex'), originator_version, topic, state "
    f"FROM {EVENTS} WHERE notification_id >= %b AND notification_id <= %b AND notification_id < {MARK} "
    "ORDER BY notification_id LIMIT %b"
)
ROWS_AT = f"{_ROWS} WHERE notification_id = ANY(%b::bigint[]) ORDER BY notification_id"
_BY_STREAM = "ORDER BY originator_id, originator_version"
ROWS_OF = (
    f"{_ROWS} WHERE originator_id BETWEEN %b AND %b AND notification_id <= %b AND topic = ANY(%b::text[]) {_BY_STREAM}"
)
EVERY_NTH = f"""WITH RECURSIVE others AS (SELECT count(*) / %b AS number FROM {EVENTS} WHERE notification_id <= %b),
    nth AS (SELECT 0::bigint AS position UNION ALL SELECT (
        SELECT notification_id FROM {EVENTS} WHERE notification_id > nth.position AND notification_id <= %b
        ORDER BY notification_id OFFSET (SELECT number FROM others) LIMIT 1
    ) FROM nth WHERE position IS NOT NULL)
    SELECT position FROM nth WHERE position > 0"""
ROWS_BESIDE = (
    f"{_ROWS} WHERE originator_id = (SELECT originator_id FROM {EVENTS} WHERE notification_id = %b) "
    "AND notification_id BETWEEN %b AND %b ORDER BY originator_version"
)
STORED_AS = f"SELECT notification_id, topic, state FROM {EVENTS} WHERE originator_id = %b AND originator_version = %b"
RECEIPT = "SELECT caller, key, fingerprint, answer FROM receipts WHERE caller = %b AND key = %b"
RECEIPTS_WITH = """SELECT caller, key, fingerprint, answer FROM receipts
    WHERE caller = ANY(%b) OR strpos(answer, %b) > 0 ORDER BY caller, key"""
SEEN = "SELECT 1 FROM seen_messages WHERE source = %b AND id = %b"
TRACKED = f"SELECT notification_id FROM {TRACKING} WHERE application_name = %b"
COUNTED = f"SELECT count(*) FROM (SELECT FROM {EVENTS} LIMIT %b) AS counted"
COUNTED_AFTER = f"SELECT count(*) FROM (SELECT FROM {EVENTS} WHERE notification_id > %b LIMIT %b) AS counted"
PLANNED = f"EXPLAIN (FORMAT JSON) SELECT FROM {EVENTS}"
OLDEST_WRITER = """SELECT coalesce(extract(epoch FROM clock_timestamp() - min(began)), 0)::float8 FROM (
    SELECT xact_start AS began FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
    UNION ALL SELECT prepared FROM pg_prepared_xacts) AS writers"""
