"""``/openapi.json`` is whole: valid, without loose ends, every operation named, described and shown by an example."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from openapi_spec_validator import validate
from pydantic import ValidationError

from services.gateway.app import create_app
from services.gateway.common.openapi.document import describe
from services.gateway.common.openapi.writing import operation_id
from services.gateway.common.requests.table import WRITES
from shared.contracts.partner import Place

DOCUMENT = describe(create_app(None))
SNAPSHOT = Path(__file__).parent / "operations.txt"
SESSIONS = "/v1/sessions"
# What is sent there travels no further, whatever the method.
NO_WRITES = (SESSIONS, "/v1/topics")
PROBLEM = "application/problem+json"
OPERATIONS = [
    pytest.param(method, path, operation, id=operation["operationId"])
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
each_operation = pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)


def resolved(part: Any) -> Any:
    """What a reference leads to."""
    while isinstance(part, dict) and "$ref" in part:
        found: Any = DOCUMENT
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def references(part: Any) -> Iterator[str]:
    """All references below ``part``."""
    if isinstance(part, dict):
        yield from ([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
        for one in part.values():
            yield from references(one)
    elif isinstance(part, list):
        for one in part:
            yield from references(one)


def judge(schema: Any) -> Draft202012Validator:
    """A validator of ``schema``, which may refer to the document's components."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker())


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_no_reference_leads_nowhere_and_no_component_is_without_use() -> None:
    named = set(references(DOCUMENT))
    assert [reference for reference in named if resolved({"$ref": reference}) is None] == []
    schemas = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert {one for one in named if one.startswith("#/components/schemas/")} == schemas


def test_the_names_of_operations_change_only_on_purpose() -> None:
    """Generated clients name their functions after them: renaming one breaks those who use it."""
    found = sorted(f"{one.values[2]['operationId']} {one.values[0].upper()} {one.values[1]}" for one in OPERATIONS)  # type: ignore[index,union-attr]
    assert found == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_writes_are_named_after_method_and_path_and_no_two_alike() -> None:
    names = [operation_id(write) for write in WRITES]
    assert len(set(names)) == len(names)
    assert {"put_partner_event", "post_member_meeting_reply", "delete_office_person"} <= set(names)


@each_operation
def test_an_operation_says_what_it_does(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    named = {tag["name"] for tag in DOCUMENT["tags"]}
    assert set(operation["tags"]) <= named


@each_operation
def test_an_operation_names_each_status_it_can_answer(method: str, path: str, operation: dict[str, Any]) -> None:
    is_write = method != "get" and not path.startswith(NO_WRITES)
    statuses = set(operation["responses"])
    wanted = {"500", "503"}
    wanted |= {"401", "403"} if "security" in operation else set()
    wanted |= {"422"} if operation.get("parameters") or "requestBody" in operation else set()
    wanted |= {"202", "404", "409"} if is_write else set()
    wanted |= {"413", "415"} if "requestBody" in operation or is_write else set()
    wanted |= {"204"} if method == "delete" else {"201"} if path == SESSIONS else {"200"}
    wanted |= {"304"} if method == "get" and path != "/v1/stream" else set()
    assert wanted <= statuses
    # Whoever signs in needs no key, and is told where none is known.
    assert ("security" in operation) == bool({"401", "403"} & statuses) or path == SESSIONS


@each_operation
def test_problems_are_problems_and_answers_have_the_headers_that_matter(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    for status, reference in operation["responses"].items():
        answer = resolved(reference)
        headers = set(answer.get("headers", {}))
        assert answer["description"]
        if int(status) >= 400:
            assert set(answer["content"]) == {PROBLEM}
            assert "Content-Language" in headers
        elif status in ("204", "304"):
            assert "content" not in answer
        else:
            assert PROBLEM not in answer["content"]
        assert ("Location" in headers) == (status in ("201", "202"))
        assert ("Retry-After" in headers) == (status in ("409", "429", "503"))
        assert ("WWW-Authenticate" in headers) == (status == "401")
        if method == "get" and status in ("200", "304") and path != "/v1/stream":
            assert "ETag" in headers
        if method != "get" and int(status) < 300 and not path.startswith(NO_WRITES):
            assert "Preference-Applied" in headers


@each_operation
def test_an_operation_shows_examples_that_fit_their_schemas(method: str, path: str, operation: dict[str, Any]) -> None:
    answers = [resolved(answer) for answer in operation["responses"].values()]
    contents = [answer["content"] for answer in answers if "content" in answer]
    contents += [operation["requestBody"]["content"]] if "requestBody" in operation else []
    for content in contents:
        for kind, shown in content.items():
            assert "example" in shown, kind
            assert [str(error.message) for error in judge(shown["schema"]).iter_errors(shown["example"])] == []
    for parameter in operation.get("parameters", []):
        examples = [parameter["example"]] if "example" in parameter else parameter["schema"].get("examples", [])
        for example in examples:
            assert list(judge(parameter["schema"]).iter_errors(example)) == [], parameter["name"]


@each_operation
def test_every_part_of_a_path_is_a_parameter_that_is_needed(method: str, path: str, operation: dict[str, Any]) -> None:
    named = [one["name"] for one in operation.get("parameters", []) if one["in"] == "path"]
    assert sorted(named) == sorted(part.split("}")[0] for part in path.split("{")[1:])
    assert all(one["required"] for one in operation.get("parameters", []) if one["in"] == "path")


def test_a_body_does_not_ask_again_for_what_the_path_names() -> None:
    body = DOCUMENT["paths"]["/v1/partners/{partner}/events/{uid}"]["put"]["requestBody"]["content"]["application/json"]
    assert "uid" not in body["schema"]["properties"]
    assert body["schema"]["required"] == ["title", "starts_at"]
    reported = DOCUMENT["paths"]["/v1/members/{member}/contributions/{contribution}"]["put"]["requestBody"]
    assert not {"id", "organisation", "by"} & set(reported["content"]["application/json"]["schema"]["properties"])


def test_what_is_white_space_in_an_address_is_the_same_to_every_reader() -> None:
    """What reads it here and JavaScript, which JSON Schema means, disagree about NEL and the byte order mark."""
    pattern = DOCUMENT["components"]["schemas"]["PlaceInput"]["properties"]["online_url"]["anyOf"][0]["pattern"]
    assert r"\s" not in pattern
    # Python alone takes a line break at the end for the end.
    described = re.compile(pattern.replace("$", r"\Z"))
    for number in (*range(0x3000 + 1), 0xFEFF):
        address = f"https://example.org/{chr(number)}"
        try:
            Place.model_validate({"online_url": address})
        except ValidationError:
            assert not described.search(address), hex(number)
        else:
            assert described.search(address), hex(number)


def test_the_document_can_be_written_and_is_the_same_each_time() -> None:
    assert orjson.dumps(describe(create_app(None))) == orjson.dumps(DOCUMENT)
