"""Networks that can be asked, told as the service members tells of them."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from shared.contracts.members import organisations
from tests.browser.membership import tell
from tests.support import member_facts
from tests.support.bus import Bus, eventually


class Alliance:
    """Organisations of one topic that no other test knows, told as the service members tells of them."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.topic = f"thema-{uuid4().hex[:8]}"
        self.ids: dict[str, str] = {}
        self.versions: dict[str, int] = {}

    async def tell(self, name: str, *, area: dict[str, Any], **said: Any) -> None:
        """Say what ``name`` says of itself now."""
        id_ = self.ids.setdefault(name, f"{name}-{uuid4().hex[:6]}")
        self.versions[name] = self.versions.get(name, 0) + 1
        fields = {"name": name.title(), "areas": area, "topics": [self.topic]} | said
        fact = member_facts.organisation(id_, self.versions[name], **fields)
        await tell(self.bus, [(organisations.CHANGED, fact, id_)])

    async def ask(self, **query: str) -> list[dict[str, Any]]:
        """Which of these can be asked now, in the order of the answer.

        Organisations of other tests that say no topic or no area can be asked, too.
        """
        params = {"place": "08056", "topic": self.topic, "limit": "50"} | query
        answer = (await self.bus.http.get("/v1/networks", params=params)).raise_for_status()
        return [one for one in answer.json()["items"] if one["id"] in self.ids.values()]

    async def is_complete(self) -> bool:
        """All of them can be asked."""
        return {one["id"] for one in await self.ask()} == set(self.ids.values())

    async def found(self, *names: str, **query: str) -> Sequence[dict[str, Any]]:
        """Wait until these of them are found, in this order."""

        async def look() -> Sequence[list[dict[str, Any]]] | None:
            items = await self.ask(**query)
            return [items] if [one["id"] for one in items] == [self.ids[name] for name in names] else None

        (items,) = await eventually(look, what=f"{names} in this order")  # type: ignore[misc]
        return items
