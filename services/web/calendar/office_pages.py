"""The office's pages of events: what waits and what was refused, one event, the form for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from services.web.calendar import form as event_form
from services.web.calendar.summary import Place, Topic, place, topics
from services.web.common.forms import Typed
from services.web.common.frame import HOME, Frame, render_page
from services.web.common.labels import language_choices, topic_choices
from services.web.common.plain_text import paragraphs, safe_link
from services.web.common.times import local, period_of
from shared.language import Language

Document = Mapping[str, Any]
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What a field was in the last public version, and what it is now; empty where it holds nothing."""

    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as the office reads it."""

    id: str
    url: str
    title: str
    visibility: str
    version: int
    when: str
    is_repeated: bool
    place: Place
    topics: tuple[Topic, ...]
    organiser: str
    description: list[Markup]
    links: list[str]
    was_public: bool
    changes: list[Change]
    refused_because: str
    updated: datetime
    edit_url: str


@dataclass(frozen=True, slots=True)
class FormView:
    """The form for an event: what is typed, what can be chosen, and the sentences beside the fields.

    ``partners``: id → name of those that may publish; ``event``: the id of the one that is changed.
    """

    form: Typed
    partners: Mapping[str, str]
    token: str
    event: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def entry(document: Document, language: Language) -> Entry:
    """An event from the office's document of it."""
    before = document.get("last_public")
    url = f"{HOME}/events/{document['id']}"
    links = (document.get("url"), document.get("registration_url"), document.get("image_url"))
    return Entry(
        id=document["id"],
        url=url,
        title=document["title"],
        visibility=document["visibility"],
        version=document["version"],
        when=period_of(document).text(language),
        is_repeated=document.get("recurrence") is not None,
        place=place(document.get("place")),
        topics=topics(document.get("topics") or (), language),
        organiser=", ".join(organiser["name"] for organiser in document["organisers"]),
        description=paragraphs(document.get("description")),
        links=[address for address in map(safe_link, links) if address],
        was_public=before is not None,
        changes=changes(before, document, language) if before else [],
        refused_because=document.get("refused_because") or "",
        updated=local(datetime.fromisoformat(document["updated_at"])),
        edit_url=f"{HOME}/enter?event={document['id']}" if event_form.is_offices(document["uid"]) else "",
    )


def changes(before: Document, now: Document, language: Language) -> list[Change]:
    """What a reader of ``before`` would find different in ``now``."""
    labels = _labels(language)
    said = ((label, _said(before, name, language), _said(now, name, language)) for name, label in labels.items())
    return [Change(label, was, is_) for label, was, is_ in said if was != is_]


def render_events(
    documents: Sequence[Document], visibility: str, frame: Frame, next_url: str | None, language: Language
) -> str:
    """The events that wait (``waiting``) or were refused (``refused``), with what can be decided about them."""
    entries = [entry(document, language) for document in documents]
    return render_page(
        "calendar/office_events.html", language, frame, entries=entries, visibility=visibility, next_url=next_url
    )


def render_event(document: Document, frame: Frame, language: Language) -> str:
    """One event of any visibility, with what can be decided about it."""
    return render_page("calendar/office_event.html", language, frame, entry=entry(document, language))


def render_form(view: FormView, frame: Frame, language: Language) -> str:
    """The form to enter or change an event."""
    several = view.form.several
    return render_page(
        "calendar/office_form.html",
        language,
        frame,
        view=view,
        form=view.form,
        errors=view.errors,
        topics=topic_choices(several.get("topics", ()), language),
        languages=language_choices(several.get("languages", ()), language),
        statuses=[(status, _status(status, language)) for status in event_form.STATUSES],
    )


def _labels(language: Language) -> dict[str, str]:
    return {
        "title": language.gettext("Title"),
        "status": language.gettext("State"),
        "starts_at": language.gettext("When"),
        "recurrence": language.gettext("Repetition"),
        "place": language.gettext("Where"),
        "description": language.gettext("Description"),
        "topics": language.gettext("Topics"),
        "target_groups": language.gettext("For"),
        "languages": language.gettext("Languages"),
        "cost": language.gettext("Cost"),
        "accessibility": language.gettext("Accessibility"),
        "low_threshold": language.gettext("Low-threshold"),
        "url": language.gettext("Page of the organiser"),
        "registration_url": language.gettext("Registration"),
        "image_url": language.gettext("Picture"),
        "series": language.gettext("Series"),
    }


def _said(document: Document, name: str, language: Language) -> str:
    value = document.get(name)
    match name:
        case "starts_at":
            return period_of(document).text(language)
        case "status":
            return _status(str(value), language)
        case "place":
            where = place(value)
            return ", ".join((*where.lines, *([where.online_url] if where.online_url else ())))
        case "topics":
            return ", ".join(topic.label for topic in topics(value or (), language))
        case "languages":
            return ", ".join(language.name_of(tag) for tag in value or ())
        case "recurrence":
            parts = value or {}
            return " ".join([parts.get("rrule") or "", *parts.get("rdates", ()), *parts.get("exdates", ())]).strip()
        case "low_threshold":
            return language.gettext("yes") if value else ""
        case "target_groups" | "accessibility":
            return ", ".join(value or ())
    return value or ""


def _status(status: str, language: Language) -> str:
    names = {
        "scheduled": language.gettext("As planned"),
        "cancelled": language.gettext("Cancelled"),
        "postponed": language.gettext("Postponed"),
        "rescheduled": language.gettext("New date"),
        "moved-online": language.gettext("Now online"),
    }
    return names.get(status, status)
