-- Run once by PostgreSQL's image, on an empty data directory. Beside the superuser there are three logins:
-- caseledger_admin migrates the database, opens ledgers and erases; caseledger_service is the service's, which may append
-- and read and do nothing else; caseledger_sealer is the sealer's, which reads the log and none of the sealed texts.
CREATE ROLE caseledger_owner NOLOGIN;
CREATE ROLE caseledger_pen NOLOGIN;
CREATE ROLE caseledger_writer NOLOGIN;
CREATE ROLE caseledger_reader NOLOGIN;
CREATE ROLE caseledger_projector NOLOGIN;

DO $$
BEGIN
    EXECUTE format('CREATE ROLE caseledger_admin LOGIN PASSWORD %L', trim(E'\n' FROM pg_read_file('/run/secrets/admin')));
    EXECUTE format('CREATE ROLE caseledger_service LOGIN PASSWORD %L', trim(E'\n' FROM pg_read_file('/run/secrets/service')));
    EXECUTE format('CREATE ROLE caseledger_sealer LOGIN PASSWORD %L', trim(E'\n' FROM pg_read_file('/run/secrets/sealer')));
END $$;

GRANT caseledger_writer, caseledger_reader, caseledger_projector TO caseledger_admin, caseledger_service;
GRANT caseledger_reader TO caseledger_sealer;
-- Who migrates hands tables and functions over to these, so the password of this login belongs to whoever answers for
-- the log: it can write entries past the function that appends.
GRANT caseledger_owner, caseledger_pen TO caseledger_admin;
ALTER DATABASE caseledger OWNER TO caseledger_admin;
