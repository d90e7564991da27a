-- migrate:up
create table session (
    hash       bytea       primary key,
    owner      text        not null,
    scopes     text[]      not null,
    key        text        references api_key (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
comment on table session is 'Who is signed in; hash: HMAC-SHA-256 of the token under GATEWAY_KEY_PEPPER. office_session is read by the version before alone.';
comment on column session.key is 'With which it began: it ends with its key. Null: it began by a link.';
create index session_of_owner on session (owner);
insert into session (hash, owner, scopes, created_at, expires_at)
    select hash, 'office', '{office}', created_at, expires_at from office_session;

-- migrate:down
drop table session;
