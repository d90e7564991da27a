-- migrate:up
create table change_log (
    one    boolean primary key default true check (one),
    epoch  text    not null default left(replace(gen_random_uuid()::text, '-', ''), 12),
    newest bigint  not null default 0
);
comment on table change_log is 'One row: how far the changes of the view are numbered. The log itself is event by change.';
comment on column change_log.epoch is 'Made once with the view, so that clients of an earlier one are recognised.';

alter table event add column change bigint, add column was_public boolean not null default false;
comment on column event.change is 'Number of the newest change; numbers grow in the order of commits.';
comment on column event.was_public is 'Whether an earlier version was public, so that clients may know of the event.';

update event set change = numbered.change
from (select id, row_number() over (order by updated_at, id) as change from event) as numbered
where numbered.id = event.id;
alter table event alter column change set not null;
insert into change_log (newest) select count(*) from event;
create unique index event_by_change on event (change) where visibility = 'public' or was_public;

-- migrate:down
alter table event drop column was_public, drop column change;
drop table change_log;
