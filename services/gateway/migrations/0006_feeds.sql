-- migrate:up
create table feed (
    id       uuid    primary key,
    version  integer not null,
    partner  text    not null,
    active   boolean not null,
    document jsonb   not null
);
comment on table feed is 'The view of events.facts: the newest fact of each feed that is read for a partner.';
create index feed_of_partner on feed (partner, id) where active;

-- migrate:down
drop table feed;
