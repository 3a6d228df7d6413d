-- The read models. Whatever is here can be thrown away and projected again from the log.

CREATE SCHEMA views AUTHORIZATION caseledger_projector;
GRANT USAGE ON SCHEMA views TO caseledger_reader, caseledger_writer;
SET LOCAL ROLE caseledger_projector;

-- How far each projection has come: the rows of `projection` rest on the positions below `position`.
CREATE TABLE views.marks (
    ledger text COLLATE "C" NOT NULL,
    projection text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, projection)
);

CREATE TABLE views.cases (
    ledger text COLLATE "C" NOT NULL,
    case_id text COLLATE "C" NOT NULL,
    regime text COLLATE "C" NOT NULL,
    supervisor text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    opened_on date NOT NULL,
    stage text COLLATE "C" NOT NULL,
    stage_zh text NOT NULL,
    stage_en text NOT NULL,
    closed boolean NOT NULL,
    last_on date NOT NULL,
    numbers text[] NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, case_id)
);
CREATE INDEX cases_by_last ON views.cases (ledger, last_on DESC, case_id);

CREATE TABLE views.deadlines (
    ledger text COLLATE "C" NOT NULL,
    case_id text COLLATE "C" NOT NULL,
    deadline text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    about text COLLATE "C" NOT NULL,
    holder text COLLATE "C" NOT NULL,
    nature text COLLATE "C" NOT NULL,
    article text COLLATE "C" NOT NULL,
    trigger_on date NOT NULL,
    limit_count integer,
    limit_unit text COLLATE "C",
    limit_until date,
    due date NOT NULL,
    nominal date NOT NULL,
    earliest date NOT NULL,
    latest date NOT NULL,
    provisional boolean NOT NULL,
    calendar text COLLATE "C" NOT NULL,
    pauses jsonb NOT NULL,
    points text[] NOT NULL,
    state text COLLATE "C" NOT NULL,
    met_on date,
    cancelled text COLLATE "C",
    cancelled_on date,
    late boolean NOT NULL,
    lapsed boolean NOT NULL,
    regime text COLLATE "C" NOT NULL,
    supervisor text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, case_id, deadline)
);
CREATE INDEX deadlines_by_due ON views.deadlines (ledger, state, latest, case_id, deadline);

GRANT SELECT ON ALL TABLES IN SCHEMA views TO caseledger_reader, caseledger_writer;
RESET ROLE;
