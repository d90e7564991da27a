"""What pages call things: statuses, roles, kinds, presence, replies, papers, days."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from services.web.common.plain_text import capitalised
from shared.language import Language
from shared.vocabulary import vocabulary

LANGUAGES: Final = ("de", "en", "ar", "fa", "ku", "uk", "ru", "tr", "pl", "cs", "vi", "fr", "es")
"""Languages that forms offer, by how much they are asked for."""


def standing(status: str, language: Language) -> str:
    """How an organisation stands."""
    return _of(
        status,
        {
            "applied": language.gettext("Has applied"),
            "declined": language.gettext("Not admitted"),
            "active": language.gettext("Active"),
            "passive": language.gettext("Passive at present"),
            "left": language.gettext("Has left"),
        },
    )


def asked(language: Language) -> dict[str, str]:
    """What a network can be asked."""
    return {
        "offer-help": language.gettext("Somebody wants to help"),
        "seek-help": language.gettext("Somebody looks for help"),
        "question": language.gettext("Somebody has a question"),
        "support": language.gettext("An organisation asks for support"),
    }


def topic_choices(chosen: Iterable[str], language: Language) -> list[tuple[str, str]]:
    """Slug and label of what a form offers: the alliance's topics, and what else is chosen."""
    known = vocabulary()
    return [(slug, known.label(slug, language.code)) for slug in dict.fromkeys((*known.topics, *chosen))]


def language_choices(chosen: Iterable[str], language: Language) -> list[tuple[str, str]]:
    """Tag and name of what a form offers: ``LANGUAGES``, and what else is chosen."""
    return [(tag, language_name(tag, language)) for tag in dict.fromkeys((*LANGUAGES, *chosen))]


def language_name(tag: str, language: Language) -> str:
    """What a language is called where it stands alone."""
    return capitalised(language.name_of(tag))


def role(code: str, language: Language) -> str:
    """What a person is in an organisation."""
    return _of(
        code,
        {
            "representative": language.gettext("Representative"),
            "deputy": language.gettext("Deputy"),
            "contact": language.gettext("Contact"),
            "member": language.gettext("Member"),
        },
    )


def presences(language: Language) -> dict[str, str]:
    """How an organisation can have taken part in a meeting."""
    return {
        "present": language.gettext("Present"),
        "online": language.gettext("Online"),
        "excused": language.gettext("Excused"),
        "absent": language.gettext("Absent"),
    }


def reply(code: str, language: Language) -> str:
    """What was answered to an invitation."""
    said = {
        "yes": language.gettext("Comes"),
        "no": language.gettext("Does not come"),
        "maybe": language.gettext("Comes perhaps"),
    }
    return _of(code, said)


def meeting_kinds(language: Language) -> dict[str, str]:
    """Kinds of meetings."""
    return {
        "session": language.gettext("Session"),
        "retreat": language.gettext("Retreat"),
        "working-group": language.gettext("Working group"),
    }


def contribution_kind(code: str, language: Language) -> str:
    """What was contributed; empty for what is not known here."""
    kinds = {
        "content": language.gettext("Support by content"),
        "co-hosted-event": language.gettext("Event held together"),
        "working-group": language.gettext("Working group"),
        "knowledge": language.gettext("Knowledge passed on"),
    }
    return kinds.get(code, "")


def contribution_status(code: str, language: Language) -> str:
    """Whether a contribution counts."""
    return _of(
        code,
        {
            "reported": language.gettext("Not confirmed yet"),
            "confirmed": language.gettext("Confirmed"),
            "declined": language.gettext("Does not count"),
        },
    )


def charter_kinds(language: Language) -> dict[str, str]:
    """The papers of the alliance."""
    return {
        "leitbild": language.gettext("Mission statement"),
        "arbeitsordnung": language.gettext("Rules of procedure"),
        "konzeption": language.gettext("Concept"),
    }


def day(text: str | None, language: Language) -> str:
    """A date, or the day of a moment as it was announced; empty for none."""
    if not text:
        return ""
    found = date.fromisoformat(text[:10])
    return language.date_range(found, found)


def referral_state(code: str, language: Language) -> str:
    """How a request for help stands."""
    return _of(
        code,
        {
            "received": language.gettext("On its way"),
            "routed": language.gettext("Somebody was asked"),
            "waiting": language.gettext("Waits for somebody who fits"),
            "escalated": language.gettext("With the coordination office"),
            "accepted": language.gettext("Accepted"),
            "in-progress": language.gettext("Under way"),
            "asked-back": language.gettext("A question is open"),
            "held": language.gettext("Rests"),
            "fulfilled": language.gettext("Done"),
            "closed": language.gettext("Closed"),
            "cancelled": language.gettext("Ended by the person"),
        },
    )


def referral_kinds(language: Language) -> dict[str, str]:
    """What can be asked in a request for help, moderators included."""
    return {**asked(language), "moderator": language.gettext("Somebody looks for a moderator")}


def _of(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)
