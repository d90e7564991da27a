"""The gateway's part of the ``buendnisbus`` command: API keys, signing in to the office's pages, who was erased."""

from datetime import datetime, timedelta
from typing import Any

from services.gateway.common.access import key_store, session_store, sessions
from services.gateway.common.access.keys import EVENTS_WRITE, MEMBERS_WRITE, OFFICE, SCOPES, ApiKey, hash_of, new_key
from services.gateway.common.views import store
from services.gateway.settings import Settings
from shared import db
from shared.clock import rfc3339, utc_now


async def create_key(
    settings: Settings, owner: str, scopes: tuple[str, ...] | None = None, *, note: str = "", days: int | None = None
) -> tuple[str, str]:
    """A new key for ``owner`` as ``(id, key)``; it is shown this once.

    Raises:
        ValueError: a scope does not exist, or the owner has two live keys (TooManyKeysError).
    """
    scopes = scopes or ((OFFICE,) if owner == OFFICE else (EVENTS_WRITE, MEMBERS_WRITE))
    if unknown := set(scopes) - set(SCOPES):
        raise ValueError(f"no such scope: {', '.join(sorted(unknown))}; there are {', '.join(SCOPES)}")
    now = utc_now()
    key_id, key = new_key()
    stored = ApiKey(
        id=key_id,
        hash=hash_of(key, settings.key_pepper.get_secret_value()),
        owner=owner,
        scopes=scopes,
        note=note,
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
        revoked_at=None,
    )
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.transaction(pool) as connection:
        await key_store.insert(connection, stored, now)
    return key_id, key


async def list_keys(settings: Settings, owner: str | None = None) -> list[dict[str, Any]]:
    """Keys as rows for people; nothing in them opens anything."""
    now = utc_now()

    def state(key: ApiKey) -> str:
        return "live" if key.is_live(now) else "revoked" if key.revoked_at else "expired"

    def day(moment: datetime | None) -> str | None:
        return moment.date().isoformat() if moment else None

    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        stored = await key_store.list_keys(connection, owner)
    return [
        {
            "id": key.id,
            "owner": key.owner,
            "scopes": list(key.scopes),
            "state": state(key),
            "created": day(key.created_at),
            "expires": day(key.expires_at),
            "used": day(used_at),
            "note": key.note,
        }
        for key, used_at in stored
    ]


async def revoke_keys(settings: Settings, *, key_id: str | None = None, owner: str | None = None) -> list[str]:
    """Make a key, or all keys of an owner, void at once; returns the ids that were live."""
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        return await key_store.revoke(connection, key_id=key_id, owner=owner)


async def is_organisation(settings: Settings, owner: str) -> bool:
    """Whether an organisation of this id may publish or is a member, or asks to become one, as far as is known here."""
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        if await store.is_active_partner(connection, owner):
            return True
        return await store.read_fact(connection, "organisation", owner) is not None


async def list_erased(settings: Settings, kind: str) -> list[dict[str, Any]]:
    """What was erased of a kind of view, the latest first: ``id`` and ``erased_at``; nothing else of it is known."""
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        found = await store.erased(connection, kind)
    return [{"id": id_, "erased_at": rfc3339(at)} for id_, at in found]


async def sign_in_link(settings: Settings) -> str:
    """An address that signs in to the office's pages once, within 15 minutes."""
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        return await sessions.new_link(connection, settings, utc_now())


async def sign_out_all(settings: Settings) -> int:
    """End all sessions of the office and void all links; returns how many sessions there were."""
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.transaction(pool) as connection:
        await session_store.void_links(connection)
        return await session_store.end_all_of(connection, OFFICE)
