-- What anybody did in any file: a row for each part that somebody had in an entry.
CREATE TABLE views.acts (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    position bigint NOT NULL,
    on_day date NOT NULL,
    type text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    capacity text COLLATE "C" NOT NULL,
    organ text COLLATE "C",
    role text COLLATE "C",
    certificate text COLLATE "C",
    articles text[] NOT NULL,
    supervisor text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    PRIMARY KEY (ledger, stream, version, person, capacity)
) PARTITION BY LIST (ledger);
CREATE INDEX acts_by_person ON views.acts (ledger, person, position DESC, capacity);
CREATE INDEX acts_by_organ ON views.acts (ledger, organ, position DESC) WHERE organ IS NOT NULL;

-- For how long somebody held a post, or was assigned to a file.
CREATE TABLE views.duties (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    organ text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    assigned boolean NOT NULL,
    since date NOT NULL,
    until date,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    acting boolean NOT NULL,
    instead_of text COLLATE "C",
    positions bigint[] NOT NULL,
    PRIMARY KEY (ledger, stream, person, organ, role, assigned, since)
) PARTITION BY LIST (ledger);
CREATE INDEX duties_by_person ON views.duties (ledger, person, since DESC, stream, organ, role);
