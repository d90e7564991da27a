"""A change of a contract is either released, or found to break what was promised."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field, create_model
from typer.testing import CliRunner

from shared.contracts.__main__ import cli
from shared.contracts.base import Contract, Status
from shared.contracts.partner import SUBMIT, EventSubmission, EventWithdrawal, Place, Uid
from shared.contracts.released.revisions import (
    TYPES,
    BreakingChangeError,
    release,
    revisions,
    schema_of,
    unreleased,
)
from shared.contracts.released.rule import breaking_changes
from shared.contracts.released.samples import SAMPLES
from tests.contracts.reading import loses


class _Added(EventSubmission):
    """As it may change: one more optional field, also in a part."""

    parking: str | None = None


class _Venue(Place):
    floor: int | None = None


class _AddedInside(EventSubmission):
    place: _Venue | None = None


class _Required(EventSubmission):
    contact_url: str


class _MadeRequired(EventSubmission):
    cost: str | None


class _MadeOptional(EventSubmission):
    title: str = "Ohne Titel"


class _OtherType(EventSubmission):
    cost: int | None = None  # type: ignore[assignment]  # it is meant to break


class _Narrowed(EventSubmission):
    status: Literal["scheduled", "cancelled"] = "scheduled"


class _Widened(EventSubmission):
    status: Literal[Status, "sold-out"] = "scheduled"  # type: ignore[assignment]  # it is meant to break


class _Shorter(EventSubmission):
    title: Annotated[str, Field(min_length=1, max_length=50)]


class _NoLongerNullable(EventSubmission):
    url: str = ""


class _ListToText(EventSubmission):
    topics: str = ""  # type: ignore[assignment]  # it is meant to break


class _OtherDefault(EventSubmission):
    all_day: bool = True


class _OtherPart(EventSubmission):
    place: Uid | None = None  # type: ignore[assignment]  # it is meant to break


_Removed = create_model(
    "_Removed",
    __base__=Contract,
    **{name: (field.annotation, field) for name, field in EventSubmission.model_fields.items() if name != "series"},
)  # type: ignore[call-overload]  # names and fields are those of another model


@pytest.mark.parametrize("model", [_Added, _AddedInside])
def test_a_new_optional_field_breaks_nothing(model: type[Contract]) -> None:
    assert breaking_changes(schema_of(EventSubmission), schema_of(model)) == []
    assert loses(model, revisions(SUBMIT)[-1].sample) == []


@pytest.mark.parametrize(
    ("model", "found"),
    [
        (_Required, "contact_url is required in one of them only"),
        (_MadeRequired, "cost is required in one of them only"),
        (_MadeOptional, "title is required in one of them only"),
        (_Removed, "series is gone"),
        (_OtherType, "cost has another type"),
        (_Narrowed, "status has another enum"),
        (_Widened, "status has another enum"),
        (_Shorter, "title has another maxLength"),
        (_NoLongerNullable, "url is of another type"),
        (_ListToText, "topics is of another type"),
        (_OtherDefault, "all_day has another default"),
        (_OtherPart, "place has another type"),
    ],
)
def test_a_breaking_change_is_found_and_named(model: type[Contract], found: str) -> None:
    assert found in breaking_changes(schema_of(EventSubmission), schema_of(model))


@pytest.mark.parametrize("model", [_Required, _Removed, _OtherType, _ListToText, _OtherPart])
def test_a_golden_sample_alone_shows_a_field_that_is_new_gone_or_of_another_type(model: type[Contract]) -> None:
    assert loses(model, revisions(SUBMIT)[-1].sample) != []


def test_a_release_writes_what_changed_and_nothing_else(tmp_path: Path) -> None:
    first = release({"a.v1": EventSubmission, "b.v1": EventWithdrawal}, _samples(), tmp_path)
    assert [(revision.kind, revision.number) for revision in first] == [("a.v1", 1), ("b.v1", 1)]
    assert release({"a.v1": EventSubmission, "b.v1": EventWithdrawal}, _samples(), tmp_path) == []
    second = release({"a.v1": _Added, "b.v1": EventWithdrawal}, _samples(), tmp_path)
    assert [(revision.kind, revision.number) for revision in second] == [("a.v1", 2)]
    assert revisions("a.v1", tmp_path) == (first[0], second[0])


def test_a_contract_that_breaks_with_any_released_revision_cannot_be_released(tmp_path: Path) -> None:
    release({"a.v1": EventSubmission}, _samples(), tmp_path)
    release({"a.v1": _Added}, _samples(), tmp_path)
    with pytest.raises(BreakingChangeError, match=r"a\.v1 breaks with revision 2: parking is gone"):
        release({"b.v1": EventWithdrawal, "a.v1": _AddedInside}, _samples(), tmp_path)
    assert revisions("b.v1", tmp_path) == ()
    assert len(revisions("a.v1", tmp_path)) == 2


def test_a_changed_contract_is_named_until_it_is_released(tmp_path: Path) -> None:
    release({"a.v1": EventSubmission}, _samples(), tmp_path)
    assert unreleased({"a.v1": EventSubmission}, tmp_path) == []
    assert unreleased({"a.v1": _Added, "b.v1": EventWithdrawal}, tmp_path) == ["a.v1", "b.v1"]


def test_the_command_check_fails_and_names_the_types_that_are_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(cli, ["check"]).exit_code == 0
    monkeypatch.setitem(TYPES, "partner.event.submit.v1", _Added)
    result = CliRunner().invoke(cli, ["check"])
    assert result.exit_code == 1
    assert "partner.event.submit.v1 changed" in result.output
    assert "withdraw" not in result.output


def test_the_command_release_refuses_a_breaking_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TYPES, "partner.event.submit.v1", _Narrowed)
    result = CliRunner().invoke(cli, ["release"])
    assert result.exit_code == 1
    assert "status has another enum" in result.output


def _samples() -> dict[str, Contract]:
    return {"a.v1": SAMPLES[SUBMIT], "b.v1": EventWithdrawal(uid="u")}
