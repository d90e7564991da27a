-- migrate:up
alter table event add column refused_because text;
comment on column event.refused_because is 'Why the office refused this content; kept until it changes or is published.';

-- migrate:down
alter table event drop column refused_because;
