"""Where, and with whom, somebody can help or find help: the networks that could be asked, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from services.web.client import Document, segment
from services.web.common.render import render
from services.web.members.pages import HOME as MEMBERS
from services.web.members.pages import written_place
from shared.language import Language
from shared.places import places
from shared.vocabulary import vocabulary

HOME: Final = "/help"
ASK: Final = f"{HOME}/ask"
"""Where the same question is asked of them."""
KINDS: Final = ("offer-help", "seek-help", "question")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks. ``errors`` say what is wrong; ``choices``: what ``place`` may mean, as in ``/v1/places``."""

    kind: str = KINDS[0]
    place: str = ""
    topics: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    choices: Sequence[Document] = ()

    def url(self, place: str, page: str = HOME) -> str:
        """``page`` with the same question about another place."""
        pairs = [("kind", self.kind), ("place", place), *(("topic", topic) for topic in self.topics)]
        return f"{page}?{urlencode(pairs)}"


@dataclass(frozen=True, slots=True)
class Network:
    """A network that could be asked. ``url``: its page; empty for a multiplier."""

    name: str
    url: str
    reasons: tuple[str, ...]


def kinds(language: Language) -> list[tuple[str, str]]:
    """What can be asked of networks, as a reader says it."""
    said = {
        "offer-help": language.gettext("I want to help"),
        "seek-help": language.gettext("I am looking for help"),
        "question": language.gettext("I have a question"),
    }
    return [(kind, said[kind]) for kind in KINDS]


def render_networks(found: Sequence[Document] | None, asked: Asked, language: Language) -> str:
    """The form, and what was found; None: nothing was asked yet."""
    networks = [Network(one["name"], f"{MEMBERS}/{segment(one['id'])}", tuple(one["reasons"])) for one in found or ()]
    known = vocabulary()
    events = urlencode([("near", asked.place), *(("topic", topic) for topic in asked.topics)])
    return render(
        "members/networks.html",
        language,
        asked=asked,
        networks=networks,
        is_asked=found is not None,
        kinds=kinds(language),
        topics=[(slug, known.label(slug, language.code), slug in asked.topics) for slug in known.topics],
        choices=[(place["name"], asked.url(written_place(place))) for place in asked.choices],
        municipalities=[place.name for place in places().items],
        members_home=MEMBERS,
        events_url=f"/?{events}",
        ask_url=asked.url(asked.place, ASK),
        moderator_url=f"{ASK}?kind=moderator",
        where="help",
        canonical="" if asked.place or asked.topics else HOME,
    )
