"""The office's pages of requests for help as HTML: pure functions of what the interface says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args
from urllib.parse import urlencode

from services.web.client import Document
from services.web.common import labels
from services.web.common.forms import Typed
from services.web.common.frame import HOME, Frame, render_page
from services.web.referrals import asking, pages
from services.web.referrals.pages import NOTHING_SENT, Sent
from shared.contracts.referrals.asking import CITIZEN
from shared.contracts.referrals.facts import ENDED, ReferralState
from shared.language import Language
from shared.places import places

STATES: Final = get_args(ReferralState)
BOARD: Final = f"{HOME}/referrals"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are asked for: of a state, of a network, those that are overdue alone."""

    state: str = ""
    network: str = ""
    overdue: bool = False

    def url(self, *, board: str = BOARD, state: str | None = None, cursor: str = "") -> str:
        """The board with these filters, of which the state may differ."""
        chosen = self.state if state is None else state
        overdue = "yes" if self.overdue else ""
        pairs = {"state": chosen, "network": self.network, "overdue": overdue, "cursor": cursor}
        given = {name: value for name, value in pairs.items() if value}
        return f"{board}?{urlencode(given)}" if given else board


def render_board(
    found: Document, wanted: Wanted, organisations: Sequence[Document], frame: Frame, language: Language
) -> str:
    """All requests, or those that are asked for; ``organisations``: to choose from."""
    counts = found["counts"]
    shown = [one for one in STATES if counts.get(one) or one == wanted.state]
    return render_page(
        "referrals/office_board.html",
        language,
        frame,
        board=BOARD,
        states=[
            (wanted.url(state=one), f"{labels.referral_state(one, language)} ({counts.get(one, 0)})", one)
            for one in shown
        ],
        all_url=wanted.url(state=""),
        wanted=wanted,
        organisations=[(one["id"], one["name"]) for one in organisations],
        rows=[_row(one, language) for one in found["items"]],
        next_url=wanted.url(cursor=found["next"]) if found["next"] else "",
        csv_url=wanted.url(board=f"{BOARD}.csv"),
    )


def render_referral(
    found: Document,
    organisations: Sequence[Document],
    frame: Frame,
    language: Language,
    sent: Sent = NOTHING_SENT,
) -> str:
    """One request, with what can be done about it; ``organisations``: whom it can be given to."""
    names = {one["id"]: one["name"] for one in organisations}
    return render_page(
        "referrals/office_referral.html",
        language,
        frame,
        board=BOARD,
        one=found,
        sent=sent,
        row=_row(found, language),
        occasion=pages.occasion(found, language),
        contact=pages.contact(found, language),
        notes=pages.notes(found, language),
        history=pages.history(found, language),
        asked_by=_asked_by(found["by"], names, language),
        is_for_moderator=found["kind"] == asking.MODERATOR,
        candidates=[(one["id"], pages.network(one, found["kind"])) for one in found["candidates"]],
        others=[(id_, name) for id_, name in names.items() if id_ != (found["network"] or {}).get("id")],
        reasons=pages.reasons(language),
        answers=_answers(found["may"], language),
        closings=_closings(language),
        answer_page=pages.page_of(found["answer"]) if found["answer"] else "",
        status_page=pages.page_of(found["status"]),
        is_open=found["state"] not in ENDED,
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
        kinds=[(kind, kinds[kind]) for kind in asking.ALL_KINDS],
        topics=labels.topic_choices(form.several.get("topics", ()), language),
        languages=labels.language_choices(form.several.get("languages", ()), language),
        municipalities=[place.name for place in places().items],
    )


def _row(one: Document, language: Language) -> Document:
    return {
        "url": f"{BOARD}/{one['id']}",
        "kind": labels.referral_kinds(language).get(one["kind"], one["kind"]),
        "state": labels.referral_state(one["state"], language),
        "about": pages.about(one, language),
        "network": one["network"]["name"] if one["network"] else "",
        "due": pages.last_day(one["due"], language),
        "overdue": one["overdue"],
        "asked": one["asked"],
        "created": pages.moment_day(one["created_at"], language),
    }


def _asked_by(by: str, names: Mapping[str, str], language: Language) -> str:
    if by == CITIZEN:
        return language.gettext("Asked on the page")
    if by == "office":
        return language.gettext("Asked by the office for somebody who called")
    return language.gettext("Asked by {name}", name=names.get(by, by))


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
