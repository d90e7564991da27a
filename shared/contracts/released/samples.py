"""A rich message of each type, as it could be sent in the Zwickau region; all names are invented.

A release freezes it as the golden sample of that revision, so a new field is filled in here, too.
"""

from typing import Final

from shared.contracts import events as contract
from shared.contracts import partner
from shared.contracts.base import Contract, FieldError
from shared.contracts.released import samples_members, samples_referrals
from shared.contracts.requests import Outcome, Problem

_PARTNER: Final = "nachbarschaftshaus-eckersbach"
_UID: Final = "erzaehlcafe-2026-12-03"
_EVENT: Final = str(partner.event_id(_PARTNER, _UID))
_TOPIC: Final = f"partner.{_PARTNER}.events"

_PLACE: Final = partner.Place(
    name="Nachbarschaftshaus Eckersbach, großer Saal",
    street="Musterweg 7",
    postal_code="08066",
    municipality="Zwickau",
    ags="14524330",
    latitude=50.7189,
    longitude=12.4961,
    online_url="https://treff.example.org/erzaehlcafe",
    visibility="exact",
)
_KEPT_BACK: Final = partner.Place(postal_code="08412", municipality="Werdau", ags="14524300", visibility="area")
_RECURRENCE: Final = partner.Recurrence(
    rrule="FREQ=WEEKLY;COUNT=4",
    rdates=("2027-01-14T16:00:00+01:00",),
    exdates=("2026-12-24T16:00:00+01:00",),
)

_SUBMISSION: Final = partner.EventSubmission(
    uid=_UID,
    sequence=2,
    title="Erzählcafé „Ankommen in Zwickau“",
    description="Bei Kaffee und Tee erzählen Menschen, wie sie hierher kamen.\nKinder sind willkommen.",
    status="scheduled",
    starts_at="2026-12-03T16:00:00+01:00",
    ends_at="2026-12-03T18:00:00+01:00",
    all_day=False,
    time_zone="Europe/Berlin",
    recurrence=_RECURRENCE,
    overrides=(
        partner.Override(
            recurrence_id="2026-12-10T16:00:00+01:00",
            status="rescheduled",
            starts_at="2026-12-11T17:00:00+01:00",
            ends_at="2026-12-11T19:00:00+01:00",
            title="Erzählcafé zu Gast in Werdau",
            description="Dieses Mal mit Musik.",
            place=_KEPT_BACK,
        ),
        partner.Override(recurrence_id="2026-12-17T16:00:00+01:00", status="cancelled"),
    ),
    place=_PLACE,
    topics=("integration", "demokratie", "erzählkultur"),
    target_groups=("familien", "seniorinnen-und-senioren"),
    languages=("de", "ar", "uk"),
    cost="frei, Spenden willkommen",
    accessibility=("stufenlos", "induktionsschleife"),
    low_threshold=True,
    url="https://eckersbach.example.org/erzaehlcafe",
    image_url="https://eckersbach.example.org/bilder/erzaehlcafe.jpg",
    registration_url="https://eckersbach.example.org/erzaehlcafe/anmeldung",
    series="Zwickau erzählt",
    co_hosts=("musikverein-beispielhausen",),
)

_AT_HOME: Final = contract.EventPlace(
    **_PLACE.model_dump(),
    resolved=contract.ResolvedPlace(ags="14524330", name="Zwickau", latitude=50.719, longitude=12.496, by="ags"),
)
_IN_WERDAU: Final = contract.EventPlace(
    **_KEPT_BACK.model_dump(),
    resolved=contract.ResolvedPlace(ags="14524300", name="Werdau", latitude=50.736, longitude=12.379, by="ags"),
)

_FACT: Final = contract.EventFact(
    id=_EVENT,
    version=3,
    partner=_PARTNER,
    organisers=(contract.Organiser(id=_PARTNER, name="Nachbarschaftshaus Eckersbach e. V."),),
    visibility="public",
    uid=_UID,
    sequence=2,
    title=_SUBMISSION.title,
    description=_SUBMISSION.description,
    status=_SUBMISSION.status,
    starts_at=_SUBMISSION.starts_at,
    ends_at=_SUBMISSION.ends_at,
    all_day=False,
    time_zone="Europe/Berlin",
    recurrence=_RECURRENCE,
    place=_AT_HOME,
    topics=_SUBMISSION.topics,
    topics_outside_vocabulary=("erzählkultur",),
    target_groups=_SUBMISSION.target_groups,
    languages=_SUBMISSION.languages,
    cost=_SUBMISSION.cost,
    accessibility=_SUBMISSION.accessibility,
    low_threshold=_SUBMISSION.low_threshold,
    url=_SUBMISSION.url,
    image_url=_SUBMISSION.image_url,
    registration_url=_SUBMISSION.registration_url,
    series=_SUBMISSION.series,
    occurrences=(
        contract.Occurrence(
            occurrence_id=f"{_EVENT}_20261203T150000Z",
            recurrence_id="2026-12-03T16:00:00+01:00",
            starts_at="2026-12-03T16:00:00+01:00",
            ends_at="2026-12-03T18:00:00+01:00",
            status="scheduled",
        ),
        contract.Occurrence(
            occurrence_id=f"{_EVENT}_20261210T150000Z",
            recurrence_id="2026-12-10T16:00:00+01:00",
            starts_at="2026-12-11T17:00:00+01:00",
            ends_at="2026-12-11T19:00:00+01:00",
            status="rescheduled",
            title="Erzählcafé zu Gast in Werdau",
            description="Dieses Mal mit Musik.",
            place=_IN_WERDAU,
        ),
        contract.Occurrence(
            occurrence_id=f"{_EVENT}_20261217T150000Z",
            recurrence_id="2026-12-17T16:00:00+01:00",
            starts_at="2026-12-17T16:00:00+01:00",
            ends_at="2026-12-17T18:00:00+01:00",
            status="cancelled",
        ),
        contract.Occurrence(
            occurrence_id=f"{_EVENT}_20270114T150000Z",
            recurrence_id="2027-01-14T16:00:00+01:00",
            starts_at="2027-01-14T16:00:00+01:00",
            ends_at="2027-01-14T18:00:00+01:00",
            status="scheduled",
        ),
    ),
    created_at="2026-10-01T08:15:00.000Z",
    updated_at="2026-11-20T17:40:12.345Z",
    changed=("starts_at", "place", "overrides"),
    previous=contract.Previous(starts_at="2026-12-02T16:00:00+01:00", status="scheduled", place=_IN_WERDAU),
)

_REFUSED_BECAUSE: Final = "Die gleiche Veranstaltung steht schon unter dem Namen des Mitveranstalters im Kalender."
_URL: Final = "https://eckersbach.example.org/kalender/oeffentlich.ics"
_FEED: Final = contract.FeedFact(
    id=str(contract.feed_id(_PARTNER, _URL)),
    version=7,
    partner=_PARTNER,
    host="eckersbach.example.org",
    every_minutes=60,
    active=True,
    last=contract.FeedReport(
        at="2026-11-20T17:40:12.345Z",
        status="read",
        problem=FieldError(
            field="url", code="too-large", detail="holds more than 10 MiB, the rest was not read", values={"most": 10}
        ),
        read=14,
        new=2,
        changed=1,
        unchanged=9,
        withdrawn=1,
        refused=1,
        refused_entries=(
            contract.RefusedEntry(
                entry="event 5",
                uid=_UID,
                reasons=("ends_at lies before starts_at",),
                errors=(FieldError(field="ends_at", code="end-before-start", detail="lies before starts_at"),),
            ),
        ),
    ),
    next_at="2026-11-20T18:41:00.000Z",
)

_REGISTERED: Final = contract.PartnerFact(
    id=_PARTNER, version=1, name="Nachbarschaftshaus Eckersbach e. V.", trusted=True, active=True
)

_DONE: Final = Outcome(
    request="7f1c2a34-9d52-4c0f-8a57-2f3f6d1f0b11",
    source=_TOPIC,
    result="changed",
    resource=f"/v1/events/{_EVENT}",
    aggregate=_EVENT,
    version=3,
    partner=_PARTNER,
    uid=_UID,
    notes=(
        FieldError(
            field="overrides.0.place",
            code="municipality-ambiguous",
            detail="may lie in 2 municipalities, such as Dennheritz (14524050), Meerane (14524190): name its key (ags)",
            values={"number": 2, "municipalities": "Dennheritz (14524050), Meerane (14524190)"},
        ),
    ),
    at="2026-11-20T17:40:12.345Z",
)

_REFUSED: Final = Outcome(
    request="b2a9e6f0-31f5-4a86-8f0e-5d3c7a1e9c42",
    source=_TOPIC,
    result="refused",
    resource=f"/v1/events/{_EVENT}",
    aggregate=_EVENT,
    version=3,
    partner=_PARTNER,
    uid=_UID,
    problem=Problem(
        type="/problems/stale",
        title="A newer version of this event is already here",
        status=409,
        detail="The calendar keeps what it has.",
        errors=(
            FieldError(field="sequence", code="stale", detail="is lower than 2, which is stored", values={"stored": 2}),
        ),
    ),
    at="2026-11-20T17:41:00.000Z",
)

SAMPLES: Final[dict[str, Contract]] = {
    partner.SUBMIT: _SUBMISSION,
    partner.WITHDRAW: partner.EventWithdrawal(uid=_UID, reason="Der Saal wird umgebaut."),
    contract.REGISTER_PARTNER: contract.RegisterPartner(
        id=_PARTNER, name="Nachbarschaftshaus Eckersbach e. V.", trusted=True
    ),
    contract.TRUST_PARTNER: contract.TrustPartner(id=_PARTNER, trusted=True),
    contract.REMOVE_PARTNER: contract.RemovePartner(id=_PARTNER),
    contract.ENTER_EVENT: contract.EnterEvent(**_SUBMISSION.model_dump(), partner=_PARTNER),
    contract.WITHDRAW_EVENT: contract.WithdrawEvent(uid=_UID, reason="Der Saal wird umgebaut.", partner=_PARTNER),
    contract.PUBLISH_EVENT: contract.PublishEvent(id=_EVENT, version=3),
    contract.REFUSE_EVENT: contract.RefuseEvent(id=_EVENT, version=3, reason=_REFUSED_BECAUSE),
    contract.ADD_FEED: contract.AddFeed(partner=_PARTNER, url=_URL, every_minutes=60, topics=("integration",)),
    contract.REMOVE_FEED: contract.RemoveFeed(id=_FEED.id),
    contract.POLL_FEED: contract.PollFeed(id=_FEED.id),
    contract.EVENT_PUBLISHED: _FACT,
    contract.EVENT_SUBMITTED: _FACT.model_copy(update={"visibility": "waiting"}),
    contract.EVENT_REFUSED: _FACT.model_copy(
        update={"visibility": "refused", "changed": ("visibility",), "refused_because": _REFUSED_BECAUSE}
    ),
    contract.EVENT_WITHDRAWN: _FACT.model_copy(update={"visibility": "withdrawn", "changed": ("visibility",)}),
    contract.PARTNER_REGISTERED: _REGISTERED,
    contract.PARTNER_REMOVED: _REGISTERED.model_copy(update={"version": 2, "trusted": False, "active": False}),
    contract.FEED_ADDED: _FEED.model_copy(update={"version": 1, "last": None}),
    contract.FEED_POLLED: _FEED,
    contract.FEED_REMOVED: _FEED.model_copy(update={"version": 8, "active": False, "next_at": None}),
    contract.REQUEST_DONE: _DONE,
    contract.REQUEST_REFUSED: _REFUSED,
    **samples_members.SAMPLES,
    **samples_referrals.SAMPLES,
}
