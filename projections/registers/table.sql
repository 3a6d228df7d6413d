-- Issued documents of files of every kind (文书登记). In effect from `effective_on` until the day before `ended_on`.
CREATE TABLE views.documents (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    issued_on date NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    instrument text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    form text COLLATE "C",
    about text COLLATE "C",
    issuer text COLLATE "C" NOT NULL,
    addressee text COLLATE "C" NOT NULL,
    served_on date,
    effective_on date,
    ended text COLLATE "C",
    ended_on date,
    in_effect boolean NOT NULL,
    defective boolean NOT NULL,
    regime text COLLATE "C" NOT NULL,
    supervisor text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, document)
) PARTITION BY LIST (ledger);
CREATE INDEX documents_by_day ON views.documents (ledger, issued_on DESC, stream, document);
CREATE INDEX documents_by_instrument ON views.documents (ledger, instrument, issued_on DESC, stream, document);
CREATE INDEX documents_by_issuer ON views.documents (ledger, issuer, issued_on DESC, stream, document);
CREATE INDEX documents_by_subject ON views.documents (ledger, subject, issued_on DESC, stream, document);
CREATE INDEX documents_by_number ON views.documents (ledger, number, issued_on DESC, stream, document);

-- Certificates of people (证件), with the days on which they are good: from one to another, null for no end.
CREATE TABLE views.certificates (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    certificate text COLLATE "C" NOT NULL,
    valid_from date NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    unit text COLLATE "C",
    issuer text COLLATE "C" NOT NULL,
    form text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    filed boolean NOT NULL,
    valid_to date,
    scope text[] NOT NULL,
    suspended_on date,
    restored_on date,
    revoked_on date,
    cancelled_on date,
    expired_on date,
    good_from date[] NOT NULL,
    good_until date[] NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, certificate)
) PARTITION BY LIST (ledger);
CREATE INDEX certificates_by_day ON views.certificates (ledger, valid_from DESC, stream, certificate);
CREATE INDEX certificates_by_person ON views.certificates (ledger, person, valid_from DESC, stream, certificate);
CREATE INDEX certificates_by_unit ON views.certificates (ledger, unit, valid_from DESC, stream, certificate);
CREATE INDEX certificates_by_number ON views.certificates (ledger, number, valid_from DESC, stream, certificate);

-- Class hours (学时) of training by person and year.
CREATE TABLE views.trainings (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    year text COLLATE "C" NOT NULL,
    last_on date NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    unit text COLLATE "C",
    hours integer NOT NULL,
    times integer NOT NULL,
    failed integer NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, year)
) PARTITION BY LIST (ledger);
CREATE INDEX trainings_by_day ON views.trainings (ledger, last_on DESC, stream, year);
CREATE INDEX trainings_by_person ON views.trainings (ledger, person, last_on DESC, stream, year);
CREATE INDEX trainings_by_year ON views.trainings (ledger, year, last_on DESC, stream, year);

-- Posts (岗位) that people held, observers among them.
CREATE TABLE views.posts (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    post text COLLATE "C" NOT NULL,
    since date NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    organ text COLLATE "C" NOT NULL,
    duty text COLLATE "C" NOT NULL,
    until date,
    acting boolean NOT NULL,
    instead_of text COLLATE "C",
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, post)
) PARTITION BY LIST (ledger);
CREATE INDEX posts_by_day ON views.posts (ledger, since DESC, stream, post);
CREATE INDEX posts_by_person ON views.posts (ledger, person, since DESC, stream, post);
CREATE INDEX posts_by_organ ON views.posts (ledger, organ, since DESC, stream, post);

-- Statutory obligations (法定义务): owed until the day before `ended_on`.
CREATE TABLE views.obligations (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    duty text COLLATE "C" NOT NULL,
    arisen_on date NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    owed_by text COLLATE "C" NOT NULL,
    regime text COLLATE "C" NOT NULL,
    trigger_on date,
    occasion text COLLATE "C",
    ground text COLLATE "C",
    due_on date,
    parts text[] NOT NULL,
    done_on date[] NOT NULL,
    waived_on date,
    missed_on date,
    referred_to text COLLATE "C",
    ended_on date,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, duty)
) PARTITION BY LIST (ledger);
CREATE INDEX obligations_by_day ON views.obligations (ledger, arisen_on DESC, stream, duty);
CREATE INDEX obligations_by_duty ON views.obligations (ledger, duty, arisen_on DESC, stream, duty);
CREATE INDEX obligations_by_owed_by ON views.obligations (ledger, owed_by, arisen_on DESC, stream, duty);

-- Enforcement bodies (执法主体): how their qualification stands.
CREATE TABLE views.bodies (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    registered_on date NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    nature text COLLATE "C",
    superior text COLLATE "C",
    qualification text COLLATE "C" NOT NULL,
    qualification_on date NOT NULL,
    confirmed_on date,
    powers text[] NOT NULL,
    published_on date,
    supervision_officers text[] NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, subject)
) PARTITION BY LIST (ledger);
CREATE INDEX bodies_by_day ON views.bodies (ledger, registered_on DESC, stream, subject);
CREATE INDEX bodies_by_qualification ON views.bodies (ledger, qualification, registered_on DESC, stream, subject);

-- Case files drawn in a programme, and how they were graded (案卷评查).
CREATE TABLE views.gradings (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    drawn text COLLATE "C" NOT NULL,
    drawn_on date NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    programme text COLLATE "C" NOT NULL,
    organ text COLLATE "C" NOT NULL,
    reference text COLLATE "C",
    grade text COLLATE "C",
    graded_on date,
    persons text[] NOT NULL,
    referred_to text COLLATE "C",
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, drawn)
) PARTITION BY LIST (ledger);
CREATE INDEX gradings_by_day ON views.gradings (ledger, drawn_on DESC, stream, drawn);
CREATE INDEX gradings_by_organ ON views.gradings (ledger, organ, drawn_on DESC, stream, drawn);

-- Matters of leads (线索), where they belong and what became of them. Nobody who complained is in here.
CREATE TABLE views.triages (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    triage text COLLATE "C" NOT NULL,
    triaged_on date NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    form text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    in_scope boolean NOT NULL,
    against_act boolean,
    case_id text COLLATE "C",
    answered_on date,
    outcome text COLLATE "C",
    position bigint NOT NULL,
    PRIMARY KEY (ledger, stream, triage)
) PARTITION BY LIST (ledger);
CREATE INDEX triages_by_day ON views.triages (ledger, triaged_on DESC, stream, triage);

-- Who finds which row in a list: a row for every party of its file.
CREATE TABLE views.registered (
    ledger text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    register text COLLATE "C" NOT NULL,
    item text COLLATE "C" NOT NULL,
    party text COLLATE "C" NOT NULL,
    on_day date NOT NULL,
    PRIMARY KEY (ledger, stream, register, item, party)
) PARTITION BY LIST (ledger);
CREATE INDEX registered_by_party ON views.registered (ledger, party, register, on_day DESC, stream, item);
