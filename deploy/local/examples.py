"""The demo's example events: invented, labelled as such, dated from today on, by four partners in four ways."""

import asyncio
import csv
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from deploy.local import example_feed
from deploy.local.bootstrap import register
from deploy.local.errors import LocalPlatformError
from deploy.local.feed_server import PART
from deploy.local.platform import Platform
from deploy.local.workspace import Report
from deploy.partners import kafka_user
from services.events.publishing.entries import read_file
from services.events.publishing.options import Options, UnreachableError
from services.events.publishing.sending import publish_entries
from shared.clock import utc_now
from shared.commands.results import Result
from shared.contracts.events import RegisterPartner

_DATA: Final = Path(__file__).parent / "data" / "examples.json"
_LABEL: Final = "Beispieldaten: diese Veranstaltung ist erfunden."
_ZONE: Final = "Europe/Berlin"
_CSV_COLUMNS: Final = {
    "Kennung": "uid",
    "Titel": "title",
    "Datum": "day",
    "Uhrzeit": "hours",
    "Datum bis": "last_day",
    "Ort": "name",
    "Straße": "street",
    "PLZ": "postal_code",
    "Gemeinde": "municipality",
    "AGS": "ags",
    "Themen": "topics",
    "Kosten": "cost",
    "Beschreibung": "text",
}


def publish(platform: Platform, report: Report) -> None:
    """Register the example partners and publish their events; repeating it changes only the dates.

    The files that are published are left in ``<root>/examples`` for trying things out.

    Raises:
        LocalPlatformError: nothing could be published.
    """
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    today = utc_now().astimezone(ZoneInfo(_ZONE)).date()
    for partner in data["partners"]:
        events = [event for event in data["events"] if event["partner"] == partner["id"]]
        if partner["via"] == "feed":
            report(f"{partner['name']}: {_by_feed(platform, partner, events, data['places'], today)}")
            continue
        file = _write_file(platform.root / "examples", partner, events, data["places"], today)
        options = _options(platform, partner)
        try:
            results = asyncio.run(publish_entries(list(read_file(file)), options, lambda _result: None))
        except UnreachableError as error:
            raise LocalPlatformError(f"the examples of {partner['id']} could not be published: {error}") from error
        report(f"{partner['name']}: {_summary(results)}, by {_way(partner['via'])}")


def _by_feed(
    platform: Platform, partner: dict[str, Any], events: Iterable[dict[str, Any]], places: dict[str, Any], today: date
) -> str:
    _options(platform, partner)  # registers it
    placed = [event | {"place": places[event["place"]], "text": f"{event['text']}\n\n{_LABEL}"} for event in events]
    file = example_feed.write(platform.feeds.folder, partner["id"], placed, _ZONE, today)
    last = example_feed.read_now(platform, partner["id"], platform.feeds.url(PART) + file.name)
    counts = {"created": last.new, "changed": last.changed, "unchanged": last.unchanged, "refused": last.refused}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) + ", by an iCalendar feed"


def _options(platform: Platform, partner: dict[str, Any]) -> Options:
    """How this partner publishes; its credentials are made once and kept in the state."""
    known = platform.env
    names = [f"EXAMPLE_{partner['id'].upper().replace('-', '_')}_{what}" for what in ("KEY", "KAFKA_PASSWORD")]
    if partner["id"] == known["EXAMPLE_PARTNER_ID"]:
        key, password = known["EXAMPLE_PARTNER_API_KEY"], known["EXAMPLE_PARTNER_KAFKA_PASSWORD"]
    elif names[0] in known:
        key, password = (known[name] for name in names)
    else:
        key, password = register(platform, RegisterPartner(id=partner["id"], name=partner["name"], trusted=True))
        platform.remember(dict(zip(names, (key, password), strict=True)))
    return Options(
        via="kafka" if partner["via"] == "kafka" else "http",
        partner=partner["id"],
        url=known["GATEWAY_URL"],
        key=key,
        kafka=known["KAFKA_PARTNER_BOOTSTRAP_SERVERS"],
        kafka_user=kafka_user(partner["id"]),
        kafka_password=password,
    )


def _write_file(
    folder: Path, partner: dict[str, Any], events: Iterable[dict[str, Any]], places: dict[str, Any], today: date
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if partner["via"] != "csv":
        file = folder / f"{partner['id']}.json"
        submissions = [_submission(event, places[event["place"]], today) for event in events]
        file.write_text(json.dumps(submissions, ensure_ascii=False, indent=1), encoding="utf-8")
        return file
    file = folder / f"{partner['id']}.csv"
    # As spreadsheets of German offices write it.
    with file.open("w", encoding="cp1252", newline="") as stream:
        writer = csv.DictWriter(stream, _CSV_COLUMNS.values(), delimiter=";", extrasaction="ignore")
        writer.writerow({field: heading for heading, field in _CSV_COLUMNS.items()})
        writer.writerows(_csv_row(event, places[event["place"]], today) for event in events)
    return file


def _submission(event: dict[str, Any], place: dict[str, Any], today: date) -> dict[str, Any]:
    day = today + timedelta(days=event["in_days"])
    kept = ("uid", "title", "status", "topics", "languages", "target_groups", "accessibility", "low_threshold", "cost")
    return {
        **{name: event[name] for name in (*kept, "registration_url") if name in event},
        "description": f"{event['text']}\n\n{_LABEL}",
        "starts_at": datetime.fromisoformat(f"{day}T{event['from']}").isoformat(),
        "ends_at": datetime.fromisoformat(f"{day}T{event['to']}").isoformat(),
        "time_zone": _ZONE,
        "place": place,
        **({"recurrence": {"rrule": event["rrule"]}} if "rrule" in event else {}),
    }


def _csv_row(event: dict[str, Any], place: dict[str, Any], today: date) -> dict[str, str]:
    day = today + timedelta(days=event["in_days"])
    last_day = day + timedelta(days=event["days"] - 1) if "days" in event else None
    return {
        **event,
        **place,
        "title": event["title"],
        "day": f"{day:%d.%m.%Y}",
        "hours": f"{event['from']} - {event['to']}" if "from" in event else "",
        "last_day": f"{last_day:%d.%m.%Y}" if last_day else "",
        "topics": ", ".join(event["topics"]),
        "text": f"{event['text']} {_LABEL}",
    }


def _summary(results: Iterable[Result]) -> str:
    counts = Counter(result.result for result in results)
    return ", ".join(f"{count} {result}" for result, count in sorted(counts.items()))


def _way(via: str) -> str:
    return {"kafka": "Kafka with its own user", "http": "HTTP with an API key", "csv": "a CSV file over HTTP"}[via]
