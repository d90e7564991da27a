-- What worries people is counted when a week is over, so that its words, and who counts as one sender, can be forgotten.

-- migrate:up
alter table concern add column sender text generated always as (state ->> 'sender') stored;
create index concern_by_time on concern ((state ->> 'created_at'));
comment on column concern.sender is 'Who is counted once: a keyed hash, kept as long as the words are.';

create table counted_week (
    monday date primary key
);
comment on table counted_week is 'Weeks whose worries were counted, by their Monday where the alliance lives.';

create table concern_count (
    monday date    not null references counted_week on delete cascade,
    topic  text    not null,
    ags    text    not null,
    number integer not null,
    primary key (monday, topic, ags)
);
comment on table concern_count is 'How many senders were worried about a topic in a municipality in a week. Small numbers: never told.';

create table trend (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null
);
comment on table trend is 'Topics in areas: their last weeks, and whether they rise.';

-- migrate:down
drop table trend;
drop table concern_count;
drop table counted_week;
drop index concern_by_time;
alter table concern drop column sender;
