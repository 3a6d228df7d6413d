-- The log: its roles, tables, triggers and rights. The one way in, ledger.append, is in 0001_append.sql.
--
-- Rights say who may; triggers stop even those whom no right stops (the owner of the tables), and fire in every
-- session_replication_role. A superuser can switch both off: that is what sealing and witnessing are for.

DO $$
BEGIN
    IF pg_catalog.current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the ledger needs a database in UTF8, this one is in %',
            pg_catalog.current_setting('server_encoding');
    END IF;
END $$;

-- Roles belong to the whole cluster: another database may have made them, or be making them this moment.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['owner', 'pen', 'writer', 'reader', 'projector'] LOOP
        BEGIN
            IF pg_catalog.to_regrole('caseledger_' || name) IS NULL THEN
                EXECUTE pg_catalog.format('CREATE ROLE caseledger_%s NOLOGIN', name);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
    -- Whoever migrates must be able to hand things over to these. A superuser is, and a member; who may create roles
    -- has made them just now and, since PostgreSQL 16, is not yet able to take them on.
    FOREACH name IN ARRAY ARRAY['owner', 'pen', 'projector'] LOOP
        BEGIN
            IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
                EXECUTE pg_catalog.format('GRANT caseledger_%s TO %I', name, current_user);
            END IF;
        EXCEPTION WHEN insufficient_privilege THEN
            NULL;
        END;
    END LOOP;
END $$;

ALTER SCHEMA ledger OWNER TO caseledger_owner;
ALTER TABLE ledger.alembic_version OWNER TO caseledger_owner;
GRANT USAGE ON SCHEMA ledger TO caseledger_pen, caseledger_writer, caseledger_reader, caseledger_projector;
SET LOCAL ROLE caseledger_owner;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Names sort by their bytes, whatever the locale of the database. Every key leads with the ledger. There are no
-- foreign keys: append is the only writer and keeps them all, at a fraction of the price.

-- Its one row is updated by every append. ledger.open_ledger checks names and clocks: a CHECK would be evaluated again
-- with every update, for a twentieth of the time that an append takes.
CREATE TABLE ledger.ledgers (
    ledger text COLLATE "C" PRIMARY KEY,
    clock text NOT NULL,
    size bigint NOT NULL DEFAULT 0,
    last_recorded_at timestamptz NOT NULL DEFAULT '0001-01-01 00:00:00Z'
) WITH (fillfactor = 10);  -- room to update the row in place

CREATE TABLE ledger.entries (
    ledger text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL,
    leaf bytea NOT NULL,
    entry bytea NOT NULL,
    PRIMARY KEY (ledger, position),
    UNIQUE (ledger, stream, version)
);

CREATE TABLE ledger.heads (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    leaf bytea NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream)
) WITH (fillfactor = 70);  -- a head moves with every entry of its stream, and no index needs to know

CREATE TABLE ledger.requests (
    ledger text COLLATE "C" NOT NULL,
    key bytea NOT NULL,
    digest bytea NOT NULL,
    first_position bigint NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (ledger, key)
);

CREATE TABLE ledger.data_keys (
    ledger text COLLATE "C" NOT NULL,
    key_id bytea NOT NULL,
    subject text COLLATE "C" NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (ledger, key_id)
);
CREATE INDEX data_keys_by_subject ON ledger.data_keys (ledger, subject);

CREATE TABLE ledger.sealed_values (
    ledger text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    field text COLLATE "C" NOT NULL,
    key_id bytea NOT NULL,
    nonce bytea NOT NULL,
    salt bytea NOT NULL,
    ciphertext bytea NOT NULL,
    PRIMARY KEY (ledger, position, field)
);
CREATE INDEX sealed_values_by_key ON ledger.sealed_values (ledger, key_id);  -- what an erasure must find

CREATE TABLE ledger.law_texts (
    ledger text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (ledger, digest)
);

-- Statement triggers: they cost nothing per row, and refuse a statement even when it would have touched no row.

-- Its operators are qualified instead of its search_path being set, which would cost every append four times.
CREATE FUNCTION ledger.refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF tg_name OPERATOR(pg_catalog.=) 'only_by_pen' AND current_user OPERATOR(pg_catalog.=) 'caseledger_pen' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% on ledger.% is refused: what is recorded stays, and ledger.append is the only way in',
        tg_op, tg_table_name USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT * FROM (VALUES
            -- table, what nobody may do, what only the pen may do
            ('ledgers', 'DELETE OR TRUNCATE', 'INSERT OR UPDATE'),
            ('entries', 'UPDATE OR DELETE OR TRUNCATE', 'INSERT'),
            ('heads', 'DELETE OR TRUNCATE', 'INSERT OR UPDATE'),
            ('requests', 'UPDATE OR DELETE OR TRUNCATE', 'INSERT'),
            ('law_texts', 'UPDATE OR DELETE OR TRUNCATE', 'INSERT'),
            ('data_keys', 'TRUNCATE', 'INSERT OR UPDATE OR DELETE'),  -- erasure will be a function of the pen
            ('sealed_values', 'TRUNCATE', 'INSERT OR UPDATE OR DELETE')
        ) AS rules (name, never, pen_only)
    LOOP
        EXECUTE pg_catalog.format(
            'CREATE TRIGGER never BEFORE %s ON ledger.%I FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse()',
            t.never, t.name);
        EXECUTE pg_catalog.format(
            'CREATE TRIGGER only_by_pen BEFORE %s ON ledger.%I FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse()',
            t.pen_only, t.name);
        EXECUTE pg_catalog.format(
            'ALTER TABLE ledger.%1$I ENABLE ALWAYS TRIGGER never, ENABLE ALWAYS TRIGGER only_by_pen', t.name);
    END LOOP;
END $$;

GRANT SELECT ON ledger.ledgers, ledger.entries, ledger.heads, ledger.law_texts, ledger.alembic_version
    TO caseledger_writer, caseledger_reader, caseledger_projector;
GRANT SELECT ON ledger.requests, ledger.data_keys, ledger.sealed_values TO caseledger_writer;
GRANT SELECT, INSERT ON ledger.ledgers, ledger.entries, ledger.heads, ledger.requests,
    ledger.data_keys, ledger.sealed_values, ledger.law_texts TO caseledger_pen;
GRANT UPDATE (size, last_recorded_at) ON ledger.ledgers TO caseledger_pen;
GRANT UPDATE (version, leaf, position) ON ledger.heads TO caseledger_pen;
GRANT CREATE ON SCHEMA ledger TO caseledger_pen;  -- until 0001_append.sql is through
RESET ROLE;

SET LOCAL ROLE caseledger_pen;

-- Opens a ledger to its first entry, `ledger.opened`. Opening it again with the same clock changes nothing.
-- Simulated time is for demonstrations, and the ledger's name says so: `-demo`.
CREATE FUNCTION ledger.open_ledger(the_ledger text, the_clock text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (octet_length(the_ledger) <= 64 AND the_ledger ~ '^[a-z0-9]+(-[a-z0-9]+)*$') IS NOT TRUE
        OR (the_clock = CASE WHEN the_ledger LIKE '%-demo' THEN 'simulated' ELSE 'wall' END) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'no ledger is called % with clock %', the_ledger, the_clock
            USING ERRCODE = 'invalid_parameter_value',
            HINT = 'The clock is "wall"; it is "simulated" where, and only where, the name ends in "-demo".';
    END IF;
    INSERT INTO ledger.ledgers (ledger, clock) VALUES (the_ledger, the_clock) ON CONFLICT DO NOTHING;
END $$;

REVOKE ALL ON FUNCTION ledger.open_ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.open_ledger TO caseledger_owner;
RESET ROLE;
