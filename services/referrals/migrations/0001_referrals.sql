-- The state of every aggregate is its newest fact, as JSON; columns beside it are what is searched by.

-- migrate:up
create table referral (
    id       text    primary key,
    version  integer not null,
    state    jsonb   not null,
    status   text    generated always as (state ->> 'state') stored,
    network  text    generated always as (state ->> 'network') stored,
    next_at  text    generated always as (state ->> 'next_at') stored,
    ended_at text    generated always as (state ->> 'ended_at') stored
);
comment on table referral is 'Requests, without who asks: what is sought, who was asked, what became of it.';
comment on column referral.next_at is 'When something is to happen by itself: RFC 3339 in UTC, so that texts compare as times do.';
create index referral_to_act_on on referral (next_at, id) where next_at is not null;
create index referral_waiting on referral ((state ->> 'created_at'), id) where status = 'waiting';
create index referral_ended on referral (ended_at) where ended_at is not null;

create table person (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null,
    email   text    generated always as (lower(state -> 'contact' ->> 'email')) stored,
    phone   text    generated always as (regexp_replace(state -> 'contact' ->> 'phone', '[^0-9]', '', 'g')) stored
);
comment on table person is 'Who asks, by request: personal data.';
create index person_by_email on person (email) where email is not null;
create index person_by_phone on person (phone) where phone is not null;

create table concern (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null,
    next_at text    generated always as (state ->> 'next_at') stored
);
comment on table concern is 'Worries, without their words: where, and about what.';
create index concern_to_act_on on concern (next_at, id) where next_at is not null;

create table words (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null
);
comment on table words is 'What people wrote who are worried, by worry.';

create table network (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null,
    changed bigint  not null
);
comment on table network is 'The view of members.facts: the newest fact of each organisation, as far as routing asks for it.';
comment on column network.changed is 'Grows with each change, in the order of commits.';
create index network_by_change on network (changed);

create table load (
    network    text    primary key,
    open       integer not null,
    last_asked timestamptz
);
comment on table load is 'How many requests each network has, and when it was asked last.';

create table erased (
    id          text        primary key,
    kind        text        not null,
    erased_at   timestamptz not null,
    repeated_at timestamptz
);
comment on table erased is 'Ids of what was erased, and nothing else of it. repeated_at: when its tombstone was sent again.';
create index erased_to_repeat on erased (erased_at) where repeated_at is null;

-- migrate:down
drop table erased;
drop table load;
drop table network;
drop table words;
drop table concern;
drop table person;
drop table referral;
