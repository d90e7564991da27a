"""Golden samples about goals and papers of the alliance; all names are invented. See ``samples``."""

from typing import Final

from shared.contracts.base import Contract
from shared.contracts.members import charter_id, goal_id
from shared.contracts.members import goals as contract
from shared.contracts.released.samples_organisations import ORGANISATION, OTHER, RETREAT, THIRD

_GOAL: Final = str(goal_id("1.2"))
_CHARTER: Final = str(charter_id("leitbild"))
_RETIRED_BECAUSE: Final = "In Maßnahme 1.4 aufgegangen."
_REASONS: Final = "Die Reihe läuft, aber südlich von Kirchberg fehlen Gastgeber.\nDas Ziel wird gestreckt."
_LEITBILD: Final = "# Leitbild\n\nWir hören einander zu und reden miteinander, gerade wenn wir nicht einig sind.\n"

_EVENTS: Final = contract.Indicator(
    id="veranstaltungen",
    title="Veranstaltungen zum Ankommen im Jahr",
    unit="Veranstaltungen",
    baseline=12.0,
    target=30.0,
    due="2027-12-31",
    counted=contract.Counted(what="events", topic="integration", period="year"),
)
_HOSTS: Final = contract.Indicator(
    id="gastgeber", title="Gemeinden mit festen Gastgebern", unit="Gemeinden", baseline=3.0, target=10.0
)
_HELPED: Final = contract.Indicator(
    id="anfragen",
    title="Angenommene Anfragen im Jahr",
    unit="Anfragen",
    baseline=0.0,
    target=24.0,
    due="2027-12-31",
    referrals=contract.CountedReferrals(what="accepted", topic="integration", period="year"),
)
_NEW_TARGET: Final = contract.NewTarget(indicator="gastgeber", target=8.0, due="2027-06-30")
_SET: Final = contract.SetGoal(
    id=_GOAL,
    version=2,
    key="1.2",
    level="measure",
    parent=str(goal_id("1")),
    title="Erzählcafés in allen Teilen des Landkreises",
    text="Menschen, die neu hier sind, und solche, die schon lange hier leben, lernen einander kennen.",
    responsible=(ORGANISATION, OTHER),
    indicators=(_EVENTS, _HOSTS, _HELPED),
)
_FACT: Final = contract.GoalFact(
    id=_GOAL,
    version=6,
    key="1.2",
    level="measure",
    parent=_SET.parent,
    title=_SET.title,
    text=_SET.text,
    responsible=_SET.responsible,
    indicators=(
        contract.IndicatorState(
            **dict(_EVENTS),
            values=(
                contract.Value(on="2026-09-30", value=17.0),
                contract.Value(on="2026-10-31", value=21.0),
            ),
        ),
        contract.IndicatorState(
            **{**dict(_HOSTS), "target": 8.0, "due": "2027-06-30"},
            values=(contract.Value(on="2026-11-01", value=5.0, note="Mülsen und Werdau sind dazugekommen."),),
            former_targets=(contract.FormerTarget(target=10.0, due="2026-12-31", until="2026-11-14"),),
        ),
        contract.IndicatorState(**dict(_HELPED), values=(contract.Value(on="2026-10-31", value=9.0),)),
    ),
    reviews=(
        contract.Review(
            on="2026-11-14", meeting=RETREAT, judgement="at-risk", reasons=_REASONS, targets=(_NEW_TARGET,)
        ),
    ),
    status="open",
    changed=("indicators", "reviews"),
    updated_at="2026-11-16T09:10:00.000Z",
)
_CHARTER_FACT: Final = contract.CharterFact(
    id=_CHARTER,
    version=5,
    kind="leitbild",
    editions=(
        contract.Edition(
            number=1, title="Leitbild", url="https://papiere.example.org/leitbild-1.pdf", adopted_on="2023-03-14"
        ),
        contract.Edition(
            number=2,
            title="Leitbild, zweite Fassung",
            text=_LEITBILD,
            url="https://papiere.example.org/leitbild-2.pdf",
            adopted_on="2026-11-14",
            meeting=RETREAT,
        ),
    ),
    assents=(
        contract.Assent(organisation=THIRD, edition=1, on="2023-04-02"),
        contract.Assent(organisation=ORGANISATION, edition=2, on="2026-11-20"),
    ),
    updated_at="2026-11-20T15:00:00.000Z",
)

SAMPLES: Final[dict[str, Contract]] = {
    contract.SET: _SET,
    contract.RETIRE: contract.RetireGoal(id=_GOAL, reason=_RETIRED_BECAUSE),
    contract.MEASURE: contract.MeasureIndicator(
        id=_GOAL, indicator="gastgeber", value=5.0, on="2026-11-01", note="Mülsen und Werdau sind dazugekommen."
    ),
    contract.REVIEW: contract.ReviewGoal(
        id=_GOAL,
        version=5,
        meeting=RETREAT,
        on="2026-11-14",
        judgement="at-risk",
        reasons=_REASONS,
        targets=(_NEW_TARGET,),
    ),
    contract.ADOPT: contract.AdoptCharter(
        id=_CHARTER,
        kind="leitbild",
        title="Leitbild, zweite Fassung",
        text=_LEITBILD,
        url="https://papiere.example.org/leitbild-2.pdf",
        on="2026-11-14",
        meeting=RETREAT,
    ),
    contract.ASSENT: contract.AssentToCharter(id=_CHARTER, organisation=ORGANISATION, edition=2),
    contract.GOAL_SET: _FACT.model_copy(
        update={"version": 3, "reviews": (), "changed": ("title",), "updated_at": "2026-08-03T10:00:00.000Z"}
    ),
    contract.GOAL_MEASURED: _FACT.model_copy(update={"version": 5, "reviews": (), "changed": ("indicators",)}),
    contract.GOAL_REVIEWED: _FACT,
    contract.GOAL_RETIRED: _FACT.model_copy(
        update={
            "version": 7,
            "status": "retired",
            "retired_because": _RETIRED_BECAUSE,
            "changed": ("status", "retired_because"),
        }
    ),
    contract.ADOPTED: _CHARTER_FACT.model_copy(
        update={"version": 4, "assents": _CHARTER_FACT.assents[:1], "updated_at": "2026-11-16T09:10:00.000Z"}
    ),
    contract.ASSENTED: _CHARTER_FACT,
}
