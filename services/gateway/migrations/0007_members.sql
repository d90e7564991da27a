-- migrate:up
create table member_fact (
    kind       text        not null,
    id         text        not null,
    version    integer     not null,
    document   jsonb       not null,
    updated_at timestamptz not null,
    at         timestamptz,
    labels     text[]      not null,
    covers     text[]      not null,
    status     text        generated always as (document ->> 'status') stored,
    name       text        generated always as (lower(document ->> 'name')) stored,
    is_public  boolean     not null generated always as (
        case kind
            when 'organisation' then
                document ->> 'status' in ('active', 'passive') and document ->> 'listed' = 'true'
            when 'meeting' then document ->> 'public' = 'true'
            else true
        end) stored,
    primary key (id, kind)
);
comment on table member_fact is 'The view of members.facts: the newest fact of each organisation, meeting, contribution, training, multiplier, goal, charter.';
comment on column member_fact.at is 'When a meeting or training starts; the day of a contribution, at midnight where the alliance lives.';
comment on column member_fact.labels is 'Of organisations: topic:…, kind:…, language:… as far as it has them.';
comment on column member_fact.covers is 'Of organisations: keys of the municipalities and districts in which they can be asked.';
create index member_listed on member_fact (name, id) where kind = 'organisation' and is_public;
create index member_by_name on member_fact (name, id) where kind = 'organisation';
create index member_by_label on member_fact using gin (labels, covers) where kind = 'organisation';
create index meeting_by_start on member_fact (at, id) where kind = 'meeting';
create index meeting_by_invited on member_fact using gin ((document -> 'invited') jsonb_path_ops) where kind = 'meeting';
create index contribution_by_day on member_fact (at, id) where kind = 'contribution';
create index contribution_of_member on member_fact ((document ->> 'organisation'), at) where kind = 'contribution';
create index contribution_to_confirm on member_fact (at, id) where kind = 'contribution' and status = 'reported';
create index training_by_start on member_fact (at, id) where kind = 'training';
create index member_fact_by_kind on member_fact (kind, id);

create table attendance (
    organisation text        not null,
    meeting      text        not null,
    at           timestamptz not null,
    presence     text        not null,
    primary key (organisation, meeting)
);
comment on table attendance is 'How organisations took part in meetings that were held, out of member_fact.';
create index attendance_by_time on attendance (organisation, at);
create index attendance_of_meeting on attendance (meeting);

create table private_fact (
    kind       text        not null,
    id         text        not null,
    version    integer     not null,
    document   jsonb       not null,
    updated_at timestamptz not null,
    name       text        generated always as (lower(document ->> 'name')) stored,
    primary key (id, kind)
);
comment on table private_fact is 'The view of members.private: people, and the words of minutes by their meeting. Nothing public is made of it.';
create index person_by_name on private_fact (name, id) where kind = 'person';
create index person_by_role on private_fact using gin ((document -> 'roles') jsonb_path_ops) where kind = 'person';
create index person_by_multiplier on private_fact ((document ->> 'multiplier')) where kind = 'person';

create table erased (
    kind      text        not null,
    id        text        not null,
    erased_at timestamptz not null,
    primary key (id, kind)
);
comment on table erased is 'People and multipliers that were erased, by their bare ids: so that no older record shows them again, and to erase them again after a backup was restored.';

-- migrate:down
drop table erased;
drop table private_fact;
drop table attendance;
drop table member_fact;
