-- migrate:up
alter table event add column places_digest text;
comment on column event.places_digest is 'Of the places by which those of its last fact were resolved; null: by none.';

create table places_in_use (
    single     boolean     primary key default true check (single),
    digest     text        not null,
    started_at timestamptz not null
);
comment on table places_in_use is 'The places of the instance that was started last: others publish nothing anew by theirs.';

-- migrate:down
drop table places_in_use;
alter table event drop column places_digest;
