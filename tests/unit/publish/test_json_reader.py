"""What the JSON readers promise."""

from collections.abc import Iterable
from typing import Any

import orjson
import pytest

from services.events.publishing.json_reader import read_json, read_json_lines
from shared.calendars.entries import Entry, UnreadableFileError

CAFE = {"uid": "cafe", "title": "Café", "starts_at": "2026-12-03T16:00:00+01:00"}


def read(document: object) -> list[Entry]:
    return list(read_json(orjson.dumps(document), "f.json"))


def bodies(entries: Iterable[Entry]) -> list[Any]:
    return [orjson.loads(entry.body or b"null") for entry in entries]


@pytest.mark.parametrize("document", [CAFE, [CAFE], {"items": [CAFE]}])
def test_one_object_a_list_and_items_are_read(document: object) -> None:
    assert bodies(read(document)) == [CAFE]


def test_a_byte_order_mark_is_tolerated() -> None:
    assert bodies(read_json(b"\xef\xbb\xbf" + orjson.dumps(CAFE), "f.json")) == [CAFE]


def test_lines_are_read_and_a_broken_one_is_named_while_the_others_go_on() -> None:
    data = orjson.dumps(CAFE) + b"\n\n{broken\r\n" + orjson.dumps(CAFE | {"uid": "b"}) + b"\r\n"
    first, broken, last = read_json_lines(data, "f.jsonl")
    assert (first.uid, last.uid) == ("cafe", "b")
    assert broken.source == "f.jsonl, line 3"
    assert not broken.sendable
    assert "not valid JSON" in broken.problems[0]


def test_a_withdrawal_is_told_from_a_submission() -> None:
    (entry,) = read({"uid": "cafe", "withdraw": True, "reason": "krank"})
    assert (entry.kind, entry.sendable) == ("withdraw", True)
    assert bodies([entry]) == [{"uid": "cafe", "reason": "krank"}]


def test_an_unclear_withdraw_is_reported_not_guessed() -> None:
    (entry,) = read(CAFE | {"withdraw": "yes"})
    assert entry.problems == ("withdraw is neither true nor false",)


def test_structural_errors_name_item_and_field() -> None:
    good, bad = read([CAFE, {"uid": "b", "title": "B", "place": {"postal_code": "8056"}}])
    assert good.sendable
    assert bad.source == "f.json, item 2"
    assert bad.uid == "b"
    assert any(problem.startswith("starts_at is required") for problem in bad.problems)
    assert any(problem.startswith("place.postal_code ") for problem in bad.problems)


def test_a_misspelt_field_is_told_and_never_leaves_the_house() -> None:
    (entry,) = read(CAFE | {"ort": "Zwickau", "place": {"name": "Gasometer", "telefon": "0375"}})
    assert entry.note == "not understood and left out: ort; not understood and left out: place.telefon"
    assert bodies([entry]) == [CAFE | {"place": {"name": "Gasometer"}}]


@pytest.mark.parametrize("item", [1, "text", None, ["list"]])
def test_what_is_no_object_is_reported(item: object) -> None:
    assert [entry.problems for entry in read([item, CAFE])] == [("is not a JSON object",), ()]


def test_deep_nesting_is_reported_not_raised() -> None:
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    data = b'[{"uid":"a","x":' + b"[" * 300 + b"]" * 300 + b"}]"
    (entry,) = read_json(data, "f.json")
    assert entry.problems


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b'"text"', b"3"])
def test_a_file_that_holds_no_entries_says_so(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"f\.json"):
        list(read_json(data, "f.json"))
