-- Events that are easy to come to are asked for by themselves. What was stored before has said nothing of it.

-- migrate:up
alter table occurrence add column low_threshold boolean not null default false;
comment on column occurrence.low_threshold is 'Whether it is free of charge, without registration, with nothing to be known before.';
create index occurrence_low_threshold on occurrence (starts_at, id) where low_threshold;

-- migrate:down
drop index occurrence_low_threshold;
alter table occurrence drop column low_threshold;
