"""Golden samples about organisations and people; all names are invented. See ``samples``."""

from typing import Final

from shared.contracts.base import Contract, Erasure, Explanation
from shared.contracts.members import organisations as contract
from shared.contracts.members import people

ORGANISATION: Final = "nachbarschaftshaus-eckersbach"
OTHER: Final = "jugendtreff-muldenufer"
THIRD: Final = "frauenrunde-pleissetal"
PERSON: Final = "3c1d7a52-6f0e-4b7e-9d33-0a4f5b8e2c61"
DEPUTY: Final = "8b52e0c4-1f7d-4a39-8c0d-6d2e9a7f4b13"
MULTIPLIER: Final = "e64b9f10-2a8c-4d51-b7f3-95c0d1e8a726"
MEETING: Final = "5f0a3c9e-7b14-4d26-a8e1-c2d94f6b7038"
RETREAT: Final = "d27e41b8-90c5-4f6a-8b3d-1e5a7c2f9064"
TRAINING: Final = "a91c5d7f-34b2-4e08-9f6c-7d0b2e8a1c45"

AREA: Final = contract.Area(
    municipalities=("14524330", "14524320"),
    districts=("14524",),
    around=(contract.Around(ags="14524300", radius_km=12.5),),
)
_PROFILE: Final = contract.Profile(
    name="Nachbarschaftshaus Eckersbach e. V.",
    description="Offenes Haus im Stadtteil: Café, Beratung, Werkstatt.\nJede und jeder kann mitmachen.",
    url="https://eckersbach.example.org",
    areas=AREA,
    topics=("integration", "demokratie"),
    kinds=("beratung", "begleitung"),
    languages=("de", "ar", "uk"),
    capacity=6,
    response_days=5,
    listed=True,
    takes=("offer-help", "seek-help", "support"),
    paused_until="2026-12-31",
)
_DECISION: Final = "Das Nachbarschaftshaus Eckersbach wird einstimmig aufgenommen."
_DECLINED_BECAUSE: Final = "Der Verein ist außerhalb des Landkreises tätig; wir stellen gern den Kontakt her."
_THANKS: Final = "Danke für das Erzählcafé: Zwölf Nachmittage, an denen aus Nachbarn Bekannte wurden."

_MEETINGS: Final = Explanation(
    code="meetings",
    detail="It took part in the last 3 meetings (1.5 counted).",
    values={"attended": 1.5, "last": 3},
)
_CONTRIBUTIONS: Final = Explanation(
    code="contributions", detail="It contributed within the last 12 months.", values={"months": 12}
)
_NEWCOMER: Final = Explanation(code="newcomer", detail="It is new, until 2026-04-20.", values={"until": "2026-04-20"})
_NOTHING: Final = Explanation(
    code="nothing",
    detail="It neither took part in the last 3 meetings nor contributed within the last 12 months.",
    values={"last": 3, "months": 12},
)
_ATTEND: Final = Explanation(
    code="attend", detail="It takes part in the meeting on 2026-12-08.", values={"date": "2026-12-08"}
)
_CONTRIBUTE_UNTIL: Final = Explanation(
    code="contribute-until",
    detail="It contributes something until 2026-12-07.",
    values={"date": "2026-12-07"},
)
_CONTRIBUTE: Final = Explanation(code="contribute", detail="It contributes something.")

_FACT: Final = contract.OrganisationFact(
    **{name: getattr(_PROFILE, name) for name in contract.Profile.model_fields},
    id=ORGANISATION,
    version=9,
    entry_version=4,
    status="active",
    applied_on="2025-09-15",
    admission=contract.Admission(on="2025-10-21", by="meeting", meeting=MEETING, decision=_DECISION),
    activity=contract.Activity(
        status="active",
        as_of="2026-11-18",
        because=(_MEETINGS, _CONTRIBUTIONS),
        until="2026-12-07",
        unless=(_ATTEND, _CONTRIBUTE_UNTIL),
    ),
    periods=(
        contract.Period(since="2025-10-21", status="active", because=(_NEWCOMER,)),
        contract.Period(since="2026-04-21", status="passive", because=(_NOTHING,)),
        contract.Period(since="2026-05-19", status="active", because=(_MEETINGS,)),
        contract.Period(since="2026-06-05", status="active", because=(_MEETINGS, _CONTRIBUTIONS)),
    ),
    reminded_of="2026-12-07",
    confirmation=contract.Confirmation(
        on="2026-04-28", status="active", reason="Das Haus war wegen eines Wasserschadens geschlossen."
    ),
    thanks=(contract.Thanks(year=2025, on="2026-01-12", text=_THANKS),),
    referrals=(contract.AnsweredReferrals(year=2026, accepted=6, in_time=7),),
    changed=("activity", "reminded_of"),
    updated_at="2026-11-18T05:00:00.000Z",
)
_APPLIED: Final = _FACT.model_copy(
    update={
        "version": 1,
        "status": "applied",
        "admission": None,
        "activity": None,
        "periods": (),
        "reminded_of": None,
        "confirmation": None,
        "thanks": (),
        "referrals": (),
        "changed": (),
        "updated_at": "2025-09-15T09:30:00.000Z",
    }
)
_PASSIVE: Final = contract.Activity(
    status="passive", as_of="2026-12-09", because=(_NOTHING,), unless=(_ATTEND, _CONTRIBUTE)
)

_PERSON_FACT: Final = people.PersonFact(
    id=PERSON,
    version=4,
    name="Mila Sonnenbeispiel",
    email="mila.sonnenbeispiel@eckersbach.example.org",
    phone="+49 375 000000-12",
    language="de",
    roles=(
        people.Role(organisation=ORGANISATION, role="representative"),
        people.Role(organisation=OTHER, role="contact"),
    ),
    consent="2026-11",
    consented_at="2026-11-02T10:15:00.000Z",
    trainings=(
        people.Participation(training=TRAINING, on="2026-10-10", qualification="moderation", until="2028-10-09"),
    ),
    multiplier=MULTIPLIER,
    updated_at="2026-11-12T14:03:20.500Z",
)

SAMPLES: Final[dict[str, Contract]] = {
    contract.APPLY: contract.ApplyOrganisation(**dict(_PROFILE), id=ORGANISATION, on="2025-09-15"),
    contract.ADMIT: contract.AdmitOrganisation(
        id=ORGANISATION, version=1, on="2025-10-21", meeting=MEETING, decision=_DECISION
    ),
    contract.DECLINE: contract.DeclineOrganisation(id=ORGANISATION, version=1, reason=_DECLINED_BECAUSE),
    contract.CHANGE: contract.ChangeOrganisation(**dict(_PROFILE), id=ORGANISATION, version=8),
    contract.CONFIRM: contract.ConfirmStatus(
        id=ORGANISATION,
        version=4,
        status="active",
        reason="Das Haus war wegen eines Wasserschadens geschlossen.",
    ),
    contract.LEAVE: contract.LeaveOrganisation(id=ORGANISATION, on="2027-03-31"),
    contract.THANK: contract.ThankOrganisation(id=ORGANISATION, year=2025, text=_THANKS),
    contract.APPLIED: _APPLIED,
    contract.ADMITTED: _APPLIED.model_copy(
        update={
            "version": 2,
            "status": "active",
            "admission": _FACT.admission,
            "changed": ("status", "admission"),
            "updated_at": "2025-10-22T07:45:00.000Z",
        }
    ),
    contract.DECLINED: _APPLIED.model_copy(
        update={
            "version": 2,
            "status": "declined",
            "declined_because": _DECLINED_BECAUSE,
            "changed": ("status", "declined_because"),
        }
    ),
    contract.CHANGED: _FACT.model_copy(update={"version": 8, "changed": ("description", "capacity")}),
    contract.ASSESSED: _FACT.model_copy(
        update={
            "version": 10,
            "activity": _PASSIVE,
            "periods": (*_FACT.periods, contract.Period(since="2026-12-08", status="passive", because=(_NOTHING,))),
            "proposed": "passive",
            "changed": ("activity", "periods", "proposed"),
            "updated_at": "2026-12-09T05:00:00.000Z",
        }
    ),
    contract.LAPSING: _FACT,
    contract.CONFIRMED: _FACT.model_copy(
        update={
            "version": 11,
            "status": "passive",
            "activity": _PASSIVE,
            "confirmation": contract.Confirmation(on="2026-12-14", status="passive"),
            "changed": ("status", "proposed", "confirmation"),
            "updated_at": "2026-12-14T08:20:00.000Z",
        }
    ),
    contract.LEFT: _FACT.model_copy(
        update={
            "version": 12,
            "status": "left",
            "activity": None,
            "left_on": "2027-03-31",
            "changed": ("status", "activity", "left_on"),
            "updated_at": "2027-04-01T06:00:00.000Z",
        }
    ),
    contract.THANKED: _FACT.model_copy(update={"version": 3, "changed": ("thanks",)}),
    people.KEEP_PERSON: people.KeepPerson(
        id=PERSON,
        name=_PERSON_FACT.name,
        email=_PERSON_FACT.email,
        phone=_PERSON_FACT.phone,
        language="de",
        roles=_PERSON_FACT.roles,
        consent="2026-11",
    ),
    people.ERASE_PERSON: people.ErasePerson(id=PERSON),
    people.PERSON_KEPT: _PERSON_FACT,
    people.PERSON_ERASED: Erasure(id=PERSON),
}
