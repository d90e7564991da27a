-- migrate:up
create table feed (
    id            uuid        primary key,
    partner       text        not null references partner (id),
    url           text        not null,
    moved_to      text,
    host          text        not null,
    every_minutes integer     not null,
    topics        text[]      not null,
    version       integer     not null,
    active        boolean     not null,
    etag          text,
    last_modified text,
    next_at       timestamptz,
    lease         uuid,
    leased_until  timestamptz,
    failures      integer     not null default 0,
    was_empty     boolean     not null default false,
    last          jsonb,
    last_read     jsonb
);
comment on column feed.url is 'As it was given, which the id is made of; often a secret.';
comment on column feed.moved_to is 'Where the server says that it is for good.';
comment on column feed.host is 'host:port that is asked: one feed of a host at a time.';
comment on column feed.lease is 'Of the instance that reads it now, until leased_until.';
comment on column feed.was_empty is 'It held nothing the last time, after it had held something: once may be a slip.';
comment on column feed.last is 'The last FeedReport.';
comment on column feed.last_read is 'The last FeedReport of a feed that was read whole, for when nothing is new.';
create index feed_due on feed (next_at) where active;
create unique index feed_once on feed (partner, url) where active;

create table feed_entry (
    feed        uuid    not null references feed (id),
    uid         text    not null,
    fingerprint bytea   not null,
    revision    integer not null,
    message     text    not null,
    place       text    not null,
    fate        text    not null check (fate in ('new', 'changed', 'unchanged', 'refused', 'gone', 'withdrawn')),
    refusal     jsonb,
    primary key (feed, uid)
);
comment on column feed_entry.fingerprint is 'Of what was last submitted.';
comment on column feed_entry.revision is 'How many messages were sent about it: the same again is no repetition.';
comment on column feed_entry.message is 'Id of the last of them.';
comment on column feed_entry.fate is 'As what the last report counts it; gone: not in the feed any more, yet left in the calendar.';
comment on column feed_entry.refusal is 'Why the calendar did not take that message: its Problem.';
create unique index feed_entry_message on feed_entry (message);

-- migrate:down
drop table feed_entry;
drop table feed;
