-- What is counted of requests for help: which of them members accepted, and which they answered as promised.

-- migrate:up
create table referral_seen (
    id       uuid        primary key,
    version  integer     not null,
    topics   text[]      not null,
    ended_at timestamptz
);
comment on table referral_seen is 'The view of referrals.facts: which version of each request for help is counted.';
comment on column referral_seen.ended_at is
    'When it ended; null: it has not, or so long ago that id is a random one, which nobody else knows.';
create index referral_seen_by_end on referral_seen (ended_at) where ended_at is not null;

create table referral_answer (
    referral     uuid    not null references referral_seen (id) on update cascade,
    number       integer not null,
    organisation text    not null,
    day          date    not null,
    accepted     boolean not null,
    in_time      boolean not null,
    primary key (referral, number)
);
comment on table referral_answer is
    'How organisations answered what they were asked, by number of the assignment; in_time: as they had promised.';
create index referral_answer_of_organisation on referral_answer (organisation, day);

-- migrate:down
drop table referral_answer;
drop table referral_seen;
