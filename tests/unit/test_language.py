"""German first, English for who asks for it, and nothing that a German reader would be told in English."""

import ast
import json
import re
from datetime import date, datetime
from pathlib import Path
from string import Formatter
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import core_schema

from services.gateway.common.http.language import LANGUAGES, negotiate
from services.gateway.common.requests.table import WRITES
from services.web.common.language import LANGUAGES as PAGES
from shared.contracts.base import field_errors
from shared.contracts.partner import EventSubmission
from shared.language import Language, Languages

ROOT = Path(__file__).parents[2]
WEB = ROOT / "services" / "web"
GERMAN_OF = {
    "gateway": ROOT / "services" / "gateway" / "common" / "http" / "locales" / "de" / "LC_MESSAGES" / "gateway.po",
    "web": WEB / "common" / "locales" / "de" / "LC_MESSAGES" / "web.po",
    "shared": ROOT / "shared" / "locales" / "de" / "LC_MESSAGES" / "shared.po",
}
SPOKEN_BY = {
    "gateway": (ROOT / "services" / "gateway", "services/gateway/**/*.py"),
    "web": (WEB, "services/web/**/*.py"),
    "shared": (ROOT / "shared", "shared/language.py"),
}
GERMAN = negotiate("de")
ENGLISH = negotiate("en")
OF_QUERIES = ["bool-parsing", "extra-forbidden", "int-parsing", "list-type", "unknown-parameter", "uuid-parsing"]
OF_DATES = ["date-from-datetime-parsing", "date-parsing", "datetime-from-date-parsing", "datetime-parsing"]


def catalogue(name: str = "gateway") -> Catalog:
    with GERMAN_OF[name].open("rb") as source:
        return read_po(source, locale="de")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def reasons_in(service: str) -> dict[str, tuple[str, set[str]]]:
    """Code → English sentence and names of its values, from every call that gives a reason in the source."""
    found: dict[str, tuple[str, set[str]]] = {}
    for file in sorted((ROOT / "services" / service).rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            texts = [part.value for part in call.args[1:3] if isinstance(part, ast.Constant)]
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in ("add", "_error", "reason") and len(call.args) == 3 and len(texts) == 2:
                code, sentence = map(str, texts)
                found[code] = (sentence, {keyword.arg for keyword in call.keywords if keyword.arg})
    return found


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "de"),
        ("", "de"),
        ("fr, pl;q=0.9", "de"),
        ("en", "en"),
        ("EN-us", "en"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("de-AT, en;q=0.9", "de"),
        ("en;q=0.5, de;q=0.9", "de"),
        ("fr, en;q=0.1", "en"),
        ("de, en", "de"),
        ("en, de", "en"),
        ("*", "de"),
        ("de;q=0, *", "en"),
        ("de;q=0.1, *", "en"),
        ("en;q=0, de;q=0, *", "de"),
        ("en;q=0", "de"),
        ("en ; q=0.8 , de ; q=0.7", "en"),
        ("en;q=2, de;q=0.1", "de"),
        ("en;q=abc", "de"),
        (";;;,,,q=1", "de"),
        ("en-", "de"),
    ],
)
def test_the_language_is_the_one_that_was_asked_for_else_german(header: str | None, code: str) -> None:
    assert negotiate(header).code == code


@given(st.text(alphabet="den-*;q=01.,  \t\x00ü", max_size=60))
def test_any_header_gets_a_language(header: str) -> None:
    assert negotiate(header) in LANGUAGES.all()


def test_german_is_the_first_language_and_english_needs_no_file() -> None:
    assert [language.code for language in LANGUAGES.all()][:2] == ["de", "en"]
    assert ENGLISH.gettext("Agenda") == "Agenda"
    assert GERMAN.gettext("Agenda") == "Tagesordnung"


def test_a_further_language_is_a_further_file(tmp_path: Path) -> None:
    for name in ("de", "pt_BR"):
        folder = tmp_path / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "web.po").write_text(f'msgid "Cancelled"\nmsgstr "Cancelled in {name}"\n', encoding="utf-8")
    found = Languages(tmp_path)
    assert found.negotiate("pt-BR, en").gettext("Cancelled") == "Cancelled in pt_BR"
    assert found.negotiate("de").gettext("all day") == "ganztägig"


@pytest.mark.parametrize("service", ["events", "gateway", "members", "web"])
def test_every_reason_that_a_service_gives_is_said_in_german_with_its_values(service: str) -> None:
    found = reasons_in(service)
    assert len(found) >= 10
    for code, (sentence, names) in found.items():
        text = catalogue("web" if service == "web" else "gateway").get(code, context="reason")
        assert text, f"{code} ({sentence}) is not in the German catalogue"
        assert placeholders(str(text.string)) <= names, code
        assert placeholders(sentence) <= placeholders(str(text.string)), f"{code}: the German sentence says less"


def test_a_catalogue_holds_no_reason_that_its_process_never_tells() -> None:
    """The gateway tells those of all services and of pydantic; the pages tell those of their forms alone."""
    assert {message.id for message in catalogue("web") if message.context == "reason"} == set(reasons_in("web"))
    sources = [*(ROOT / "shared").rglob("*.py"), *(ROOT / "services").rglob("*.py")]
    written = [file.read_text(encoding="utf-8") for file in sources if WEB not in file.parents]
    told = {word.replace("_", "-") for text in written for word in re.findall(r"\"([a-z]+(?:[_-][a-z]+)*)\"", text)}
    told |= {f"{field}-differs" for write in WRITES for _, field in write.names}
    told |= {code.replace("_", "-") for code in get_args(core_schema.ErrorType)}
    assert {message.id for message in catalogue() if message.context == "reason"} <= told


def test_every_reason_why_a_feed_was_not_fetched_is_said_in_german() -> None:
    found: dict[str, set[str]] = {}
    for file in (ROOT / "services" / "events" / "feeds").glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "FetchError":
                code = ast.literal_eval(call.args[0])
                names = {keyword.arg for keyword in call.keywords if keyword.arg}
                found[code] = found.get(code, names) & names
    assert len(found) >= 15
    for code, names in found.items():
        text = catalogue().get(code, context="reason")
        assert text, f"{code} is not in the German catalogue"
        assert placeholders(str(text.string)) <= names, code


@pytest.mark.parametrize("code", [*OF_QUERIES, *OF_DATES])
def test_the_reasons_of_queries_and_dates_are_said_in_german(code: str) -> None:
    assert catalogue().get(code, context="reason")


def test_what_pydantic_finds_is_said_in_german_with_its_limits() -> None:
    wrong = {
        "uid": "",
        "title": "x" * 301,
        "starts_at": "tomorrow",
        "status": "maybe",
        "all_day": "yes",
        "sequence": -1,
        "place": {"latitude": "north", "longitude": 200, "name": 3},
        "topics": ["a"] * 21,
        "languages": 3,
        "recurrence": 3,
    }
    said = {}
    for text in (json.dumps(wrong), '{"sequence": 1.5, "place": {"latitude": NaN}}', "{"):
        with pytest.raises(ValidationError) as raised:
            EventSubmission.model_validate_json(text)
        for error in field_errors(raised.value):
            said[error.code] = GERMAN.reason(error.code, error.values, error.detail)
            assert said[error.code] != error.detail
    assert said["string-too-long"] == "ist länger als 300 Zeichen"
    assert said["less-than-equal"] == "darf höchstens 180 sein"
    assert said["missing"] == "fehlt"
    assert said["string-too-short"] == "darf nicht leer sein"


def test_a_reason_without_translation_or_without_its_values_stays_english() -> None:
    assert GERMAN.reason("never-heard-of", {}, "is odd") == "is odd"
    assert GERMAN.reason("stale", {}, "is lower than 4, which is stored") == "is lower than 4, which is stored"
    assert ENGLISH.reason("missing", {}, "is required") == "is required"


def test_every_explanation_of_an_activity_is_said_in_german_with_its_values() -> None:
    calls = [
        call
        for file in (ROOT / "services" / "members").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_because"
    ]
    given = {call.args[0].value: call for call in calls if isinstance(call.args[0], ast.Constant)}
    german = {message.id: str(message.string) for message in catalogue() if message.context == "activity"}
    assert len(given) >= 7
    for code, call in given.items():
        assert placeholders(german[str(code)]) <= {keyword.arg for keyword in call.keywords}, code


def test_an_explanation_says_its_days_as_people_write_them_and_stays_english_where_it_is_unknown() -> None:
    given = {"code": "newcomer", "detail": "It is new.", "values": {"until": "2027-03-01"}}
    assert GERMAN.explanation(given) == "Ist neu im Bündnis (bis 1. März 2027)"
    assert GERMAN.explanation({**given, "code": "unheard-of"}) == "It is new."
    assert GERMAN.explanation({**given, "values": {}}) == "It is new."
    assert ENGLISH.explanation(given) == "It is new."
    assert GERMAN.explanation(given | {"values": {"until": "2027-13-41"}}).endswith("(bis 2027-13-41)")


@given(st.text())
def test_the_value_of_a_reason_is_never_read_as_a_format(value: str) -> None:
    assert GERMAN.reason("rule-not-supported", {"why": value}, "x").endswith(value)


def test_every_problem_named_in_the_source_has_a_german_title() -> None:
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "services").rglob("*.py")]
    kinds = {kind for source in sources for kind in re.findall(r"\"(/problems/[a-z-]+)\"", source)}
    assert len(kinds) >= 15
    for kind in kinds:
        assert GERMAN.title(kind, "English") != "English", kind
        assert ENGLISH.title(kind, "English") == "English"


@pytest.mark.parametrize("name", GERMAN_OF)
def test_a_catalogue_holds_exactly_what_its_process_says_with_the_same_values(name: str) -> None:
    said = set()
    folder, modules = SPOKEN_BY[name]
    sources = [(file, "jinja2.ext:babel_extract") for file in (folder / "templates").rglob("*.html")]
    sources += [(file, "python") for file in ROOT.glob(modules)]
    for file, method in sources:
        with file.open("rb") as source:
            found = extract(method, source, keywords={"_": None, "gettext": None, "ngettext": (1, 2)})
            said |= {message if isinstance(message, str) else message[0] for _, message, _, _ in found}
    known = {message.id: message for message in catalogue(name) if message.id and message.context is None}
    assert said == {key if isinstance(key, str) else key[0] for key in known}
    for message in known.values():
        english, german = (
            texts if isinstance(texts, str) else (texts or [""])[-1] for texts in (message.id, message.string)
        )
        assert german
        assert placeholders(english) == placeholders(german), english


def test_days_and_times_are_said_as_germans_say_them() -> None:
    start, end = datetime(2026, 12, 3, 16, 0), datetime(2026, 12, 3, 18, 0)
    assert GERMAN.period(start, end) == "Donnerstag, 3. Dezember 2026, 16:00–18:00 Uhr"
    assert GERMAN.period(start) == "Donnerstag, 3. Dezember 2026, 16:00 Uhr"
    assert GERMAN.period(start, start) == "Donnerstag, 3. Dezember 2026, 16:00 Uhr"
    assert GERMAN.period(date(2026, 12, 3)) == "Donnerstag, 3. Dezember 2026, ganztägig"
    assert GERMAN.period(date(2026, 12, 3), date(2026, 12, 3)) == "Donnerstag, 3. Dezember 2026, ganztägig"
    assert GERMAN.period(date(2026, 12, 3), date(2026, 12, 5)) == "3.–5. Dezember 2026"
    assert GERMAN.time_range(datetime(2026, 12, 3, 9, 5), datetime(2026, 12, 3, 11, 0)) == "09:05–11:00 Uhr"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_can_be_said(value: float) -> None:
    assert GERMAN.number(value)
    assert (GERMAN.number(1_234.5), GERMAN.number(1.5e25)) == ("1.234,5", "1,5E25")


def test_a_range_of_days_names_month_and_year_once_where_they_are_the_same() -> None:
    assert GERMAN.date_range(date(2026, 12, 3), date(2026, 12, 3)) == "3. Dezember 2026"
    across = GERMAN.date_range(date(2026, 11, 28), date(2026, 12, 1))
    assert " ".join(across.split()) == "28. November – 1. Dezember 2026"
    assert "2026" in GERMAN.date_range(date(2026, 12, 30), date(2027, 1, 2))
    assert ENGLISH.date_range(date(2026, 12, 3), date(2026, 12, 5)) == "3–5 December 2026"


def test_an_hour_that_comes_twice_has_an_end_that_looks_like_its_start() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert GERMAN.time_range(first, first.replace(fold=1)) == "02:30–02:30 Uhr"
    assert GERMAN.time_range(first, first) == "02:30 Uhr"


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    night = GERMAN.period(datetime(2026, 12, 31, 20, 0), datetime(2027, 1, 1, 2, 0))
    assert night == "Donnerstag, 31. Dezember 2026, 20:00–02:00 Uhr"
    run = GERMAN.period(datetime(2026, 12, 4, 8, 0), datetime(2026, 12, 5, 6, 0))
    assert run == "Freitag, 4. Dezember 2026, 08:00 Uhr bis Samstag, 5. Dezember 2026, 06:00 Uhr"
    days = GERMAN.period(datetime(2026, 12, 4, 18, 0), datetime(2026, 12, 6, 14, 0))
    assert days == "Freitag, 4. Dezember 2026, 18:00 Uhr bis Sonntag, 6. Dezember 2026, 14:00 Uhr"


def test_whoever_reads_pages_in_a_language_is_told_problems_and_dates_in_it() -> None:
    tags = {name: {folder.name for folder in file.parents[2].iterdir()} for name, file in GERMAN_OF.items()}
    assert tags["web"] == tags["gateway"] == tags["shared"]
    assert [one.code for one in PAGES.all()] == [one.code for one in LANGUAGES.all()]


@given(st.sampled_from([*LANGUAGES.all(), *PAGES.all()]), st.datetimes(), st.datetimes())
def test_every_language_can_say_every_period(language: Language, one: datetime, other: datetime) -> None:
    start, end = sorted((one, other))
    assert language.period(start, end)
    assert language.period(start.date(), end.date())
