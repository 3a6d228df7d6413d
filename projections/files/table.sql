-- Every proceeding: cases, leads, organs, officers, ... One row each.
CREATE TABLE views.files (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    regime text COLLATE "C" NOT NULL,
    supervisor text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    person text COLLATE "C",
    origin text COLLATE "C",
    opened_on date NOT NULL,
    stage text COLLATE "C" NOT NULL,
    stage_zh text NOT NULL,
    stage_en text NOT NULL,
    closed boolean NOT NULL,
    last_on date NOT NULL,
    handlers text[] NOT NULL,
    numbers text[] NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream)
) PARTITION BY LIST (ledger);
CREATE INDEX files_by_last ON views.files (ledger, kind, last_on DESC, stream);
-- The departments that leads were followed up against: see `scope.VISIBLE`.
CREATE INDEX files_by_subject ON views.files (ledger, subject, stream) WHERE subject IS NOT NULL;
CREATE INDEX files_by_stage ON views.files (ledger, kind, stage, last_on DESC, stream);

-- Who finds a file in a list (`domain.procedure.relations.has_part`): who keeps it, who else has a part in it, and who
-- is barred from it although they may have one.
CREATE TABLE views.parties (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    party text COLLATE "C" NOT NULL,
    standing text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    last_on date NOT NULL,
    PRIMARY KEY (ledger, stream, party)
) PARTITION BY LIST (ledger);
CREATE INDEX parties_by_last ON views.parties (ledger, party, kind, last_on DESC, stream) INCLUDE (standing);

-- What leads from one file to another: the source it came from, the case that a lead was linked to, the case joined.
CREATE TABLE views.links (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    relation text COLLATE "C" NOT NULL,
    on_day date NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, target, relation)
) PARTITION BY LIST (ledger);
CREATE INDEX links_by_target ON views.links (ledger, target, relation, stream);

-- Whom a file, and whatever comes of it, names to those only who keep it: see `projections.names`.
CREATE TABLE views.withheld (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    source boolean NOT NULL,
    PRIMARY KEY (ledger, stream, name)
) PARTITION BY LIST (ledger);
CREATE INDEX withheld_by_name ON views.withheld (ledger, name);
