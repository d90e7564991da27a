"""The office's pages of requests for help as HTML: pure functions of what the interface says."""

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from services.web.client import Document
from services.web.common import labels
from services.web.common.forms import Typed
from services.web.common.frame import HOME, Frame, render_page
from services.web.referrals import asking, pages
from shared.contracts.referrals.facts import ReferralState
from shared.language import Language
from shared.vocabulary import vocabulary

STATES: Final = get_args(ReferralState)
BOARD: Final = f"{HOME}/referrals"


def render_board(found: Document, state: str, frame: Frame, language: Language) -> str:
    """All requests, or those of a state."""
    counts = found["counts"]
    return render_page(
        "referrals/office_board.html",
        language,
        frame,
        board=BOARD,
        states=[(one, labels.referral_state(one, language), counts[one]) for one in STATES if counts.get(one)],
        chosen=state,
        rows=[_row(one, language) for one in found["items"]],
        following=found["next"],
    )


def render_referral(found: Document, organisations: Sequence[Document], frame: Frame, language: Language) -> str:
    """One request, with what can be done about it."""
    return render_page(
        "referrals/office_referral.html",
        language,
        frame,
        board=BOARD,
        one=found,
        row=_row(found, language),
        history=pages.history(found, language),
        candidates=[(one["id"], pages.network(one)) for one in found["candidates"]],
        others=[(one["id"], one["name"]) for one in organisations if one["id"] != (found["network"] or {}).get("id")],
        reasons=pages.reasons(language),
        answers=_answers(found["may"], language),
        closings=_closings(language),
        answer_page=pages.page_of(found["answer"]) if found["answer"] else "",
        status_page=pages.page_of(found["status"]),
        is_open=found["state"] not in ("fulfilled", "closed", "cancelled"),
    )


def render_new(form: Typed, errors: Mapping[str, str], frame: Frame, language: Language) -> str:
    """The form for somebody who has called."""
    kinds = labels.referral_kinds(language)
    return render_page(
        "referrals/office_new.html",
        language,
        frame,
        board=BOARD,
        form=form,
        errors=errors,
        kinds=[(kind, kinds[kind]) for kind in asking.KINDS],
        topics=labels.topic_choices(form.several.get("topics", ()), language),
        languages=labels.language_choices(form.several.get("languages", ()), language),
    )


def _row(one: Document, language: Language) -> Document:
    return {
        "url": f"{BOARD}/{one['id']}",
        "kind": labels.referral_kinds(language).get(one["kind"], one["kind"]),
        "state": labels.referral_state(one["state"], language),
        "place": one["place"]["name"] if one["place"] else "",
        "topics": [vocabulary().label(slug, language.code) for slug in one["topics"]],
        "network": one["network"]["name"] if one["network"] else "",
        "due": pages.last_day(one["due"], language),
        "overdue": one["overdue"],
        "asked": one["asked"],
        "created": pages.moment_day(one["created_at"], language),
    }


def _answers(may: Sequence[str], language: Language) -> list[tuple[str, str]]:
    said = {
        "accept": language.gettext("It accepts"),
        "decline": language.gettext("It declines"),
        "hand-on": language.gettext("It hands the request on"),
        "ask-back": language.gettext("It asks the person something"),
        "progress": language.gettext("It goes on"),
        "done": language.gettext("It is done"),
        "give-back": language.gettext("It gives the request back"),
    }
    return [(answer, said[answer]) for answer in may]


def _closings(language: Language) -> list[tuple[str, str]]:
    return [
        ("answered", language.gettext("Answered by the office")),
        ("nobody-found", language.gettext("Nobody was found")),
        ("not-ours", language.gettext("Nothing that the alliance does")),
        ("no-reply", language.gettext("No reply")),
        ("abuse", language.gettext("Abuse")),
    ]
