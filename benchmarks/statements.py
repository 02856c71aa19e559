"""The SQL that fills the large tables (benchmarks/seed.py says with what).

``age`` counts tickets from the newest (0). ``dice(age, n)`` is a number from 0 to 1 that is always
the same for the same age and n. Everything happens on whole minutes, so that the slow second opinion
on service levels (tests/sla/oracle.py) can follow. What follows from the histories is not written
here but by ``seed``, from the histories.
"""

FILLED = [
    "records_record", "tickets_ticket", "tickets_incident",
    "records_event", "records_comment", "records_follower", "records_attachment", "records_searchtext",
]  # fmt: skip
FOLLOWING = ["tickets_serviceclock", "schedule_duerow"]
PEOPLE = ["accounts_person", "accounts_membership", "accounts_organization"]

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""

WORDS_INDEX = "SELECT indexdef FROM pg_indexes WHERE indexname = 'search_text_words'"

DICE = """
CREATE OR REPLACE FUNCTION pg_temp.dice(age bigint, n bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(age, n) & 9007199254740991)::float8 / 9007199254740992 $$
"""

LDCS = "CREATE TEMP TABLE bench_ldc (rank int, id bigint, people bigint[]) ON COMMIT DROP"

# Each LATERAL may use what those above it said.
_TICKETS = """
CREATE TEMP TABLE bench_ticket ON COMMIT DROP AS
SELECT
    age, specimen, %(records)s + %(size)s - age AS id, 'INC-' || (1000000 + %(size)s - age) AS reference,
    replace((%(titles)s::text[])[1 + floor(pg_temp.dice(age, 11) * cardinality(%(titles)s::text[]))::int],
            '{}', (1 + floor(pg_temp.dice(age, 12) * 9999))::text) AS title,
    ldc.id AS organization_id, reporter_id, colleague_id, agent_id, messages, status, done_at, closed_at,
    created_at, work_until, rule.impact, rule.urgency, rule.severity,
    sum(messages + last) OVER (ORDER BY age DESC) - messages - last AS messages_before, last,
    CASE WHEN NOT specimen AND pg_temp.dice(age, 13) < 0.03 THEN 'restricted' ELSE 'organization' END AS visibility,
    CASE WHEN status NOT IN ('new', 'acknowledged', 'cancelled')
         THEN date_trunc('minute', created_at + 0.1 * (work_until - created_at)) END AS taken_at,
    coalesce(closed_at, work_until) AS updated_at
FROM (
    SELECT age, age < 2 * %(specimens)s + %(giants)s AS specimen,
        age < 2 * %(specimens)s + %(giants)s OR pg_temp.dice(age, 1) < exp(-age / (0.01 * %(size)s + 50)) AS open,
        date_trunc('minute', %(now)s - interval '6 years' * ((age + 0.5) / %(size)s)) AS created_at
    FROM generate_series(%(size)s - 1, 0, -1) AS age
) AS ticket
JOIN bench_ldc AS ldc ON ldc.rank = CASE
    WHEN specimen THEN 1 ELSE width_bucket(pg_temp.dice(age, 2), %(shares)s::float8[]) END
CROSS JOIN LATERAL (SELECT floor(pg_temp.dice(age, 3) * cardinality(people))::int AS seat) AS chair
CROSS JOIN LATERAL (
    SELECT people[1 + seat] AS reporter_id, people[1 + (seat + 1) %% cardinality(people)] AS colleague_id,
        (%(agents)s::bigint[])[1 + floor(pg_temp.dice(age, 4) * cardinality(%(agents)s::bigint[]))::int] AS agent_id,
        CASE WHEN age < %(specimens)s THEN 1 WHEN age < 2 * %(specimens)s THEN 30 WHEN specimen THEN 500
             ELSE least(150, floor(2.3 * power(1 - pg_temp.dice(age, 5), -0.6)))::int END AS messages,
        %(now)s - created_at AS lived
) AS who
CROSS JOIN LATERAL (
    SELECT date_trunc('minute', CASE
        WHEN open THEN created_at + lived * (0.6 + 0.4 * pg_temp.dice(age, 6))
        ELSE created_at + least(lived * 0.9, interval '1 hour' * (2 - 110 * ln(1 - pg_temp.dice(age, 6)))) END)
        AS work_until
) AS work
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN specimen THEN 'in_progress'
        WHEN open AND pg_temp.dice(age, 7) < 0.15 AND lived < interval '5 days' THEN 'new'
        WHEN open AND pg_temp.dice(age, 7) < 0.25 THEN 'acknowledged'
        WHEN open AND pg_temp.dice(age, 7) < 0.65 THEN 'in_progress'
        WHEN open AND pg_temp.dice(age, 7) < 0.90 THEN 'waiting_ldc'
        WHEN open THEN 'waiting_vendor'
        WHEN pg_temp.dice(age, 7) < 0.03 THEN 'cancelled'
        WHEN work_until > %(now)s - interval '14 days' THEN 'resolved'
        ELSE 'closed' END AS status
) AS stands
CROSS JOIN LATERAL (
    SELECT CASE WHEN NOT open THEN work_until END AS done_at,
        CASE WHEN status IN ('new', 'acknowledged', 'in_progress') THEN 0 ELSE 1 END AS last,
        CASE WHEN status = 'closed' THEN date_trunc(
            'minute', work_until + interval '14 days' * (0.3 + 0.7 * pg_temp.dice(age, 8))) END AS closed_at
) AS ends
CROSS JOIN LATERAL (
    SELECT (ARRAY['minor', 'part', 'billing', 'all'])[1 + (pg_temp.dice(age, 9) > 0.45)::int
            + (pg_temp.dice(age, 9) > 0.88)::int + (pg_temp.dice(age, 9) > 0.98)::int] AS impact,
        (ARRAY['wait', 'week', 'today', 'now'])[1 + (pg_temp.dice(age, 10) > 0.35)::int
            + (pg_temp.dice(age, 10) > 0.75)::int + (pg_temp.dice(age, 10) > 0.94)::int] AS urgency
) AS said
JOIN tickets_severityrule AS rule ON rule.impact = said.impact AND rule.urgency = said.urgency
"""

_RECORDS = """
INSERT INTO records_record (id, kind, reference, title, organization_id, visibility, reporter_id, assignee_id,
    status, done_at, version, created_at, updated_at)
SELECT id, 'incident', reference, title, organization_id, visibility, reporter_id,
    CASE WHEN specimen OR pg_temp.dice(age, 14) < CASE WHEN status = 'new' THEN 0.1 ELSE 0.95 END THEN agent_id END,
    status, done_at, 1 + messages, created_at, updated_at
FROM bench_ticket ORDER BY age DESC
"""

_TICKET_ROWS = """
INSERT INTO tickets_ticket (record_ptr_id, severity, item, environment, contact_id, backup_contact_id, phone,
    policy_version_id, calendar_version_id, clock_started_at, due_target, resolution, reopen_until)
SELECT id, severity, '',
    (ARRAY['production', 'production', 'production', 'quality', 'sandbox'])[1 + floor(pg_temp.dice(age, 15) * 5)::int],
    contact,
    CASE WHEN contact IS NOT NULL AND colleague_id <> contact THEN colleague_id END,
    '', %(policy)s, %(calendar)s, created_at, '',
    CASE WHEN status IN ('resolved', 'closed') THEN
        CASE WHEN pg_temp.dice(age, 17) < 0.8 THEN 'fix' ELSE 'workaround' END ELSE '' END,
    CASE WHEN status IN ('resolved', 'closed') THEN done_at + interval '14 days' END
FROM bench_ticket
CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.dice(age, 18) < 0.5 THEN reporter_id END AS contact) AS named
ORDER BY age DESC
"""

_INCIDENTS = """
INSERT INTO tickets_incident (ticket_ptr_id, impact, urgency, description, "references", occurred_at)
SELECT id, impact, urgency,
    array_to_string((%(sayings)s::text[])[1 + floor(pg_temp.dice(age, 16) * 6)::int:10], E'\\n\\n'), '',
    created_at - interval '2 hours'
FROM bench_ticket
ORDER BY age DESC
"""

# One message in ten is an internal note; the others alternate between the two sides. The last one comes
# with the move that asks, waits, resolves or cancels.
_MESSAGES = """
CREATE TEMP TABLE bench_message ON COMMIT DROP AS
SELECT %(comments)s + messages_before + number AS comment_id, id AS record_id, age, number, internal, with_move,
    CASE WHEN by_agent THEN agent_id ELSE reporter_id END AS author_id,
    CASE WHEN by_agent THEN 'agent' ELSE 'ldc' END AS side,
    CASE WHEN with_move THEN work_until ELSE date_trunc(
        'minute', created_at + (work_until - created_at) * (0.1 + 0.85 * number / (messages + 1))) END AS at
FROM bench_ticket
CROSS JOIN LATERAL generate_series(1, messages + last) AS number
CROSS JOIN LATERAL (SELECT number > messages AS with_move) AS place
CROSS JOIN LATERAL (SELECT number %% 10 = 4 AND NOT with_move AS internal) AS kind
CROSS JOIN LATERAL (
    SELECT CASE WHEN with_move THEN status <> 'cancelled' ELSE internal OR number %% 2 = 1 END AS by_agent
) AS sides
"""

# History lies on disk in the order in which it happened, not ticket by ticket: hence ORDER BY.
_COMMENTS = """
INSERT INTO records_comment (id, record_id, author_id, body, internal, created_at)
SELECT comment_id, record_id, author_id,
    array_to_string((%(sayings)s::text[])[first:first + floor(4 * pg_temp.dice(age, 200 + number))::int], ' '),
    internal, at
FROM bench_message
CROSS JOIN LATERAL (SELECT 1 + floor(pg_temp.dice(age, 400 + number) * 8)::int AS first) AS words
ORDER BY at
"""

_EVENTS = """
INSERT INTO records_event (record_id, name, at, actor_id, internal, facts, comment_id)
SELECT record_id, name, at, actor_id, internal, facts, comment_id FROM (
    SELECT 4 AS turn, record_id, CASE WHEN internal THEN 'incident.noted' ELSE 'incident.replied' END AS name, at,
        author_id AS actor_id, internal, jsonb_build_object('side', side) AS facts, comment_id
    FROM bench_message WHERE NOT with_move
    UNION ALL
    SELECT 1, id, 'incident.submitted', created_at, reporter_id, false,
        jsonb_build_object('side', 'ldc', 'now', 'new', 'severity', severity,
            'clock_from', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
            'policy_version', %(policy)s, 'calendar_version', %(calendar)s), NULL
    FROM bench_ticket
    UNION ALL
    SELECT 2, id, 'incident.acknowledge', date_trunc('minute', created_at + 0.05 * (work_until - created_at)),
        agent_id, false, '{"side": "agent", "was": "new", "now": "acknowledged"}', NULL
    FROM bench_ticket WHERE status = 'acknowledged'
    UNION ALL
    SELECT 3, id, 'incident.start', taken_at, agent_id, false,
        '{"side": "agent", "was": "new", "now": "in_progress"}', NULL
    FROM bench_ticket WHERE taken_at IS NOT NULL
    UNION ALL
    SELECT 5, id, CASE status WHEN 'waiting_ldc' THEN 'incident.ask' ELSE 'incident.wait_for_vendor' END, at,
        author_id, false, jsonb_build_object('side', side, 'was', 'in_progress', 'now', status), comment_id
    FROM bench_ticket JOIN bench_message ON record_id = id AND with_move
    WHERE status IN ('waiting_ldc', 'waiting_vendor')
    UNION ALL
    SELECT 5, id, 'incident.resolve', at, author_id, false,
        '{"side": "agent", "was": "in_progress", "now": "resolved", "resolution": "fix"}', comment_id
    FROM bench_ticket JOIN bench_message ON record_id = id AND with_move WHERE status IN ('resolved', 'closed')
    UNION ALL
    SELECT 6, id, 'incident.close', closed_at, NULL, false,
        '{"side": "system", "was": "resolved", "now": "closed"}', NULL
    FROM bench_ticket WHERE status = 'closed'
    UNION ALL
    SELECT 5, id, 'incident.cancel', at, author_id, false,
        '{"side": "ldc", "was": "new", "now": "cancelled"}', comment_id
    FROM bench_ticket JOIN bench_message ON record_id = id AND with_move WHERE status = 'cancelled'
) AS happened ORDER BY at, turn
"""

_FOLLOWERS = """
INSERT INTO records_follower (record_id, person_id, since)
SELECT id, reporter_id, created_at FROM bench_ticket
UNION ALL
SELECT id, colleague_id, created_at FROM bench_ticket
WHERE NOT specimen AND pg_temp.dice(age, 19) < 0.4 AND colleague_id <> reporter_id
"""

_ATTACHMENTS = """
INSERT INTO records_attachment
    (public_id, record_id, uploaded_by_id, name, content_type, size, sha256, internal, created_at)
SELECT md5('bench ' || age)::uuid, id, reporter_id, 'response-' || age || '.csv', 'text/csv', 20480, repeat('0', 64),
    false, created_at
FROM bench_ticket WHERE specimen OR pg_temp.dice(age, 20) < 0.3
"""

# As servicedesk.records.search writes it: what a ticket says itself, what is said on it, what is noted for the desk.
_SEARCH = """
INSERT INTO records_searchtext (record_id, readers, kind, body, vector)
SELECT record_id, readers, 'incident', left(text, 20000),
    to_tsvector('desk_en', words) || to_tsvector('desk_fr', words)
    || array_to_tsvector(ARRAY['o' || organization_id])
FROM (
    SELECT id AS record_id, organization_id, 'face' AS readers, ticket.title || E'\\n\\n' || description AS text
    FROM bench_ticket AS ticket JOIN tickets_incident ON ticket_ptr_id = id
    UNION ALL
    SELECT ticket.id, organization_id, CASE WHEN internal THEN 'desk' ELSE 'ours' END,
        string_agg(body, E'\\n\\n' ORDER BY comment.id)
    FROM bench_ticket AS ticket JOIN records_comment AS comment ON record_id = ticket.id
    GROUP BY ticket.id, organization_id, internal
) AS said
CROSS JOIN LATERAL (SELECT regexp_replace(text, '[^[:alnum:]]+', ' ', 'g') AS words) AS plain
ORDER BY record_id
"""

_SEQUENCES = """
SELECT setval(pg_get_serial_sequence('records_record', 'id'), (SELECT max(id) FROM records_record)),
    setval(pg_get_serial_sequence('records_comment', 'id'), (SELECT max(id) FROM records_comment))
"""

FILL = [
    _TICKETS, _RECORDS, _TICKET_ROWS, _INCIDENTS, _MESSAGES, _COMMENTS, _EVENTS, _FOLLOWERS, _ATTACHMENTS, _SEARCH,
    _SEQUENCES, "DROP TABLE bench_message",
]  # fmt: skip

FIRED = """
UPDATE schedule_duerow SET fired_at = due_at WHERE due_at <= %(now)s AND fired_at IS NULL AND kind = 'sla.step'
"""
