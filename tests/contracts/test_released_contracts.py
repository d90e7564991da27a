"""The promise to everyone who reads or writes messages: within a version nothing breaks, either way."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import ValidationError

from shared.contracts.released import revisions as released
from shared.contracts.released.revisions import (
    TYPES,
    Revision,
    revisions,
    schema_of,
)
from shared.contracts.released.rule import breaking_changes
from shared.contracts.released.samples import SAMPLES
from tests.contracts.messages import messages
from tests.contracts.reading import loses
from tests.support.laws import examples

Document = dict[str, Any]
KINDS = sorted(TYPES)
RELEASED = [revision for kind in KINDS for revision in revisions(kind)]
MODELS = {model.__name__: kind for kind, model in TYPES.items()}

each_revision = pytest.mark.parametrize("revision", RELEASED, ids=lambda r: f"{r.kind}-{r.number}")
generated = examples(15)


@pytest.mark.parametrize("kind", KINDS)
def test_the_present_contract_is_the_one_released_last(kind: str) -> None:
    assert revisions(kind)[-1].schema == schema_of(TYPES[kind]), "run python -m shared.contracts release"


def test_revisions_are_numbered_without_a_gap_and_belong_to_a_known_type() -> None:
    folders = {folder.name for folder in released.FOLDER.iterdir() if any(folder.glob("*.json"))}
    assert folders == set(TYPES)
    for kind in KINDS:
        assert [revision.number for revision in revisions(kind)] == list(range(1, len(revisions(kind)) + 1))


@each_revision
def test_the_present_model_reads_every_released_sample_and_loses_nothing_of_it(revision: Revision) -> None:
    assert loses(TYPES[revision.kind], revision.sample) == []


@each_revision
def test_every_released_sample_fits_the_schema_it_was_released_with(revision: Revision) -> None:
    Draft202012Validator.check_schema(revision.schema)
    Draft202012Validator(revision.schema).validate(revision.sample)


@each_revision
def test_no_released_revision_is_broken_by_the_present_contract(revision: Revision) -> None:
    assert breaking_changes(revision.schema, schema_of(TYPES[revision.kind])) == []


@pytest.mark.parametrize("kind", MODELS.values())
@generated
@given(data=st.data())
def test_whatever_is_written_today_is_valid_for_the_readers_of_every_revision(kind: str, data: st.DataObject) -> None:
    model = TYPES[kind]
    document = data.draw(messages(schema_of(model)))
    written = orjson.loads(model.model_validate_json(orjson.dumps(document)).model_dump_json())
    for revision in (revision for revision in RELEASED if TYPES[revision.kind] is model):
        Draft202012Validator(revision.schema).validate(written)


@pytest.mark.parametrize("kind", MODELS.values())
@generated
@given(data=st.data())
def test_whatever_was_written_to_a_released_schema_is_read_today(kind: str, data: st.DataObject) -> None:
    document = data.draw(messages(data.draw(st.sampled_from([revision.schema for revision in revisions(kind)]))))
    TYPES[kind].model_validate_json(orjson.dumps(document))


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_fields_are_ignored_at_any_depth_and_never_passed_on(kind: str) -> None:
    sample = SAMPLES[kind].model_dump(mode="json")
    read = TYPES[kind].model_validate_json(orjson.dumps(_with_unknown_fields(sample)))
    assert read == SAMPLES[kind]
    assert b"geburtsname" not in read.model_dump_json().encode()


def _with_unknown_fields(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        # FieldError.values is the one free mapping: what it holds is data, not fields.
        extra = {} if name == "values" else {"geburtsname": "Beispiel"}
        return {key: _with_unknown_fields(content, key) for key, content in value.items()} | extra
    return [_with_unknown_fields(entry) for entry in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_with_a_field_of_another_type_is_refused_not_converted(kind: str) -> None:
    sample = SAMPLES[kind].model_dump(mode="json")
    name = next(iter(schema_of(TYPES[kind])["required"]))
    with pytest.raises(ValidationError):
        TYPES[kind].model_validate_json(orjson.dumps(sample | {name: [sample[name]]}))


def test_the_golden_samples_fill_in_every_field_so_that_the_loss_of_any_would_be_seen() -> None:
    empty = {
        model: set.intersection(
            *(
                {name for name, value in sample if value in (None, ())}
                for sample in SAMPLES.values()
                if type(sample) is model
            )
        )
        for model in set(TYPES.values())
    }
    assert {model: fields for model, fields in empty.items() if fields} == {}
