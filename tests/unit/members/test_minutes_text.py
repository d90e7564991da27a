"""Minutes are read from Markdown as people write it, and written so that they can be read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.commands.minutes_text import read_minutes_text, write_minutes
from shared.contracts.members.meetings import Decision, MeetingFact, Task

MINUTES = """# Sitzung

Anna eröffnet.

- eine Liste, die keine Beschlüsse hat

## Beschlüsse

1. Wir treffen uns monatlich. (Ja 12, Nein 1, Enthaltung 2)
2. Das Fest findet statt (TOP 3) (9:0:4)
* Ohne Abstimmung (wie besprochen)

## Aufgaben:

- [ ] Raum suchen (buntes-haus, bis 31.12.2026)
- [x] Plakat drucken (bis zum 3.1.2027)
- Danke sagen (sehr herzlich)

## Verschiedenes

Nichts.
"""


def meeting(**fields: object) -> MeetingFact:
    return MeetingFact.model_validate(
        {
            "id": "a", "version": 1, "kind": "session", "title": "A", "status": "held", "starts_at": "2026-12-03",
            "time_zone": "Europe/Berlin", "public": False, "sequence": 0, "created_at": "x", "updated_at": "x",
        } | fields
    )  # fmt: skip


def test_decisions_and_tasks_are_read_from_their_lists() -> None:
    minutes = read_minutes_text(MINUTES)

    assert [Decision.model_validate(one) for one in minutes.decisions] == [
        Decision(text="Wir treffen uns monatlich.", votes_for=12, votes_against=1, abstentions=2),
        Decision(text="Das Fest findet statt", item=3, votes_for=9, votes_against=0, abstentions=4),
        Decision(text="Ohne Abstimmung (wie besprochen)"),
    ]
    assert [Task.model_validate(one) for one in minutes.tasks] == [
        Task(text="Raum suchen", organisation="buntes-haus", due="2026-12-31"),
        Task(text="Plakat drucken", due="2027-01-03", done=True),
        Task(text="Danke sagen (sehr herzlich)"),
    ]
    assert "eine Liste, die keine Beschlüsse hat" in minutes.text
    assert minutes.text.endswith("## Verschiedenes\n\nNichts.\n")
    assert "monatlich" not in minutes.text


@pytest.mark.parametrize("written", ["(Ja 5, Nein 1)", "(5 dafür, 1 dagegen)", "(5/1)", "(yes: 5, no: 1)"])
def test_votes_are_understood(written: str) -> None:
    [decision] = read_minutes_text(f"## Beschlüsse\n\n- Ja, gerne {written}\n").decisions

    assert decision == {"text": "Ja, gerne", "votes_for": 5, "votes_against": 1}


texts = st.text(st.characters(codec="cp1252", categories=("Lu", "Ll")), min_size=1, max_size=15)
votes = st.none() | st.integers(0, 99)
decisions = st.builds(
    Decision, text=texts, item=st.none() | st.integers(1, 60), votes_for=votes, votes_against=votes, abstentions=votes
)
days = st.dates().map(str).filter(lambda day: "1973" <= day < "2100")
tasks = st.builds(
    Task, text=texts, organisation=st.none() | st.just("buntes-haus"), due=st.none() | days, done=st.booleans()
)


@given(st.lists(decisions, max_size=4), st.lists(tasks, max_size=4), texts)
def test_what_is_written_is_read_as_it_was(found: list[Decision], todo: list[Task], text: str) -> None:
    written = write_minutes(meeting(decisions=tuple(found), tasks=tuple(todo)), f"# A\n\n{text}\n")

    minutes = read_minutes_text(written)

    assert [Decision.model_validate(one) for one in minutes.decisions] == found
    assert [Task.model_validate(one) for one in minutes.tasks] == todo
    assert minutes.text == f"# A\n\n{text}\n"
