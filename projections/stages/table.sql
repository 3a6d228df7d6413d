-- How long every file was at each of its stages. A stay without an end goes on.
CREATE TABLE views.stays (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    regime text COLLATE "C" NOT NULL,
    supervisor text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    stage text COLLATE "C" NOT NULL,
    stage_zh text NOT NULL,
    stage_en text NOT NULL,
    since date NOT NULL,
    until date,
    PRIMARY KEY (ledger, stream, version)
) PARTITION BY LIST (ledger);
CREATE INDEX stays_that_ended ON views.stays (ledger, until) INCLUDE (kind, regime, stage, stage_zh, stage_en, since, subject)
    WHERE until IS NOT NULL;
