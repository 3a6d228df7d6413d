-- The figures of every file: what it adds to a measure of an organ in a year, one row for each entry that it rests on.
-- The value stands in the first of them. What lasts has its days, and belongs to whichever year's end lies between them.
CREATE TABLE views.figures (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    measure text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    organ text COLLATE "C" NOT NULL,
    year bigint NOT NULL,  -- of a training it is what somebody recorded
    position bigint NOT NULL,
    value bigint NOT NULL,
    since date,
    until date,
    PRIMARY KEY (ledger, stream, measure, part, organ, year, position)
) PARTITION BY LIST (ledger);
CREATE INDEX figures_of_year ON views.figures (ledger, year, organ, measure, part, position) INCLUDE (value)
    WHERE since IS NULL;
CREATE INDEX figures_lasting ON views.figures (ledger, since, until) WHERE since IS NOT NULL;
