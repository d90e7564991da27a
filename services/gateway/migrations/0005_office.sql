-- migrate:up
alter table event add column partner text generated always as (document ->> 'partner') stored;
alter table event add column last_public jsonb;
comment on column event.last_public is 'While it waits or is refused: the fact that was public last, as far as this view saw one.';
create index event_to_moderate on event (visibility, updated_at, id) where visibility <> 'public';
create index event_of_partner on event (partner);

alter table partner add column trusted boolean;
comment on column partner.trusted is 'Null until the next fact, for rows that are older than this column.';

create table office_sign_in (
    hash       bytea       primary key,
    expires_at timestamptz not null
);
comment on table office_sign_in is 'Links that open one session each; hash: HMAC-SHA-256 of the token under GATEWAY_KEY_PEPPER.';

create table office_session (
    hash       bytea       primary key,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
comment on table office_session is 'Browsers that are signed in; hash: as above, of what the cookie holds.';

-- migrate:down
drop table office_session;
drop table office_sign_in;
alter table partner drop column trusted;
drop index event_of_partner;
drop index event_to_moderate;
alter table event drop column last_public;
alter table event drop column partner;
