"""Submissions as partners make them, as hypothesis strategies: mostly good, with every way of writing a time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from hypothesis import strategies as st

from services.events.domain import Rules
from services.events.partnership import Partner
from shared.contracts.partner import EventSubmission
from shared.places import places as known_places

Document = dict[str, Any]

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
RULES = Rules(topics=frozenset(("integration", "demokratie")), time_zone="Europe/Berlin", places=known_places())
TRUSTED = Partner("buntes-zwickau", 1, "Buntes Zwickau e. V.", trusted=True, active=True)
UNTRUSTED = Partner("buntes-zwickau", 1, "Buntes Zwickau e. V.", trusted=False, active=True)
ZONES = ("Europe/Berlin", "Europe/Lisbon", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
# Days on which clocks change in Berlin, Lisbon, New York and on Lord Howe, besides any others.
CHANGES = (date(2026, 10, 25), date(2027, 3, 28), date(2026, 11, 1), date(2027, 3, 14), date(2027, 4, 4))


def submission(**fields: Any) -> EventSubmission:
    """A submission as it is read from a message, with what it needs where ``fields`` say nothing else."""
    given = {"uid": "cafe", "title": "Café", "starts_at": "2026-12-03T16:00:00+01:00"}
    return EventSubmission.model_validate_json(orjson.dumps(given | fields))


def days() -> st.SearchStrategy[date]:
    """Days around the present, often one on which clocks change."""
    return st.sampled_from(CHANGES) | st.dates(date(2024, 1, 1), date(2028, 12, 31))


def walls() -> st.SearchStrategy[datetime]:
    """Wall-clock times, often in the night hours in which clocks change."""
    hours = st.sampled_from((time(0), time(1, 30), time(2), time(2, 30), time(3))) | st.times(time(5), time(23)).map(
        lambda moment: moment.replace(microsecond=0)
    )
    return st.builds(datetime.combine, days(), hours, st.none())


def rules() -> st.SearchStrategy[str]:
    """Recurrence rules of every frequency, most of which yield something."""
    ends = st.sampled_from(("", ";COUNT=3", ";COUNT=12", ";UNTIL=20270630", ";UNTIL=20280101T120000Z"))
    kinds = st.sampled_from(
        (
            "FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=WEEKLY",
            "freq=weekly;interval=2;",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;WKST=SU",
            "FREQ=MONTHLY",
            "FREQ=MONTHLY;BYDAY=-1SU",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "FREQ=YEARLY",
            "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
        )
    )
    return st.builds(lambda kind, end: f"{kind.rstrip(';')}{end}", kinds, ends)


@dataclass(frozen=True)
class _Writer:
    """One partner's way of writing times."""

    zone: ZoneInfo
    style: str
    all_day: bool
    fraction: str

    def write(self, wall: datetime) -> str:
        if self.all_day:
            return wall.date().isoformat()
        if self.style == "naive":
            return f"{wall.isoformat()}{self.fraction}"
        moment = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if self.style == "utc":
            return f"{moment.isoformat().removesuffix('+00:00')}{self.fraction}z".lower()
        text = moment.astimezone(self.zone).isoformat()
        return f"{text[:-6]}{self.fraction}{text[-6:]}"


@st.composite
def places(draw: st.DrawFn, visibility: st.SearchStrategy[str]) -> Document:
    """Places whose private parts can be told from everything else."""
    return {
        "name": draw(st.sampled_from((None, "Geheim-Haus"))),
        "street": draw(st.sampled_from((None, "Geheim-Straße 3"))),
        "postal_code": draw(st.sampled_from((None, "08056"))),
        "municipality": draw(st.sampled_from((None, "Zwickau"))),
        "latitude": draw(st.sampled_from((None, 50.4711))),
        "longitude": draw(st.sampled_from((None, 12.4711))),
        "visibility": draw(visibility),
    }


@st.composite
def submissions(draw: st.DrawFn, visibilities: tuple[str, ...] = ("exact", "area")) -> EventSubmission:
    """Whole submissions; some of them are refused."""
    visibility = st.sampled_from(visibilities)
    start = draw(walls())
    writer = _Writer(
        ZoneInfo(draw(st.sampled_from(ZONES))),
        draw(st.sampled_from(("naive", "named", "offset", "utc"))),
        draw(st.booleans()),
        draw(st.sampled_from(("", ".5", ".000001"))),
    )
    length = timedelta(days=draw(st.integers(1, 3))) if writer.all_day else timedelta(minutes=draw(st.integers(0, 900)))
    near = st.integers(0, 40).map(lambda days_on: start + timedelta(days_on)) | walls()
    fields: Document = {
        "sequence": draw(st.none() | st.integers(0, 3)),
        "title": draw(st.sampled_from(("Café", "Lesung", "{title} \\ 100 %"))),
        "status": draw(st.sampled_from(("scheduled", "cancelled", "postponed"))),
        "starts_at": writer.write(start),
        "ends_at": draw(st.sampled_from((None, writer.write(start + length)))),
        "time_zone": writer.zone.key if writer.style in ("naive", "named") else None,
        "place": draw(st.none() | places(visibility)),
        "topics": draw(st.lists(st.sampled_from(("integration", "kuchen")), max_size=2)),
    }
    if draw(st.booleans()):
        fields["recurrence"] = {
            "rrule": draw(st.none() | rules()),
            "rdates": [writer.write(wall) for wall in draw(st.lists(near, max_size=3))],
            "exdates": [writer.write(wall) for wall in draw(st.lists(near, max_size=3))],
        }
        fields["overrides"] = [
            {
                "recurrence_id": writer.write(original),
                "status": draw(st.sampled_from((None, "cancelled", "moved-online"))),
                "starts_at": writer.write(moved) if moved else None,
                "title": draw(st.sampled_from((None, "Anders"))),
                "place": draw(st.none() | places(visibility)),
            }
            for original, moved in draw(st.lists(st.tuples(near | st.just(start), st.none() | walls()), max_size=3))
        ]
    return submission(**fields)
