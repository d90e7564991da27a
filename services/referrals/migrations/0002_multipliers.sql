-- Multipliers are asked as networks are, and stand beside them; what was erased stays known by its id alone.

-- migrate:up
alter table network add column kind text not null default 'organisation', alter column state drop not null;
alter table network alter column kind drop default;
comment on table network is 'The view of members.facts: the newest fact of each organisation and multiplier that can be asked.';
comment on column network.kind is 'What the fact is about: organisation, multiplier.';
comment on column network.state is 'The fact as JSON. null: it was erased, and no fact brings it back.';

-- migrate:down
delete from network where kind <> 'organisation';
comment on table network is 'The view of members.facts: the newest fact of each organisation, as far as routing asks for it.';
comment on column network.state is null;
alter table network alter column state set not null, drop column kind;
