"""``buendnisbus referrals`` makes the right command of its options, and says what is wrong before it asks anybody."""

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
import pytest

from deploy.referral_commands import app
from services.referrals.cli import Request
from services.referrals.commands import requests
from services.referrals.domain.state import StoredConcern, StoredReferral
from shared.contracts.base import Contract
from shared.contracts.referrals import answers, asking, concerns, office
from shared.contracts.requests import Outcome
from tests.support.command import invoke
from tests.unit.referrals.alliance import CONTACT, Alliance, network

Sent = list[tuple[str, Any]]


@pytest.fixture
def alliance() -> Alliance:
    """One request that a network was asked about, and one that nobody fits."""
    here = Alliance((network("treff"), network("zwei")))
    here.ask(contact=CONTACT, consent="2026-11", message="Canary")
    here.ask(languages=("so",))
    return here


@pytest.fixture
def sent(alliance: Alliance, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What was sent, as (type, command); the alliance is what is looked at."""
    found: Sent = []

    def ask(service: str, kind: str, key: str, data: Contract) -> Outcome:
        assert service == "referrals"
        assert key == data.id  # type: ignore[attr-defined]
        found.append((kind, data))
        return Outcome(request="r", source="s", result="changed", aggregate=key, version=5, at="x")

    def read(reader: Callable[..., Any]) -> Any:
        match getattr(reader, "func", reader).__name__:
            case "list_requests":
                return alliance.state.all(StoredReferral)
            case "list_concerns":
                return alliance.state.all(StoredConcern)
            case _:
                return None

    monkeypatch.setattr("shared.commands.office.ask_or_fail", ask)
    for module in ("common", "requests", "concerns"):
        monkeypatch.setattr(f"services.referrals.commands.{module}.read", read)
    return found


run = partial(invoke, app)


def one(sent: Sent, *arguments: str, answer: str = "") -> Any:
    """The one command that is sent."""
    finished = run(*arguments, answer=answer)
    assert finished.exit_code == 0, finished.output
    [(_, data)] = sent
    return data


def refused(sent: Sent, *arguments: str) -> str:
    """What is said where nothing is sent."""
    finished = run(*arguments)
    assert finished.exit_code in (1, 2), finished.output
    assert sent == []
    return " ".join(finished.output.split())


def ids(alliance: Alliance) -> tuple[str, str]:
    """The one that was asked about, and the one that nobody fits."""
    routed, lonely = sorted(alliance.state.all(StoredReferral), key=lambda found: found.network is None)
    return routed.id, lonely.id


def test_a_caller_is_asked_for_with_consent_by_telephone(sent: Sent) -> None:
    data = one(
        sent, "new", "seek-help", "--place", "08056", "--topic", "Integration", "--topic", "demokratie", "--language",
        "ar", "--message", "Wer hilft?", "--name", "Frau Beispiel", "--phone", "0375 1", "--consent", "2026-11",
        "--wait",
    )  # fmt: skip
    assert (data.ags, data.topics, data.languages) == ("14524330", ("integration", "demokratie"), ("ar",))
    assert (data.by, data.consent, data.consent_by, data.may_wait) == ("office", "2026-11", "telephone", True)
    assert data.contact == asking.Contact(name="Frau Beispiel", phone="0375 1")


def test_a_moderator_is_asked_for_with_day_and_occasion(sent: Sent) -> None:
    data = one(
        sent, "new", "moderator", "--place", "Mülsen", "--occasion", "Bürgerversammlung", "--on", "21.1.2027"
    )  # fmt: skip
    assert data.occasion == asking.Occasion(on="2027-01-21", what="Bürgerversammlung")
    assert (data.contact, data.consent) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("new", "seek-help", "--place", "Nirgendwo"), "is no municipality that is known here"),
        (("new", "seek-help", "--place", "08056", "--phone", "1"), "--consent is needed"),
        (("new", "moderator", "--place", "08056"), "--occasion and --on"),
        (("new", "seek-help", "--place", "08056", "--topic", "Kuchen"), "--topic: one of buergerbeteiligung"),
        (("answer", "x", "decline"), "decline needs --reason: no-capacity"),
        (("answer", "x", "give-back"), "give-back needs --reason"),
        (("answer", "x", "ask-back"), "ask-back needs --note"),
        (("hold", "ffffffff"), "there is no such request; see: buendnisbus referrals list --all"),
        (("concerns", "settle", "ffffffff"), "there is no such worry; see: buendnisbus referrals concerns list"),
    ],
)
def test_what_is_missing_or_unknown_is_told_before_anything_is_sent(
    sent: Sent, arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(sent, *arguments)


def test_an_answer_is_that_of_the_assignment_that_was_seen(alliance: Alliance, sent: Sent) -> None:
    routed, _ = ids(alliance)
    data = one(sent, "answer", routed, "decline", "--reason", "language", "--note", "Leider")
    assert data == answers.AnswerReferral(
        id=routed,
        network=alliance.referral(routed).network,
        assignment=1,
        answer="decline",
        reason="language",
        note="Leider",
        by="office",
    )


def test_where_nobody_is_asked_it_says_how_to_ask_somebody(alliance: Alliance, sent: Sent) -> None:
    _, lonely = ids(alliance)
    assert "buendnisbus referrals assign" in refused(sent, "answer", lonely, "accept")


def test_nothing_is_decided_on_what_has_changed_meanwhile(alliance: Alliance, sent: Sent) -> None:
    routed, _ = ids(alliance)
    version = alliance.referral(routed).version
    for number, command in enumerate((("assign", routed, "zwei"), ("hold", routed), ("resume", routed)), 1):
        assert run(*command).exit_code == 0
        assert sent[-1][1].version == version
        assert len(sent) == number
    assert run("close", routed, "--because", "answered", "--note", "Gern").exit_code == 0
    assert sent[-1][1] == office.CloseReferral(id=routed, version=version, because="answered", note="Gern")


def test_whoever_erases_is_asked_back(alliance: Alliance, sent: Sent) -> None:
    routed, _ = ids(alliance)
    assert run("erase", routed, answer="n\n").exit_code == 1
    assert sent == []
    assert one(sent, "erase", routed, answer="y\n") == asking.EraseReferral(id=routed)


def test_the_list_shows_what_is_open_overdue_first_and_says_of_nobody_who_asks(alliance: Alliance, sent: Sent) -> None:
    routed, lonely = ids(alliance)
    listed = run("list", "--json")
    rows = orjson.loads(listed.stdout)
    assert {row["id"] for row in rows} == {routed, lonely}
    assert [row["due"] for row in rows] == sorted(row["due"] for row in rows)
    assert [row["id"] for row in orjson.loads(run("list", "--state", "escalated", "--json").stdout)] == [lonely]
    assert CONTACT.name is not None
    assert not [word for word in (CONTACT.name, CONTACT.email, "Canary") if word and word in listed.stdout]


def test_what_rests_is_not_overdue(alliance: Alliance) -> None:
    routed, _ = ids(alliance)
    later = "2030-01-01T00:00:00.000Z"
    fact = alliance.referral(routed)
    assert requests.is_overdue(fact, later)
    assert not requests.is_overdue(fact.model_copy(update={"state": "held"}), later)


def test_a_request_is_shown_with_all_that_belongs_to_it(
    alliance: Alliance, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed, _ = ids(alliance)
    fact = alliance.referral(routed)
    person = alliance.person(routed)
    found = Request(fact, person, alliance.overview.candidates(fact, alliance.state.today))
    monkeypatch.setattr(requests, "find_request", lambda _: fact)
    monkeypatch.setattr(requests, "read", lambda _: found)
    said = run("show", routed[:8]).stdout
    assert all(word in said for word in ("renate@example.org", "consent 2026-11 by form", "“Canary”", "could be asked"))
    shown = orjson.loads(run("show", routed, "--json").stdout)[0]
    assert (shown["person"]["message"], len(shown["next"])) == ("Canary", len(found.next))


def test_worries_are_listed_without_words_and_those_that_cannot_wait_alone(alliance: Alliance, sent: Sent) -> None:
    for id_, flags in (("0", []), ("1", ["threat"])):
        written = {"id": f"{id_ * 8}-0000-0000-0000-000000000000", "ags": "14524330", "topics": ["demokratie"]}
        document = orjson.dumps({**written, "flags": flags, "text": "Canary"})
        alliance.take(concerns.SubmitConcern.model_validate_json(document))
    listed = orjson.loads(run("concerns", "list", "--topic", "Demokratie", "--place", "Zwickau", "--json").stdout)
    assert len(listed) == 2
    waiting = run("concerns", "list", "--waiting")
    assert "threat" in waiting.stdout
    assert "Canary" not in waiting.stdout


def test_nothing_is_shown_by_which_two_worries_are_of_the_same_sender(alliance: Alliance, sent: Sent) -> None:
    id_ = "6b1f0c9a-53d7-4e28-9a40-7c5e1d8b2f99"
    alliance.take(concerns.SubmitConcern(id=id_, ags="14524330", text="Canary", sender="5" * 32))
    kept = alliance.state.get(StoredConcern, id_)
    assert kept is not None
    assert kept.sender == "5" * 32
    for arguments in (("concerns", "list", "--json"), ("concerns", "show", id_, "--json")):
        assert "5" * 32 not in run(*arguments).output
