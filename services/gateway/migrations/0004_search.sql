-- migrate:up
-- A trusted extension: the role needs CREATE on its own database, which its owner has.
create extension if not exists pg_trgm;

alter table occurrence
    add column latitude double precision,
    add column longitude double precision,
    add column words text not null default '',
    -- A column, not an expression in the index alone: PostgreSQL knows how many there are.
    add column lasting boolean not null generated always as (last_moment - starts_at > interval '24 hours') stored;
comment on column occurrence.words is 'words.occurrence of what it is found by: its own id where its words differ, else empty.';
create index occurrence_by_point on occurrence (latitude, longitude) where latitude is not null;
create index occurrence_lasting on occurrence (starts_at, id, last_moment) where lasting;
drop index occurrence_by_topic;
create index occurrence_by_label on occurrence using gin (topics, target_groups, organisers) with (gin_pending_list_limit = 256);

create table words (
    event      uuid     not null,
    occurrence text     not null,
    title      tsvector not null,
    labels     tsvector not null,
    every      tsvector not null,
    primary key (event, occurrence)
);
comment on table words is 'What public events are found by; an occurrence with other words than its event has a row of its own.';
comment on column words.labels is 'Title, topics, organisers, place; every: the description too.';
alter table words alter column every set storage main;
create index words_title on words using gin (title) with (gin_pending_list_limit = 256);
create index words_every on words using gin (every) with (gin_pending_list_limit = 256);

create table stem (stem text primary key);
comment on table stem is 'Every stem that words ever held: where parts of words and mistyped words are looked up.';
create index stem_by_trigram on stem using gin (stem gin_trgm_ops);

-- migrate:down
drop table stem;
drop table words;
drop index occurrence_by_label;
create index occurrence_by_topic on occurrence using gin (topics);
alter table occurrence
    drop column lasting,
    drop column words,
    drop column longitude,
    drop column latitude;
drop extension if exists pg_trgm;
