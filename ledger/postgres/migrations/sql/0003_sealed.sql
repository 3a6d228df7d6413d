-- What befalls sealed texts: their erasure (依法删除), and the record of who read them (查阅登记).

DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
        EXECUTE pg_catalog.format('GRANT caseledger_pen TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$;

SET LOCAL ROLE caseledger_owner;
GRANT DELETE ON ledger.data_keys, ledger.sealed_values TO caseledger_pen;
GRANT UPDATE (key_id, nonce, salt, ciphertext) ON ledger.sealed_values TO caseledger_pen;
-- From here on the salt lies within the ciphertext: one that outlives its text in a copy of an earlier day would let
-- anybody try guesses of the text against the commitment in the entry.
ALTER TABLE ledger.sealed_values ALTER COLUMN salt DROP NOT NULL;

GRANT SELECT (ledger, position, field) ON ledger.sealed_values TO caseledger_reader;  -- where texts lie, for an audit

-- One row for each time that somebody read sealed texts. Its bytes are what a digest of them is made of; the log says
-- that digest every day.
CREATE TABLE ledger.accesses (
    ledger text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    stream text COLLATE "C" NOT NULL,
    entry bytea NOT NULL,
    PRIMARY KEY (ledger, number)
);
CREATE INDEX accesses_by_stream ON ledger.accesses (ledger, stream, number);
CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.accesses
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse();
CREATE TRIGGER only_by_pen BEFORE INSERT ON ledger.accesses FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse();
ALTER TABLE ledger.accesses ENABLE ALWAYS TRIGGER never, ENABLE ALWAYS TRIGGER only_by_pen;
GRANT SELECT ON ledger.accesses TO caseledger_writer, caseledger_reader;
GRANT SELECT, INSERT ON ledger.accesses TO caseledger_pen;
GRANT CREATE ON SCHEMA ledger TO caseledger_pen;  -- until the functions are made
RESET ROLE;

SET LOCAL ROLE caseledger_pen;

-- Appends the entry that says what is erased. If it is recorded, the texts go, and so do all data keys of the subject:
-- what of its texts stays is told sealed anew under another key, so that no copy of an earlier day opens any of them.
--
-- Every sealed text in the subject's stream has to be told: whether it goes, and if it stays its new nonce and
-- ciphertext. One that stays and cannot be opened, because its key is lost, is told without them and left as it lies. If
-- one is not told, or one told is not there, somebody was quicker, and the answer is `stale` on the subject.
CREATE FUNCTION ledger.erase(
    the_ledger text,
    caller_clock timestamptz,
    the_key bytea,
    the_digest bytea,
    expected_version bigint,
    the_type text,
    the_body text,
    the_subject text,
    told_positions bigint[],
    told_fields text[],
    told_goes boolean[],
    told_nonces bytea[],
    told_ciphertexts bytea[],
    new_key_id bytea,
    new_wrapped bytea
) RETURNS SETOF ledger.answer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    answer ledger.answer;
    held bigint;
    matched bigint;
    telling constant integer := cardinality(told_positions);
BEGIN
    IF (the_type LIKE 'ledger.erasure-performed/%') IS NOT TRUE
        OR (cardinality(told_fields), cardinality(told_goes), cardinality(told_nonces), cardinality(told_ciphertexts))
            IS DISTINCT FROM (telling, telling, telling, telling)
        OR (new_key_id IS NULL) <> (new_wrapped IS NULL)
        OR (new_key_id IS NULL) = EXISTS (SELECT FROM unnest(told_ciphertexts) AS c WHERE c IS NOT NULL)
        OR EXISTS (SELECT FROM unnest(told_goes, told_nonces, told_ciphertexts) AS t (goes, nonce, ciphertext)
            WHERE t.goes IS NULL OR (t.goes AND t.ciphertext IS NOT NULL)
            OR (t.nonce IS NULL) <> (t.ciphertext IS NULL) OR octet_length(t.nonce) <> 12)
    THEN
        RAISE EXCEPTION 'this erasure is not of the form' USING ERRCODE = 'invalid_parameter_value';
    END IF;

    PERFORM FROM ledger.ledgers AS l WHERE l.ledger = the_ledger FOR UPDATE;
    IF NOT EXISTS (SELECT FROM ledger.requests AS r WHERE r.ledger = the_ledger AND r.key = the_key) THEN
        SELECT count(*), count(t.position) INTO held, matched
            FROM ledger.entries AS e
            JOIN ledger.sealed_values AS v ON v.ledger = e.ledger AND v.position = e.position
            LEFT JOIN (SELECT DISTINCT u.position, u.field FROM unnest(told_positions, told_fields)
                AS u (position, field)) AS t ON t.position = v.position AND t.field = v.field
            WHERE e.ledger = the_ledger AND e.stream = the_subject;
        IF held <> telling OR matched <> telling THEN
            RETURN NEXT (1, 'stale', NULL, NULL, NULL, the_subject, telling, held)::ledger.answer;
            RETURN;
        END IF;
    END IF;

    SELECT * INTO answer FROM ledger.append(the_ledger, caller_clock, ARRAY[the_key], ARRAY[the_digest], ARRAY[1],
        ARRAY['ledger'], ARRAY[expected_version], ARRAY[the_type], ARRAY[the_body]);
    IF answer.outcome = 'appended' THEN
        UPDATE ledger.sealed_values AS v SET key_id = new_key_id, nonce = t.nonce, salt = NULL, ciphertext = t.ciphertext
            FROM unnest(told_positions, told_fields, told_nonces, told_ciphertexts)
                AS t (position, field, nonce, ciphertext)
            WHERE v.ledger = the_ledger AND v.position = t.position AND v.field = t.field
            AND t.ciphertext IS NOT NULL;
        DELETE FROM ledger.sealed_values AS v
            USING unnest(told_positions, told_fields, told_goes) AS t (position, field, goes)
            WHERE v.ledger = the_ledger AND v.position = t.position AND v.field = t.field AND t.goes;
        DELETE FROM ledger.data_keys AS k WHERE k.ledger = the_ledger AND k.subject = the_subject;
        INSERT INTO ledger.data_keys (ledger, key_id, subject, wrapped)
            SELECT the_ledger, new_key_id, the_subject, new_wrapped WHERE new_key_id IS NOT NULL;
    END IF;
    RETURN NEXT answer;
END $$;

-- Puts down that somebody reads sealed texts of a stream, and answers with the number of the row. Numbers leave no gap,
-- and a row is there before any with a higher number: a digest up to a number covers all that ever will be below it.
CREATE FUNCTION ledger.record_access(the_ledger text, caller_clock timestamptz, the_stream text, the_body text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clock text := (SELECT l.clock FROM ledger.ledgers AS l WHERE l.ledger = the_ledger);
    last ledger.accesses;
    next_number bigint;
    next_at timestamptz;
BEGIN
    IF clock IS NULL OR (octet_length(the_body) <= 65535) IS NOT TRUE
        OR (octet_length(the_stream) <= 200 AND the_stream ~ '^[!-~]+$') IS NOT TRUE
    THEN
        RAISE EXCEPTION 'this access is not of the form' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('caseledger access ' || the_ledger, 0));
    SELECT * INTO last FROM ledger.accesses AS a WHERE a.ledger = the_ledger ORDER BY a.number DESC LIMIT 1;
    next_number := coalesce(last.number + 1, 0);
    next_at := CASE clock WHEN 'wall' THEN clock_timestamp() ELSE caller_clock END;
    next_at := greatest(next_at, last.at + interval '1 microsecond');
    INSERT INTO ledger.accesses (ledger, number, at, stream, entry) VALUES (the_ledger, next_number, next_at, the_stream,
        convert_to(format('caseledger-access/1 %s %s %s %s', the_ledger, next_number, the_stream,
            to_char(next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) || E'\n' || the_body, 'UTF8'));
    RETURN next_number;
END $$;

REVOKE ALL ON FUNCTION ledger.erase, ledger.record_access FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.erase TO caseledger_owner;
GRANT EXECUTE ON FUNCTION ledger.record_access TO caseledger_writer;
RESET ROLE;

SET LOCAL ROLE caseledger_owner;
REVOKE CREATE ON SCHEMA ledger FROM caseledger_pen;
RESET ROLE;

DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
        EXECUTE pg_catalog.format('REVOKE caseledger_pen FROM %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$;
