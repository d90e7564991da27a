-- migrate:up
create table partner (
    id         text        primary key,
    version    integer     not null,
    name       text        not null,
    trusted    boolean     not null,
    active     boolean     not null,
    updated_at timestamptz not null
);

create table event (
    id             uuid        primary key,
    partner        text        not null references partner (id),
    uid            text        not null,
    version        integer     not null,
    sequence       integer     not null,
    visibility     text        not null check (visibility in ('public', 'waiting', 'refused', 'withdrawn')),
    content        jsonb       not null,
    expanded_until timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    unique (partner, uid)
);
comment on column event.content is 'The event as it was decided on: times normalised, in its time zone.';
comment on column event.expanded_until is 'How far its occurrences are published; null where there are no more.';

create index event_waiting on event (partner, created_at) where visibility = 'waiting';
create index event_expanded_until on event (expanded_until) where expanded_until is not null;

-- migrate:down
drop table event;
drop table partner;
