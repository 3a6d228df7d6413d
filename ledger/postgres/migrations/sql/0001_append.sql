-- The only way in. LOG.md, "Append", is the contract; this is its one implementation.

SET LOCAL ROLE caseledger_pen;

-- The answer to one request. `outcome` is one of:
--   appended     recorded now, whole: the first position and its time, and the leaf of every entry; positions and
--                times (in microseconds) of the other entries count up from the first
--   replayed     the key is known with this digest: the first answer again
--   key-reused   the key is known with another digest
--   stale        `stream` is at version `actual`, not at `expected`
--   too-large    an entry would be longer than 65,535 bytes
--   malformed: x a part of the request, which x names, is not of the format
--   clock-wrong  the clock is over 5 s behind the last entry, or away from the caller's
CREATE TYPE ledger.answer AS (
    request integer,
    outcome text,
    first_position bigint,
    recorded_at timestamptz,
    leaves bytea[],
    stream text,
    expected bigint,
    actual bigint
);

-- Appends requests, each whole or not at all, in their order, under the lock on the ledger's row.
--
-- A request is a key, a digest and so many items (`counts`); the items of all requests follow each other. Sealed
-- values name their item, data keys and law texts their request, by ordinal from 1 and in that order; their arrays
-- may be null for empty. Arrays that do not fit together are a fault of the program, and fail the call as a whole.
--
-- One walk decides and computes; then each table is written once. The walk keeps its state in arrays, because
-- PL/pgSQL holds them expanded: an element is read and set in constant time, whatever its type.
--
-- A crash at any point leaves all of the call or nothing of it: it is one transaction, which is the caller's. Let
-- that transaction do nothing else, because the lock is held until it commits.
CREATE FUNCTION ledger.append(
    the_ledger text,
    caller_clock timestamptz,
    keys bytea[],
    digests bytea[],
    counts integer[],
    streams text[],
    expected bigint[],
    types text[],
    bodies text[],
    sealed_items integer[] DEFAULT NULL,
    sealed_fields text[] DEFAULT NULL,
    sealed_key_ids bytea[] DEFAULT NULL,
    sealed_nonces bytea[] DEFAULT NULL,
    sealed_salts bytea[] DEFAULT NULL,
    sealed_ciphertexts bytea[] DEFAULT NULL,
    data_key_requests integer[] DEFAULT NULL,
    data_key_ids bytea[] DEFAULT NULL,
    data_key_subjects text[] DEFAULT NULL,
    data_key_wrapped bytea[] DEFAULT NULL,
    law_requests integer[] DEFAULT NULL,
    law_contents bytea[] DEFAULT NULL
) RETURNS SETOF ledger.answer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan  -- planning costs more than running, and any array gets the same plan
-- Rows are looked up one by one through the primary keys (LATERAL ... LIMIT 1 leaves no other plan): a plan made while
-- the tables were small stays good.
SET enable_seqscan = off
AS $$
DECLARE
    -- the ledger as it was; the time of this call's first entry, the others follow a microsecond apart
    clock text;
    size_before bigint;
    last_at timestamptz;
    clock_now timestamptz;
    clock_wrong boolean;
    first_at timestamptz;
    -- per request: the request before it with its key in this call; what the key stood for before this call
    same_key integer[];
    known_digests bytea[];
    known_firsts bigint[];
    known_counts integer[];
    -- per accepted request: its first position and first item; per other request: the accepted one that has its key
    firsts bigint[];
    first_items integer[];
    holders integer[];
    -- per item: the item before it on its stream in this call; the head of its stream before this call
    same_stream integer[];
    head_versions bigint[];
    head_leaves bytea[];
    -- per accepted item: what will be written; per other item: the accepted one that is the head of its stream
    positions bigint[];
    entries bytea[];
    leaves bytea[];
    tops integer[];
    -- the request at hand, and where the next entry goes
    outcome text;
    holder integer;
    first integer := 1;
    last integer;
    start bigint;
    place bigint;
    request_leaves bytea[];
    first_seal integer;
    next_seal integer := 1;
    first_key integer;
    next_key integer := 1;
    answer ledger.answer;
    -- the item at hand
    item integer;
    top integer;
    version bigint;
    row record;
BEGIN
    SELECT l.clock, l.size, l.size, l.last_recorded_at INTO clock, size_before, place, last_at
        FROM ledger.ledgers AS l WHERE l.ledger = the_ledger FOR NO KEY UPDATE;
    clock_now := CASE clock WHEN 'simulated' THEN caller_clock ELSE clock_timestamp() END;
    first_at := greatest(clock_now, last_at + interval '1 microsecond');
    -- Waiting for the lock makes nobody's clock wrong: the caller's is held against the time of asking.
    clock_wrong := (clock_now >= last_at - interval '5 s' AND clock_now < '9999-01-01 00:00:00Z'
        AND (clock = 'simulated' OR caller_clock
            BETWEEN statement_timestamp() - interval '5 s' AND statement_timestamp() + interval '5 s')) IS NOT TRUE;

    FOR row IN
        SELECT u.request, known.* FROM unnest(keys) WITH ORDINALITY AS u (key, request),
            LATERAL (SELECT q.digest, q.first_position, q.count FROM ledger.requests AS q
                WHERE q.ledger = the_ledger AND q.key = u.key LIMIT 1) AS known
    LOOP
        known_digests[row.request] := row.digest;
        known_firsts[row.request] := row.first_position;
        known_counts[row.request] := row.count;
    END LOOP;
    FOR row IN
        SELECT u.item, head.* FROM unnest(streams) WITH ORDINALITY AS u (stream, item),
            LATERAL (SELECT h.version, h.leaf FROM ledger.heads AS h
                WHERE h.ledger = the_ledger AND h.stream = u.stream LIMIT 1) AS head
    LOOP
        head_versions[row.item] := row.version;
        head_leaves[row.item] := row.leaf;
    END LOOP;
    IF cardinality(streams) > 1 THEN
        FOR row IN
            SELECT * FROM (
                SELECT u.request, lag(u.request) OVER (PARTITION BY u.key ORDER BY u.request) AS before
                FROM unnest(keys) WITH ORDINALITY AS u (key, request)
            ) AS pairs WHERE pairs.before IS NOT NULL
        LOOP
            same_key[row.request] := row.before;
        END LOOP;
        FOR row IN
            SELECT * FROM (
                SELECT u.item, lag(u.item) OVER (PARTITION BY u.stream ORDER BY u.item) AS before
                FROM unnest(streams) WITH ORDINALITY AS u (stream, item)
            ) AS pairs WHERE pairs.before IS NOT NULL
        LOOP
            same_stream[row.item] := row.before;
        END LOOP;
    END IF;

    FOR r IN 1 .. cardinality(keys) LOOP
        start := place;
        last := first + greatest(counts[r], 0) - 1;
        request_leaves := NULL;
        IF same_key IS NOT NULL THEN
            holder := same_key[r];
            holder := CASE WHEN firsts[holder] IS NULL THEN holders[holder] ELSE holder END;
        END IF;
        outcome := CASE
            WHEN clock IS NULL THEN 'malformed: ledger'
            WHEN (octet_length(keys[r]) BETWEEN 1 AND 64 AND octet_length(digests[r]) BETWEEN 1 AND 64)
                IS NOT TRUE THEN 'malformed: key'
            WHEN (counts[r] > 0) IS NOT TRUE THEN 'malformed: items'
            WHEN coalesce(digests[holder], known_digests[r]) = digests[r] THEN 'replayed'
            WHEN coalesce(digests[holder], known_digests[r]) IS NOT NULL THEN 'key-reused'
            WHEN clock_wrong THEN 'clock-wrong'
            ELSE 'appended'
        END;

        FOR i IN first .. last LOOP
            EXIT WHEN outcome <> 'appended';
            item := i;
            IF same_stream IS NOT NULL THEN
                top := same_stream[i];
                top := CASE WHEN positions[top] IS NULL THEN tops[top] ELSE top END;
            END IF;
            version := CASE WHEN top IS NULL THEN coalesce(head_versions[i], 0) ELSE expected[top] + 1 END;
            entries[i] := convert_to(concat_ws(' ', 'caseledger/1', the_ledger, place, streams[i], version + 1, types[i],
                to_char((first_at + (place - size_before) * interval '1 microsecond') AT TIME ZONE 'UTC',
                    'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                coalesce(encode(CASE WHEN top IS NULL THEN head_leaves[i] ELSE leaves[top] END, 'hex'),
                    repeat('0', 64)) || E'\n' || bodies[i]), 'UTF8');
            outcome := CASE
                WHEN (octet_length(streams[i]) <= 200 AND streams[i] ~ '^[a-z][a-z0-9-]*(/[A-Za-z0-9._~-]+)*$')
                    IS NOT TRUE THEN 'malformed: stream'
                WHEN (octet_length(types[i]) <= 100
                    AND types[i] ~ '^[a-z][a-z0-9-]*[.][a-z][a-z0-9-]*/[1-9][0-9]*$')
                    IS NOT TRUE THEN 'malformed: type'
                WHEN (starts_with(bodies[i], '{') AND strpos(bodies[i], E'\n') = 0) IS NOT TRUE THEN 'malformed: body'
                WHEN (expected[i] >= 0) IS NOT TRUE THEN 'malformed: expected'
                -- Entry 0, and no other, opens the ledger, and says which clock it keeps.
                WHEN starts_with(types[i], 'ledger.opened/') <> (place = 0) OR place = 0
                    AND (streams[i] <> 'ledger' OR strpos(bodies[i], '"clock":"' || clock || '"') = 0)
                    THEN 'malformed: opening'
                WHEN expected[i] <> version THEN 'stale'
                WHEN octet_length(entries[i]) > 65535 THEN 'too-large'
                ELSE 'appended'
            END;
            IF outcome = 'appended' THEN
                leaves[i] := sha256('\x00'::bytea || entries[i]);
                request_leaves := array_append(request_leaves, leaves[i]);
                positions[i] := place;
                place := place + 1;
            END IF;
        END LOOP;

        IF sealed_items IS NOT NULL OR data_key_requests IS NOT NULL THEN
            first_seal := next_seal;
            WHILE sealed_items[next_seal] BETWEEN first AND last LOOP
                next_seal := next_seal + 1;
            END LOOP;
            first_key := next_key;
            WHILE data_key_requests[next_key] = r LOOP
                next_key := next_key + 1;
            END LOOP;
            IF outcome = 'appended' AND (next_seal > first_seal OR next_key > first_key) THEN
                -- A data key stays what it was, and a value is sealed with one that is there.
                IF EXISTS (
                    SELECT FROM generate_series(first_key, next_key - 1) AS k,
                        LATERAL (SELECT d.subject, d.wrapped FROM ledger.data_keys AS d
                            WHERE d.ledger = the_ledger AND d.key_id = data_key_ids[k] LIMIT 1) AS known
                    WHERE known.subject <> data_key_subjects[k] OR known.wrapped <> data_key_wrapped[k]
                ) THEN
                    outcome := 'malformed: data key';
                ELSIF EXISTS (
                    SELECT FROM generate_series(first_seal, next_seal - 1) AS s
                    LEFT JOIN LATERAL (SELECT d.key_id FROM ledger.data_keys AS d
                        WHERE d.ledger = the_ledger AND d.key_id = sealed_key_ids[s] LIMIT 1) AS known ON true
                    WHERE known.key_id IS NULL AND NOT EXISTS (
                        SELECT FROM generate_series(first_key, next_key - 1) AS k
                        WHERE data_key_ids[k] = sealed_key_ids[s])
                ) THEN
                    outcome := 'malformed: sealed value';
                ELSE
                    INSERT INTO ledger.data_keys (ledger, key_id, subject, wrapped)
                        SELECT the_ledger, data_key_ids[k], data_key_subjects[k], data_key_wrapped[k]
                        FROM generate_series(first_key, next_key - 1) AS k
                        ON CONFLICT DO NOTHING;
                END IF;
            END IF;
        END IF;

        IF outcome = 'appended' THEN
            firsts[r] := start;
            first_items[r] := first;
            RETURN NEXT (r, outcome, start, first_at + (start - size_before) * interval '1 microsecond',
                request_leaves, NULL, NULL, NULL)::ledger.answer;
        ELSE
            answer := (r, outcome, NULL, NULL, NULL, NULL, NULL, NULL)::ledger.answer;
            IF outcome = 'replayed' AND holder IS NOT NULL THEN
                answer.first_position := firsts[holder];
                answer.recorded_at := first_at + (firsts[holder] - size_before) * interval '1 microsecond';
                answer.leaves := leaves[first_items[holder] : first_items[holder] + counts[holder] - 1];
            ELSIF outcome = 'replayed' THEN
                answer.first_position := known_firsts[r];
                SELECT min(e.recorded_at), array_agg(e.leaf ORDER BY e.position) INTO answer.recorded_at, answer.leaves
                    FROM ledger.entries AS e
                    WHERE e.ledger = the_ledger AND e.position >= known_firsts[r]
                    AND e.position < known_firsts[r] + known_counts[r];
            ELSIF outcome = 'stale' THEN
                answer.stream := streams[item];
                answer.expected := expected[item];
                answer.actual := version;
            END IF;
            RETURN NEXT answer;
            -- Nothing of the request stays, so later items find the heads as they were before it.
            place := start;
            holders[r] := holder;
            FOR i IN first .. last LOOP
                positions[i] := NULL;
                top := same_stream[i];
                tops[i] := CASE WHEN positions[top] IS NULL THEN tops[top] ELSE top END;
            END LOOP;
        END IF;
        first := last + 1;
    END LOOP;

    IF first - 1 <> cardinality(streams)
        OR next_seal - 1 <> cardinality(sealed_items) OR next_key - 1 <> cardinality(data_key_requests)
    THEN
        RAISE EXCEPTION 'the arrays of this call do not fit together' USING ERRCODE = 'array_subscript_error';
    END IF;

    IF place > size_before THEN
        INSERT INTO ledger.entries (ledger, position, stream, version, type, recorded_at, leaf, entry)
            SELECT the_ledger, positions[i], streams[i], expected[i] + 1, types[i],
                first_at + (positions[i] - size_before) * interval '1 microsecond', leaves[i], entries[i]
            FROM generate_series(1, cardinality(streams)) AS i
            WHERE positions[i] IS NOT NULL;
        INSERT INTO ledger.heads (ledger, stream, version, leaf, position)
            SELECT the_ledger, streams[i], expected[i] + 1, leaves[i], positions[i]
            FROM (SELECT DISTINCT ON (streams[i]) i FROM generate_series(1, cardinality(streams)) AS i
                WHERE positions[i] IS NOT NULL ORDER BY streams[i], i DESC) AS moved
            ON CONFLICT (ledger, stream)
            DO UPDATE SET version = excluded.version, leaf = excluded.leaf, position = excluded.position;
        INSERT INTO ledger.requests (ledger, key, digest, first_position, count)
            SELECT the_ledger, keys[r], digests[r], firsts[r], counts[r]
            FROM generate_series(1, cardinality(keys)) AS r
            WHERE firsts[r] IS NOT NULL;
        UPDATE ledger.ledgers AS l
            SET size = place, last_recorded_at = first_at + (place - 1 - size_before) * interval '1 microsecond'
            WHERE l.ledger = the_ledger;
        IF sealed_items IS NOT NULL THEN
            INSERT INTO ledger.sealed_values (ledger, position, field, key_id, nonce, salt, ciphertext)
                SELECT the_ledger, positions[sealed_items[s]], sealed_fields[s], sealed_key_ids[s], sealed_nonces[s],
                    sealed_salts[s], sealed_ciphertexts[s]
                FROM generate_series(1, cardinality(sealed_items)) AS s
                WHERE positions[sealed_items[s]] IS NOT NULL;
        END IF;
        IF law_requests IS NOT NULL THEN
            INSERT INTO ledger.law_texts (ledger, digest, content)
                SELECT the_ledger, sha256(law_contents[n]), law_contents[n]
                FROM generate_series(1, cardinality(law_requests)) AS n
                WHERE firsts[law_requests[n]] IS NOT NULL
                ON CONFLICT DO NOTHING;
        END IF;
    END IF;
END $$;

REVOKE ALL ON FUNCTION ledger.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.append TO caseledger_writer;
RESET ROLE;
REVOKE CREATE ON SCHEMA ledger FROM caseledger_pen;

-- Nobody stays a member of the pen, unless a superuser made them one.
DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
        EXECUTE pg_catalog.format('REVOKE caseledger_pen FROM %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$;
