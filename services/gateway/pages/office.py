"""The office's pages: what waits and what was refused, one event, the organisations, the form, signing in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from services.gateway.common.http.language import Language
from services.gateway.pages import office_form
from services.gateway.pages.office_form import Typed
from services.gateway.pages.plain_text import capitalised, paragraphs, safe_link
from services.gateway.pages.render import render
from services.gateway.pages.summary import Place, Topic, place, topics
from services.gateway.pages.times import local, moments
from shared.vocabulary import vocabulary

Document = Mapping[str, Any]
Choice = tuple[str, str]

HOME: Final = "/office"


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page for someone who is signed in shows. ``token`` proves that a form is of this session;
    ``waiting`` events, ``members_waiting``: all that waits about members; ``done``: what was just done, one of the
    keys of ``outcome``; ``problem``: why it was not."""

    token: str
    waiting: int
    done: str = ""
    problem: str = ""
    members_waiting: int = 0


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
        when=moments(document).text(language),
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
        edit_url=f"{HOME}/enter?event={document['id']}" if office_form.is_offices(document["uid"]) else "",
    )


def changes(before: Document, now: Document, language: Language) -> list[Change]:
    """What a reader of ``before`` would find different in ``now``."""
    labels = _labels(language)
    said = ((label, _said(before, name, language), _said(now, name, language)) for name, label in labels.items())
    return [Change(label, was, is_) for label, was, is_ in said if was != is_]


def outcome(done: str, language: Language) -> str:
    """What to tell about something that was just done; empty for anything else."""
    sentences = {
        "published": language.gettext("The event is public."),
        "refused": language.gettext("The event was refused. Its organisation sees the reason."),
        "withdrawn": language.gettext("The event was withdrawn."),
        "entered": language.gettext("The event was entered and is public."),
        "unchanged": language.gettext("Nothing has changed: it was like this already."),
        "partner": language.gettext("The organisation was saved."),
        "applied": language.gettext("The application was entered. It waits for a decision."),
        "admitted": language.gettext("The organisation is a member now."),
        "declined": language.gettext("The application was declined."),
        "passive": language.gettext("The member counts as passive now."),
        "active": language.gettext("The member counts as active."),
        "counted": language.gettext("The contribution counts now."),
        "uncounted": language.gettext("The contribution does not count. Its organisation sees the reason."),
        "member": language.gettext("The entry was saved."),
        "thanked": language.gettext("The thanks were saved. They stand on the page of the member’s year."),
        "left": language.gettext("It is entered that the organisation has left."),
        "planned": language.gettext("The meeting is planned."),
        "invited": language.gettext("All members are invited."),
        "cancelled": language.gettext("The meeting is cancelled."),
        "attended": language.gettext("It is recorded who took part."),
        "minuted": language.gettext("The minutes were saved."),
        "pending": language.gettext(
            "This was taken and takes a moment longer than usual. Please reload this page soon."
        ),
    }
    return sentences.get(done, "")


def render_events(
    documents: Sequence[Document], visibility: str, frame: Frame, next_url: str | None, language: Language
) -> str:
    """The events that wait (``waiting``) or were refused (``refused``), with what can be decided about them."""
    entries = [entry(document, language) for document in documents]
    return render_page("office_events.html", language, frame, entries=entries, visibility=visibility, next_url=next_url)


def render_event(document: Document, frame: Frame, language: Language) -> str:
    """One event of any visibility, with what can be decided about it."""
    return render_page("office_event.html", language, frame, entry=entry(document, language))


def render_partners(
    partners: Sequence[Mapping[str, Any]], frame: Frame, language: Language, form: Typed | None = None, error: str = ""
) -> str:
    """The organisations, with trust, and the form to register one."""
    return render_page("office_partners.html", language, frame, partners=partners, form=form or Typed(), error=error)


def render_form(view: FormView, frame: Frame, language: Language) -> str:
    """The form to enter or change an event."""
    known = vocabulary()
    tags = dict.fromkeys((*office_form.LANGUAGES, *view.form.several.get("languages", ())))
    slugs = dict.fromkeys((*known.topics, *view.form.several.get("topics", ())))
    return render_page(
        "office_form.html",
        language,
        frame,
        view=view,
        form=view.form,
        errors=view.errors,
        topics=[(slug, known.label(slug, language.code)) for slug in slugs],
        languages=[(tag, capitalised(language.name_of(tag))) for tag in tags],
        statuses=[(status, _status(status, language)) for status in office_form.STATUSES],
    )


def render_sign_in(token: str, language: Language, error: str = "") -> str:
    """The page that a sign-in link opens, and everybody who is not signed in."""
    return render("office_sign_in.html", language, token=token, error=error, office=HOME)


def sign_in_failed(language: Language, *, by_link: bool) -> str:
    """Why somebody is not signed in."""
    if by_link:
        return language.gettext("This link was used already or has expired. Please ask for a new one.")
    return language.gettext("This is not a key of the office.")


def render_page(template: str, language: Language, frame: Frame, **content: Any) -> str:
    """A page for someone who is signed in."""
    done = outcome(frame.done, language)
    return render(template, language, frame=frame, done=done, office=HOME, **content)


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
        "url": language.gettext("Page of the organiser"),
        "registration_url": language.gettext("Registration"),
        "image_url": language.gettext("Picture"),
        "series": language.gettext("Series"),
    }


def _said(document: Document, name: str, language: Language) -> str:
    value = document.get(name)
    match name:
        case "starts_at":
            return moments(document).text(language)
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
