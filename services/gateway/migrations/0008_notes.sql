-- migrate:up
alter table outcome add column notes jsonb;
comment on column outcome.notes is 'What was taken, but could be said better, as FieldErrors; null: nothing.';

-- migrate:down
alter table outcome drop column notes;
