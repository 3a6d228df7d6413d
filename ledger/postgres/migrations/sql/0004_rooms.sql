-- Read models by rooms: each makes its own tables, in the version that the program knows (projections/<room>/table.sql).
-- What is here is how far they have come, and how far making them anew has.

SET LOCAL ROLE caseledger_projector;

DROP TABLE views.deadlines, views.cases, views.marks;

-- The tables that are there, and of which version.
CREATE TABLE views.rooms (
    projection text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL,
    tables text[] NOT NULL
);

-- The rows of `projection` rest on the positions below `position`. One that met what it cannot project stands still
-- there: `stopped_at` is that position, `reason` what it was.
CREATE TABLE views.marks (
    ledger text COLLATE "C" NOT NULL,
    projection text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    stopped_at bigint,
    reason text,
    PRIMARY KEY (ledger, projection)
);

-- A ledger whose read models are being made anew from the positions below `target`, in tables named after `build`.
CREATE TABLE views.rebuilds (
    ledger text COLLATE "C" PRIMARY KEY,
    build bigint GENERATED ALWAYS AS IDENTITY,
    target bigint NOT NULL,
    projections text[] NOT NULL,
    versions integer[] NOT NULL
);

-- What is done of it: streams from `first` to `last`.
CREATE TABLE views.rebuilt (
    ledger text COLLATE "C" NOT NULL REFERENCES views.rebuilds ON DELETE CASCADE,
    first text COLLATE "C" NOT NULL,
    last text COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, first)
);

GRANT SELECT ON ALL TABLES IN SCHEMA views TO caseledger_reader, caseledger_writer;
RESET ROLE;
