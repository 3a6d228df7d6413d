-- The search in sealed texts (docs/decisions/0017-search.md): for each text the keyed digests of its runs of two and of
-- three characters. Without the key, which is derived from the master key, they tell no word. They lie beside the texts
-- and go with them.

DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
        EXECUTE pg_catalog.format('GRANT caseledger_pen TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$;

SET LOCAL ROLE caseledger_owner;
CREATE TABLE ledger.search_tokens (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    field text COLLATE "C" NOT NULL,
    tokens bigint[] NOT NULL,
    PRIMARY KEY (ledger, stream, position, field)
);
-- The ledger is not part of it: each has a key of its own, so its tokens are nobody else's.
CREATE INDEX search_tokens_by_token ON ledger.search_tokens USING gin (tokens);

-- The texts of all entries below `position` have their tokens.
CREATE TABLE ledger.search_marks (
    ledger text COLLATE "C" PRIMARY KEY,
    position bigint NOT NULL
);

CREATE TRIGGER never BEFORE TRUNCATE ON ledger.search_tokens FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse();
CREATE TRIGGER only_by_pen BEFORE INSERT OR UPDATE OR DELETE ON ledger.search_tokens
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse();
CREATE TRIGGER never BEFORE TRUNCATE ON ledger.search_marks FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse();
CREATE TRIGGER only_by_pen BEFORE INSERT OR UPDATE OR DELETE ON ledger.search_marks
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse();
ALTER TABLE ledger.search_tokens ENABLE ALWAYS TRIGGER never, ENABLE ALWAYS TRIGGER only_by_pen;
ALTER TABLE ledger.search_marks ENABLE ALWAYS TRIGGER never, ENABLE ALWAYS TRIGGER only_by_pen;
GRANT SELECT ON ledger.search_tokens TO caseledger_writer;  -- nobody else: equal runs of two texts have equal tokens
GRANT SELECT ON ledger.search_marks TO caseledger_writer, caseledger_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger.search_tokens, ledger.search_marks TO caseledger_pen;
GRANT CREATE ON SCHEMA ledger TO caseledger_pen;  -- until the functions are made
RESET ROLE;

SET LOCAL ROLE caseledger_pen;

-- Keeps the tokens of texts, and moves the mark from `seen` to `upto`; false if the mark is elsewhere by now. A text that
-- was erased meanwhile gets none: its row is gone, or is held here until the tokens are there for the erasure to find.
CREATE FUNCTION ledger.index_texts(
    the_ledger text, seen bigint, upto bigint, positions bigint[], fields text[], tokens text[]
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (seen >= 0 AND upto >= seen AND upto <= (SELECT l.size FROM ledger.ledgers AS l WHERE l.ledger = the_ledger))
            IS NOT TRUE
        OR (cardinality(fields), cardinality(tokens)) IS DISTINCT FROM (cardinality(positions), cardinality(positions))
    THEN
        RAISE EXCEPTION 'these tokens are not of the form' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO ledger.search_marks (ledger, position) VALUES (the_ledger, 0) ON CONFLICT DO NOTHING;
    PERFORM FROM ledger.search_marks AS m WHERE m.ledger = the_ledger AND m.position = seen FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO ledger.search_tokens (ledger, stream, position, field, tokens)
        SELECT the_ledger, e.stream, there.position, there.field, there.tokens::bigint[]
        FROM (SELECT v.position, v.field, t.tokens FROM ledger.sealed_values AS v
                JOIN unnest(positions, fields, tokens) AS t (position, field, tokens)
                ON t.position = v.position AND t.field = v.field
                WHERE v.ledger = the_ledger AND v.position < upto FOR SHARE OF v) AS there
            JOIN ledger.entries AS e ON e.ledger = the_ledger AND e.position = there.position
        ON CONFLICT (ledger, stream, position, field) DO UPDATE SET tokens = excluded.tokens;
    UPDATE ledger.search_marks AS m SET position = upto WHERE m.ledger = the_ledger;
    RETURN true;
END $$;

-- Throws the tokens of a ledger away, to be made anew.
CREATE FUNCTION ledger.forget_index(the_ledger text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM ledger.search_marks AS m WHERE m.ledger = the_ledger;
    DELETE FROM ledger.search_tokens AS s WHERE s.ledger = the_ledger;
END $$;

-- As in 0003_sealed.sql, and the tokens of what goes, go too.
-- Appends the entry that says what is erased. If it is recorded, the texts go, and so do all data keys of the subject:
-- what of its texts stays is told sealed anew under another key, so that no copy of an earlier day opens any of them.
--
-- Every sealed text in the subject's stream has to be told: whether it goes, and if it stays its new nonce and
-- ciphertext. One that stays and cannot be opened, because its key is lost, is told without them and left as it lies. If
-- one is not told, or one told is not there, somebody was quicker, and the answer is `stale` on the subject.
CREATE OR REPLACE FUNCTION ledger.erase(
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
        -- After the texts: whoever indexes one holds its row until their own rows are there to be found here.
        DELETE FROM ledger.search_tokens AS s
            USING unnest(told_positions, told_fields, told_goes) AS t (position, field, goes)
            WHERE s.ledger = the_ledger AND s.stream = the_subject
            AND s.position = t.position AND s.field = t.field AND t.goes;
        DELETE FROM ledger.data_keys AS k WHERE k.ledger = the_ledger AND k.subject = the_subject;
        INSERT INTO ledger.data_keys (ledger, key_id, subject, wrapped)
            SELECT the_ledger, new_key_id, the_subject, new_wrapped WHERE new_key_id IS NOT NULL;
    END IF;
    RETURN NEXT answer;
END $$;

REVOKE ALL ON FUNCTION ledger.index_texts, ledger.forget_index FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.index_texts, ledger.forget_index TO caseledger_writer;
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
