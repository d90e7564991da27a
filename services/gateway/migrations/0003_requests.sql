-- migrate:up
alter table request alter column aggregate type text;
comment on column request.aggregate is 'Key of the message that was sent on: whose view shows what came of it.';

-- migrate:down
alter table request alter column aggregate type uuid using aggregate::uuid;
