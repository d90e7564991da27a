-- Every service's database begins with these two tables. Five digits sort before a service's own 0001.

-- migrate:up
create table inbox (
    source      text        not null,
    id          text        not null,
    fingerprint bytea       not null,
    outcome     json        not null,
    decided_at  timestamptz not null default now(),
    primary key (source, id)
);
comment on table inbox is 'Requests taken, each with its one outcome. source: the topic; id: the CloudEvent id.';
create index inbox_decided_at on inbox (decided_at);

create table outbox (
    id         bigint generated always as identity primary key,
    shard      smallint    not null,
    topic      text        not null,
    key        bytea       not null,
    headers    text        not null,
    value      bytea       not null,
    created_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on table outbox is 'Messages not yet acknowledged by Kafka; id gives the order within a key.';
comment on column outbox.headers is 'JSON object of the Kafka headers.';

-- migrate:down
drop table outbox;
drop table inbox;
