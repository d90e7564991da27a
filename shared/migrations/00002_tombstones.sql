-- migrate:up
alter table outbox alter column value drop not null;
comment on column outbox.value is 'Null is a tombstone: what stands under this key is erased.';

-- migrate:down
delete from outbox where value is null;
comment on column outbox.value is null;
alter table outbox alter column value set not null;
