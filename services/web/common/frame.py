"""What stands on every page of the office, and what it tells about what was just done."""

from dataclasses import dataclass
from typing import Any, Final

from services.web.common.render import render
from shared.language import Language

HOME: Final = "/office"


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page for someone who is signed in shows.

    ``token`` proves that a form is of this session; ``key`` tells this page from others, so that a form of it sent
    twice acts once. ``waiting``: events, ``members_waiting``: all that waits about members, ``referrals_waiting``:
    requests for help, ``concerns_waiting``: worries that cannot wait.
    ``done``: what was just done, one of the keys of ``outcome``; ``problem``: why it was not.
    """

    token: str
    key: str
    waiting: int
    done: str = ""
    problem: str = ""
    members_waiting: int = 0
    referrals_waiting: int = 0
    concerns_waiting: int = 0


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
        "assigned": language.gettext("The network is asked now."),
        "held": language.gettext("The request rests. Promises do not run meanwhile."),
        "resumed": language.gettext("The request goes on where it was."),
        "closed": language.gettext("The request is closed."),
        "answered": language.gettext("The answer was entered."),
        "erased": language.gettext("The person is forgotten."),
        "settled": language.gettext("It is noted that the office has cared for it."),
        "asked": language.gettext("The request was entered and passed on."),
        "pending": language.gettext(
            "This was taken and takes a moment longer than usual. Please reload this page soon."
        ),
    }
    return sentences.get(done, "")


def render_page(template: str, language: Language, frame: Frame, **content: Any) -> str:
    """A page for someone who is signed in."""
    done = outcome(frame.done, language)
    return render(template, language, frame=frame, done=done, office=HOME, **content)


def changed_meanwhile(problem: str, language: Language) -> str:
    """What to tell where somebody else has changed what a form is about."""
    kept = language.gettext("What you have typed is still here; saving it now replaces what is there.")
    return f"{problem}. {kept}"
