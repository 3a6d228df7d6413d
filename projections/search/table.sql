-- What of a file is not sealed and may be looked for, one row each: its terms as they are compared, and the runs of two
-- and of three characters in them.
CREATE TABLE views.words (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    terms text[] NOT NULL,
    runs text[] NOT NULL,
    PRIMARY KEY (ledger, stream)
) PARTITION BY LIST (ledger);
CREATE INDEX words_by_run ON views.words USING gin (runs);
