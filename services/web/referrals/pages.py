"""Pages of requests for help as HTML: pure functions of what the interface says."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from services.web.client import Document, segment
from services.web.common import labels
from services.web.common.forms import Typed
from services.web.common.render import render
from services.web.members.networks import HOME as HELP
from services.web.members.networks import Network, kinds
from services.web.members.pages import HOME as MEMBERS
from services.web.referrals.asking import CONSENT
from shared.language import Language
from shared.vocabulary import vocabulary

STATUS: Final = "/referrals"
ANSWERS: Final = "/answers"
_REASONS: Final = ("no-capacity", "not-our-topic", "not-our-area", "language", "other")


def page_of(link: str) -> str:
    """The page that shows what is at this path of the interface."""
    return link.removeprefix("/v1")


def render_ask(
    form: Typed,
    networks: Sequence[Document],
    errors: Mapping[str, str],
    language: Language,
    *,
    key: str,
    choices: Sequence[tuple[str, str]] = (),
    problem: str = "",
) -> str:
    """The last step: how somebody can be reached. ``choices``: label and address where the place is unclear."""
    return render(
        "referrals/ask.html",
        language,
        form=form,
        errors=errors,
        key=key,
        problem=problem,
        choices=choices,
        kind=dict(kinds(language)).get(form["kind"], ""),
        topics=_topics(form.several.get("topics", ()), language),
        networks=[network(one) for one in networks],
        languages=labels.language_choices(form.several.get("languages", ()), language),
        back=f"{HELP}?{urlencode(_pairs(form))}",
        consent=CONSENT,
        where="help",
        canonical="",
    )


def render_status(
    found: Document, address: str, language: Language, *, key: str, problem: str = "", done: bool = False
) -> str:
    """How a request stands, for whoever has its link."""
    return render(
        "referrals/status.html",
        language,
        one=found,
        address=address,
        key=key,
        problem=problem,
        done=done,
        state=labels.referral_state(found["state"], language),
        kind=dict(kinds(language)).get(found["kind"]) or labels.referral_kinds(language).get(found["kind"], ""),
        topics=_topics(found["topics"], language),
        due=last_day(found["due"], language),
        history=history(found, language),
        alternatives=[network(one) for one in found["alternatives"]],
        events=f"/?{urlsplit(found['events']).query}",
        choices=labels.topic_choices(found["topics"], language),
        where="help",
        canonical="",
    )


def render_answer(found: Document, address: str, language: Language, *, key: str, problem: str = "") -> str:
    """A request as the network that is asked sees it, with what it can answer."""
    return render(
        "referrals/answer.html",
        language,
        one=found,
        address=address,
        key=key,
        problem=problem,
        state=labels.referral_state(found["state"], language),
        kind=labels.referral_kinds(language).get(found["kind"], ""),
        topics=_topics(found["topics"], language),
        languages=[language.name_of(tag) for tag in found["languages"]],
        due=last_day(found["due"], language),
        history=history(found, language),
        reasons=reasons(language),
        where="help",
        canonical="",
    )


def render_erase(address: str, language: Language, *, key: str) -> str:
    """The question before everything is forgotten."""
    return render("referrals/erase.html", language, address=address, key=key, where="help", canonical="")


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


def network(document: Document) -> Network:
    """A network that could be asked."""
    return Network(document["name"], f"{MEMBERS}/{segment(document['id'])}", tuple(document["reasons"]))


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


def moment_day(moment: str, language: Language) -> str:
    """The day of a moment where the alliance lives."""
    return _day(datetime.fromisoformat(moment), language)


def last_day(due: str | None, language: Language) -> str:
    """The last day of a promise, which ends at midnight; empty where nobody has promised anything."""
    return _day(datetime.fromisoformat(due) - timedelta(seconds=1), language) if due else ""


def _day(moment: datetime, language: Language) -> str:
    return labels.day(moment.astimezone(ZoneInfo(vocabulary().time_zone)).date().isoformat(), language)


def _topics(slugs: Sequence[str], language: Language) -> list[str]:
    return [vocabulary().label(slug, language.code) for slug in slugs]


def _pairs(form: Typed) -> list[tuple[str, str]]:
    topics = [("topic", topic) for topic in form.several.get("topics", ())]
    return [("kind", form["kind"]), ("place", form["place"]), *topics]
