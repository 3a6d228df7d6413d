-- Run once by PostgreSQL's image, on an empty data directory. Beside the superuser there are two logins:
-- caseledger_admin migrates the database and opens ledgers; caseledger_service is the service's, which may append and
-- read and do nothing else.
CREATE ROLE caseledger_owner NOLOGIN;
CREATE ROLE caseledger_pen NOLOGIN;
CREATE ROLE caseledger_writer NOLOGIN;
CREATE ROLE caseledger_reader NOLOGIN;
CREATE ROLE caseledger_projector NOLOGIN;

DO $$
BEGIN
    EXECUTE format('CREATE ROLE caseledger_admin LOGIN PASSWORD %L', trim(E'\n' FROM pg_read_file('/run/secrets/admin')));
    EXECUTE format('CREATE ROLE caseledger_service LOGIN PASSWORD %L', trim(E'\n' FROM pg_read_file('/run/secrets/service')));
END $$;

GRANT caseledger_writer, caseledger_reader, caseledger_projector TO caseledger_admin, caseledger_service;
-- Who migrates hands tables and functions over to these, so the password of this login belongs to whoever answers for
-- the log: it can write entries past the function that appends.
GRANT caseledger_owner, caseledger_pen TO caseledger_admin;
ALTER DATABASE caseledger OWNER TO caseledger_admin;
