-- Every clock of every proceeding. Overdue is a question with a day, never a column.
CREATE TABLE views.deadlines (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    deadline text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    about text COLLATE "C" NOT NULL,
    holder text COLLATE "C" NOT NULL,
    persons text[] NOT NULL,
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
    paused integer NOT NULL,
    points text[] NOT NULL,
    state text COLLATE "C" NOT NULL,
    met_on date,
    cancelled text COLLATE "C",
    cancelled_on date,
    late boolean NOT NULL,
    lapsed boolean NOT NULL,
    extended integer NOT NULL,
    closed boolean NOT NULL,
    regime text COLLATE "C" NOT NULL,
    supervisor text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, deadline)
) PARTITION BY LIST (ledger);
-- The worklist: those that run in files that are open, the first to end first; settled ones are asked for by their file.
CREATE INDEX deadlines_running ON views.deadlines (ledger, latest, stream, deadline) INCLUDE (nature, provisional)
    WHERE state = 'running' AND NOT closed;
CREATE INDEX deadlines_suspended ON views.deadlines (ledger, stream, deadline) WHERE state = 'suspended' AND NOT closed;
-- Those whose lapse nobody has recorded yet: what `system:clock` looks for.
CREATE INDEX deadlines_lapsing ON views.deadlines (ledger, latest, stream, deadline)
    WHERE state = 'running' AND NOT closed AND NOT lapsed AND nature <> 'right';
-- Those that a newly published calendar may move.
CREATE INDEX deadlines_by_calendar ON views.deadlines (ledger, calendar, stream)
    WHERE state IN ('running', 'suspended') AND NOT closed;

-- How long settled ones took, by the day on which they were settled.
CREATE INDEX deadlines_settled ON views.deadlines (ledger, met_on) INCLUDE (name, title_zh, title_en, regime, holder,
    trigger_on, late, paused) WHERE met_on IS NOT NULL;

-- Who has a part in the open file of a clock that is not settled: whether they find it is the scope's to say.
CREATE TABLE views.watches (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    deadline text COLLATE "C" NOT NULL,
    watcher text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    latest date NOT NULL,
    PRIMARY KEY (ledger, stream, deadline, watcher)
) PARTITION BY LIST (ledger);
CREATE INDEX watches_by_latest ON views.watches (ledger, watcher, state, latest, stream, deadline);
