-- The state of every aggregate is its newest fact, as JSON; columns beside it are what is searched by.

-- migrate:up
create table organisation (
    id        text    primary key,
    version   integer not null,
    state     jsonb   not null,
    status    text    generated always as (state ->> 'status') stored,
    assess_at timestamptz
);
comment on table organisation is 'Members, those that were, and those that want to be.';
comment on column organisation.assess_at is 'When its activity is to be looked at; null: when something happens.';
create index organisation_to_assess on organisation (assess_at) where assess_at is not null;
create index organisation_by_status on organisation (status);

create table person (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null
);
comment on table person is 'People: personal data.';

create table meeting (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null,
    kind    text    generated always as (state ->> 'kind') stored,
    status  text    generated always as (state ->> 'status') stored,
    day     text    generated always as (left(state ->> 'starts_at', 10)) stored
);
create index meeting_by_day on meeting (day);

create table attendance (
    organisation text not null,
    meeting      text not null references meeting (id),
    presence     text not null,
    primary key (organisation, meeting)
);
comment on table attendance is 'Of the meetings that were held: the state of each, by organisation.';
create index attendance_of_meeting on attendance (meeting);

create table minutes (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null
);
comment on table minutes is 'The words of minutes, by meeting: may name people.';

create table contribution (
    id           text    primary key,
    version      integer not null,
    state        jsonb   not null,
    organisation text    generated always as (state ->> 'organisation') stored,
    kind         text    generated always as (state ->> 'kind') stored,
    status       text    generated always as (state ->> 'status') stored,
    day          text    generated always as (state ->> 'on') stored,
    person       text    generated always as (state ->> 'person') stored
);
create index contribution_of_organisation on contribution (organisation, day);
create index contribution_of_person on contribution (person) where person is not null;

create table training (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null
);

create table multiplier (
    id       text    primary key,
    version  integer not null,
    state    jsonb   not null,
    person   text    generated always as (state ->> 'person') stored
);
create unique index multiplier_of_person on multiplier (person);

create table goal (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null
);

create table charter (
    id      text    primary key,
    version integer not null,
    state   jsonb   not null
);

create table event_seen (
    id      uuid    primary key,
    version integer not null,
    topics  text[]  not null
);
comment on table event_seen is 'The view of events.facts: which version of each event is counted.';

create table event_day (
    organisation   text    not null,
    day            date    not null,
    event          uuid    not null references event_seen (id),
    times          integer not null,
    municipalities text[]  not null,
    primary key (organisation, day, event)
);
comment on table event_day is 'Days on which an organisation holds public events that are not cancelled, also in the future.';
create index event_day_of_event on event_day (event);

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
drop table event_day;
drop table event_seen;
drop table charter;
drop table goal;
drop table multiplier;
drop table training;
drop table contribution;
drop table minutes;
drop table attendance;
drop table meeting;
drop table person;
drop table organisation;
