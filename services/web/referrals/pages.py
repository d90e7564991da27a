"""Pages of requests for help as HTML: how one stands, and the answer of a network. Pure functions of documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlsplit

from services.web.client import Document, segment
from services.web.common import labels
from services.web.common.forms import Typed
from services.web.common.render import render
from services.web.common.times import local
from services.web.members.networks import Network, kinds
from services.web.members.pages import HOME as MEMBERS
from services.web.referrals import asking, coming
from services.web.referrals.asking import MODERATOR
from shared.language import Language
from shared.places import places
from shared.vocabulary import vocabulary

STATUS: Final = "/referrals"
ANSWERS: Final = "/answers"
_REASONS: Final = ("no-capacity", "not-our-topic", "not-our-area", "language", "other")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form of a page with several that was sent and not taken: which one, what stands in it, what is wrong.

    ``action``: what it asked for, empty where none was sent; ``errors``: the sentences beside its fields;
    ``problem``: why it was not taken, in one line.
    """

    action: str = ""
    form: Typed = field(default_factory=Typed)
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    def value(self, action: str, name: str, otherwise: str = "") -> str:
        """What stands in a field: what was typed, where it is of this form."""
        return self.form[name] if action == self.action else otherwise

    def several(self, action: str, name: str, otherwise: Sequence[str]) -> Sequence[str]:
        """What is ticked in a field: what was ticked, where it is of this form."""
        return self.form.several.get(name, ()) if action == self.action else otherwise

    def error(self, action: str, name: str) -> str:
        """What is wrong with a field of a form; empty where nothing is."""
        return self.errors.get(name, "") if action == self.action else ""


NOTHING_SENT: Final = Sent()


def page_of(link: str) -> str:
    """The page that shows what is at this path of the interface."""
    return link.removeprefix("/v1")


def render_status(
    found: Document, address: str, language: Language, *, key: str, sent: Sent = NOTHING_SENT, done: bool = False
) -> str:
    """How a request stands, for whoever has its link."""
    return render(
        "referrals/status.html",
        language,
        one=found,
        address=address,
        key=key,
        sent=sent,
        problem=sent.problem,
        done=done,
        events=f"/?{urlsplit(found['events']).query}",
        coming=coming.listed(found, language),
        is_for_moderator=found["kind"] == MODERATOR,
        alternatives=[network(one) for one in found["alternatives"]],
        topic_choices=labels.topic_choices(found["topics"], language),
        language_choices=labels.language_choices(found["languages"], language),
        typed=asking.typed_from(found, places()),
        municipalities=[place.name for place in places().items],
        went=[
            ("well", language.gettext("Well")),
            ("partly", language.gettext("Partly")),
            ("nobody-called", language.gettext("Nobody got in touch")),
        ],
        where="help",
        canonical="",
        **in_words(found, language) | _said_by_person(found, language),
    )


def render_answer(
    found: Document, address: str, language: Language, *, key: str, sent: Sent = NOTHING_SENT, done: bool = False
) -> str:
    """A request as the network that is asked sees it, with what it can answer."""
    return render(
        "referrals/answer.html",
        language,
        one=found,
        address=address,
        key=key,
        sent=sent,
        problem=sent.problem,
        done=done,
        notes=notes(found, language),
        reasons=reasons(language),
        others=[(one["id"], one["name"]) for one in found["others"]],
        where="help",
        canonical="",
        **in_words(found, language),
    )


def render_erase(address: str, language: Language, *, key: str) -> str:
    """The question before everything is forgotten."""
    return render("referrals/erase.html", language, address=address, key=key, where="help", canonical="")


def in_words(found: Document, language: Language) -> dict[str, object]:
    """What pages of a request call its parts."""
    return {
        "state": labels.referral_state(found["state"], language),
        "kind": labels.referral_kinds(language).get(found["kind"], ""),
        "about": about(found, language),
        "due": last_day(found["due"], language),
        "occasion": occasion(found, language),
        "contact": contact(found, language),
        "history": history(found, language),
    }


def _said_by_person(found: Document, language: Language) -> dict[str, object]:
    """What it is about, as the person who asks says it."""
    kind = dict(kinds(language)).get(found["kind"])
    return {"kind": kind} if kind else {}


def about(found: Document, language: Language) -> list[str]:
    """Where a request is, its topics and its languages, as far as they are known."""
    place = found["place"]["name"] if found["place"] else ""
    topics = ", ".join(vocabulary().label(slug, language.code) for slug in found["topics"])
    spoken = ", ".join(labels.language_name(tag, language) for tag in found["languages"])
    return [part for part in (place, topics, spoken) if part]


def reasons(language: Language) -> list[tuple[str, str]]:
    """Why a network declines, to choose from."""
    said = {
        "no-capacity": language.gettext("No time or room at present"),
        "not-our-topic": language.gettext("Not our topic"),
        "not-our-area": language.gettext("Not our area"),
        "language": language.gettext("We do not speak the language"),
        "other": language.gettext("Another reason"),
    }
    return [(reason, said[reason]) for reason in _REASONS]


def network(document: Document, kind: str = "") -> Network:
    """A network that could be asked; for a request of the ``kind`` moderator a person, who has no page."""
    has_page = document["id"] is not None and kind != MODERATOR
    url = f"{MEMBERS}/{segment(document['id'])}" if has_page else ""
    return Network(document["name"], url, tuple(document["reasons"]))


def history(found: Document, language: Language) -> list[tuple[str, str, str]]:
    """Day, state and network of each step."""
    return [
        (
            moment_day(step["at"], language),
            labels.referral_state(step["state"], language),
            step["network"]["name"] if step["network"] else "",
        )
        for step in found["history"]
    ]


def notes(found: Document, language: Language) -> list[tuple[str, str]]:
    """What was written about a request since: who wrote it when, and the words."""
    said = {
        "question": language.gettext("Question to the person"),
        "reply": language.gettext("Answer of the person"),
        "comment": language.gettext("How it went, in the person’s words"),
        "note": language.gettext("Note"),
    }
    return [
        (f"{said.get(note['kind'], said['note'])}, {moment_day(note['at'], language)}", note["text"])
        for note in found["notes"]
    ]


def occasion(found: Document, language: Language) -> str:
    """For what and when a moderator is looked for; empty for any other request."""
    wanted = found["occasion"]
    return f"{labels.day(wanted['on'], language)}: {wanted['what']}" if wanted else ""


def contact(found: Document, language: Language) -> list[tuple[str, str, str]]:
    """How somebody can be reached: what it is, the text, and the link that writes or calls; empty where not at all."""
    given = found["contact"] or {}
    name, email, phone = (given.get(part) or "" for part in ("name", "email", "phone"))
    number = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    said = [
        (language.gettext("Name"), name, ""),
        # A question mark in an address must not begin a mail of somebody else's making.
        (language.gettext("E-mail"), email, f"mailto:{quote(email, safe='@')}"),
        (language.gettext("Telephone"), phone, f"tel:{quote(number, safe='+')}"),
    ]
    return [one for one in said if one[1]]


def moment_day(moment: str, language: Language) -> str:
    """The day of a moment where the alliance lives."""
    return _day(datetime.fromisoformat(moment), language)


def last_day(due: str | None, language: Language) -> str:
    """The last day of a promise, which ends at midnight; empty where nobody has promised anything."""
    return _day(datetime.fromisoformat(due) - timedelta(seconds=1), language) if due else ""


def _day(moment: datetime, language: Language) -> str:
    return labels.day(local(moment).date().isoformat(), language)
