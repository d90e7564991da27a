"""The three steps of asking for help as HTML: where and what, about which topics, how somebody can be reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.web.client import Document
from services.web.common import labels
from services.web.common.forms import Typed
from services.web.common.render import render
from services.web.members.networks import HOME as HELP
from services.web.members.networks import kinds
from services.web.members.pages import written_place
from services.web.referrals import asking
from services.web.referrals.pages import network
from shared.language import Language
from shared.places import places

STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """A step of asking. ``form``: what was said so far; ``networks``: who could be asked; ``errors``: beside fields.

    ``choices``: what the place may mean, as in ``/v1/places``; ``problem``: why it was not taken.
    """

    step: int
    form: Typed
    networks: Sequence[Document] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[Document] = ()
    problem: str = ""


def all_kinds(language: Language) -> list[tuple[str, str]]:
    """What can be asked, as somebody who asks says it."""
    return [*kinds(language), (asking.MODERATOR, language.gettext("I am looking for a moderator"))]


def render_step(asked: Asking, language: Language, *, key: str) -> str:
    """The page of a step. ``key`` tells this page from others, so that its form sent twice asks once."""
    form = asked.form
    topics = form.several.get("topics", ())
    templates = {asking.WHERE: "ask_where", asking.TOPICS: "ask_topics", asking.REACH: "ask"}
    return render(
        f"referrals/{templates[asked.step]}.html",
        language,
        form=form,
        errors=asked.errors,
        key=key,
        problem=asked.problem,
        step=language.gettext("Step {number} of {all}", number=asked.step, all=STEPS),
        choices=[(one["name"], asking.step_url(form, asking.TOPICS, written_place(one))) for one in asked.choices],
        municipalities=[place.name for place in places().items],
        kinds=all_kinds(language),
        kind=dict(all_kinds(language)).get(form["kind"], ""),
        is_for_moderator=form["kind"] == asking.MODERATOR,
        topics=labels.topic_choices(topics, language),
        topic_names=[label for slug, label in labels.topic_choices(topics, language) if slug in topics],
        networks=[network(one) for one in asked.networks],
        languages=labels.language_choices(form.several.get("languages", ()), language),
        before=asking.step_url(form, max(asking.WHERE, asked.step - 1)),
        help_home=HELP,
        consent=asking.CONSENT,
        where="help",
        canonical="",
    )
