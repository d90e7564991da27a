-- migrate:up
create table event (
    id         uuid        primary key,
    version    integer     not null,
    visibility text        not null,
    document   jsonb       not null,
    base       text        not null,
    updated_at timestamptz not null
);
comment on table event is 'The view of events.facts: the newest fact of each event.';
comment on column event.base is 'Members of a list item that all occurrences share, as JSON without braces.';

create table occurrence (
    id            text        primary key,
    event         uuid        not null references event (id) on delete cascade,
    starts_at     timestamptz not null,
    last_moment   timestamptz not null,
    status        text        not null,
    topics        text[]      not null,
    target_groups text[]      not null,
    organisers    text[]      not null,
    ags           text,
    municipality  text,
    base          text,
    times         text        not null
);
comment on table occurrence is 'One row for each time a public event takes place.';
comment on column occurrence.last_moment is 'Its last moment, included, so that what is under way is found.';
comment on column occurrence.base is 'Like event.base, where this occurrence differs; else null.';
comment on column occurrence.times is 'Members of a list item that are its own, as JSON without braces.';
create index occurrence_by_start on occurrence (starts_at, id);
create index occurrence_by_end on occurrence (last_moment);
create index occurrence_of_event on occurrence (event);
create index occurrence_by_topic on occurrence using gin (topics);
create index occurrence_by_ags on occurrence (ags, starts_at);
create index occurrence_by_municipality on occurrence (lower(municipality), starts_at);

create table partner (
    id      text    primary key,
    version integer not null,
    name    text    not null,
    active  boolean not null
);
comment on table partner is 'The view of events.facts: who may publish.';

create table request (
    id              uuid        primary key,
    topic           text        not null,
    owner           text        not null,
    resource        text        not null,
    aggregate       uuid        not null,
    accepted_at     timestamptz not null default now(),
    idempotency_key text,
    body_hash       bytea,
    answering_until timestamptz
);
comment on table request is 'Writes that were accepted; topic: where they were sent on; aggregate: whose view shows it.';
comment on column request.answering_until is 'While the first exchange under an idempotency key still runs.';
create unique index request_idempotency on request (owner, idempotency_key) where idempotency_key is not null;
create index request_accepted_at on request (accepted_at);

create table outcome (
    source     text        not null,
    request    text        not null,
    result     text        not null,
    partner    text,
    uid        text,
    resource   text,
    aggregate  text,
    version    integer,
    problem    jsonb,
    decided_at timestamptz not null,
    primary key (source, request)
);
comment on table outcome is 'The view of all *.outcomes: what became of each request, however it came.';
create index outcome_of_partner on outcome (partner, decided_at desc, request) where partner is not null;
create index outcome_decided_at on outcome (decided_at);

create table api_key (
    id         text        primary key,
    hash       bytea       not null,
    owner      text        not null,
    scopes     text[]      not null,
    note       text        not null default '',
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    used_at    timestamptz
);
comment on column api_key.hash is 'HMAC-SHA-256 of the key under GATEWAY_KEY_PEPPER; the key itself is kept nowhere.';
create index api_key_owner on api_key (owner);

-- migrate:down
drop table api_key;
drop table outcome;
drop table request;
drop table partner;
drop table occurrence;
drop table event;
