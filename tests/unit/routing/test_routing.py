"""Who is asked first, by what is said of networks, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shared.places import places
from shared.routing.directory import Directory
from shared.routing.explaining import explain
from shared.routing.network import Load, Network, Wanted, multiplier_of, network_of
from shared.routing.rules import Rules, read_rules, rules
from tests.unit.routing.alliances import TODAY
from tests.unit.web.samples_members import organisation, passive

ZWICKAU, WERDAU, MUELSEN, GLAUCHAU = "14524330", "14524300", "14524200", "14524080"
ALL = frozenset(("offer-help", "seek-help", "question", "support"))
ASKS = Wanted("question", ZWICKAU, frozenset({"integration"}))


def network(id_: str, **said: object) -> Network:
    return replace(Network(id=id_, name=id_.title(), takes=ALL), **said)  # type: ignore[arg-type]


def asked(wanted: Wanted, *known: Network, given: Rules | None = None, **busy: Load) -> list[str]:
    directory = Directory(given or rules(), places())
    for one in known:
        directory.put(one)
    return [one.network.id for one in directory.candidates(wanted, busy, TODAY)]


def test_who_names_the_municipality_comes_before_circle_district_neighbour_and_who_names_no_area() -> None:
    known = [
        network("region"),
        network("neighbour", municipalities=(WERDAU,)),
        network("district", districts=("14524",)),
        network("circle", around=((GLAUCHAU, 20.0),)),
        network("municipality", municipalities=(ZWICKAU,)),
    ]
    assert asked(ASKS, *known) == ["municipality", "circle", "district", "neighbour", "region"]


def test_the_nearest_neighbour_comes_first_and_who_is_too_far_is_not_asked() -> None:
    far = network("far", municipalities=("14524240",))
    known = [network("glauchau", municipalities=(GLAUCHAU,)), network("werdau", municipalities=(WERDAU,)), far]
    assert asked(ASKS, *known, given=Rules(neighbour_km=10.0)) == ["werdau"]
    found = asked(ASKS, *known, given=Rules(neighbour_km=15.0))
    assert found == ["werdau", "glauchau"]


def test_among_those_equally_near_topics_count_then_languages_load_and_who_was_not_asked_for_longest() -> None:
    here = network("here", municipalities=(ZWICKAU,), topics=frozenset({"integration"}), languages=frozenset({"de"}))
    wanted = replace(ASKS, topics=frozenset({"integration", "demokratie"}), languages=frozenset({"de", "ar"}))
    both = replace(here, id="both", topics=wanted.topics)
    arabic = replace(here, id="arabic", languages=wanted.languages)
    assert asked(wanted, here, arabic, both) == ["both", "arabic", "here"]

    other = replace(here, id="other")
    assert asked(wanted, here, other, here=Load(open=1)) == ["other", "here"]
    long_ago, lately = (Load(last_asked=datetime(2026, month, 1, tzinfo=UTC)) for month in (3, 11))
    assert asked(wanted, here, other, here=lately, other=long_ago) == ["other", "here"]
    assert asked(wanted, here, other, here=lately) == ["other", "here"]


def test_load_counts_in_relation_to_what_a_network_can_care_for() -> None:
    large = network("large", municipalities=(ZWICKAU,), capacity=10)
    small = network("small", municipalities=(ZWICKAU,), capacity=2)
    assert asked(ASKS, large, small, large=Load(open=3), small=Load(open=1)) == ["large", "small"]


@pytest.mark.parametrize(
    ("said", "is_asked"),
    [
        ({"takes": frozenset({"offer-help"})}, False),
        ({"topics": frozenset({"demokratie"})}, False),
        ({"topics": frozenset()}, True),
        ({"languages": frozenset({"ar"})}, False),
        ({"languages": frozenset()}, True),
        ({"capacity": 0}, False),
        ({"paused_until": TODAY}, False),
        ({"paused_until": date(2026, 12, 1)}, True),
    ],
)
def test_what_a_network_says_of_itself_decides_whether_it_is_asked(said: dict[str, object], *, is_asked: bool) -> None:
    wanted = replace(ASKS, languages=frozenset({"de"}))
    assert bool(asked(wanted, network("one", municipalities=(ZWICKAU,), **said))) is is_asked


def test_active_members_are_networks_with_what_they_say_and_others_are_not() -> None:
    found = network_of(organisation(takes=None, paused_until=None))
    assert found is not None
    assert found.takes == {"offer-help", "seek-help", "question"}
    assert found.around == ((ZWICKAU, 12.5),)
    assert network_of(organisation(takes=["support"], paused_until="2027-01-31")) == replace(
        found, takes=frozenset({"support"}), paused_until=date(2027, 1, 31)
    )
    assert network_of(passive()) is None


def test_multipliers_that_are_available_and_qualified_can_be_asked_as_moderators_and_for_nothing_else() -> None:
    qualified = {"qualification": "moderation", "since": "2025-01-17", "until": "2027-01-16"}
    fact = {
        "id": "6b1f0c9e-2222-5222-8333-444455556666",
        "status": "available",
        "topics": ["integration"],
        "area": {"municipalities": [MUELSEN], "districts": [], "around": [{"ags": ZWICKAU, "radius_km": 10.0}]},
        "languages": ["de"],
        "qualifications": [qualified, {**qualified, "qualification": "mediation", "until": "2026-12-31"}],
    }
    found = multiplier_of(fact)
    assert found is not None
    assert (set(found.takes), found.qualified_until) == ({"moderator"}, date(2027, 1, 16))
    assert (found.municipalities, found.around) == ((MUELSEN,), ((ZWICKAU, 10.0),))
    assert multiplier_of(fact | {"qualifications": [{**qualified, "until": None}]}) == replace(
        found, qualified_until=None
    )
    for status in ("away", "expired", "retired"):
        assert multiplier_of(fact | {"status": status}) is None
    assert multiplier_of(fact | {"qualifications": []}) is None


def test_who_is_not_qualified_any_more_on_the_day_of_the_occasion_is_not_asked_however_near() -> None:
    near = network("near", municipalities=(ZWICKAU,), takes=frozenset({"moderator"}), is_multiplier=True)
    near = replace(near, qualified_until=date(2027, 1, 16))
    far = replace(near, id="far", municipalities=(WERDAU,), qualified_until=None)
    wanted = Wanted("moderator", ZWICKAU, on=date(2027, 1, 16))
    assert asked(wanted, near, far) == ["near", "far"]
    assert asked(replace(wanted, on=date(2027, 1, 17)), near, far) == ["far"]
    assert asked(replace(wanted, on=None), near, far) == ["near", "far"]
    assert asked(replace(wanted, on=None), replace(near, qualified_until=date(2026, 12, 1))) == []


def test_a_choice_explains_itself_by_codes_and_values() -> None:
    directory = Directory(rules(), places())
    said = {"topics": frozenset({"integration"}), "languages": frozenset({"de", "ar"}), "capacity": 5}
    directory.put(network("naming", municipalities=(MUELSEN,), **said))
    directory.put(network("around", around=((ZWICKAU, 15.0),)))
    wanted = Wanted("question", MUELSEN, frozenset({"integration"}), frozenset({"ar"}))
    first = directory.candidates(wanted, {"naming": Load(open=3)}, TODAY)[0]
    assert [(one.code, one.values) for one in explain(first, places())] == [
        ("area-municipality", {"place": "Mülsen"}),
        ("topics", {"topics": "integration"}),
        ("languages", {"languages": "ar"}),
        ("free", {"free": 2, "capacity": 5}),
    ]
    (second,) = directory.candidates(replace(wanted, languages=frozenset(), excluded=frozenset({"naming"})), {}, TODAY)
    assert [(one.code, one.values) for one in explain(second, places())] == [
        ("area-circle", {"place": "Zwickau", "km": 6}),
        ("free", {"free": 5, "capacity": 5}),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('steps = ["municipality", "galaxy"]', "galaxy"),
        ('criteria = ["mood"]', "mood"),
        ("steps = []", "steps"),
        ("capacity = 0", "capacity"),
        ("multiplier_capacity = 0", "capacity"),
        ("weights = 3", "weights"),
    ],
)
def test_rules_that_cannot_be_are_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "routing.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_rules(file)


def test_an_alliance_may_ask_nobody_beyond_its_district() -> None:
    known = [network("neighbour", municipalities=(WERDAU,)), network("region")]
    assert asked(ASKS, *known, given=Rules(steps=("municipality", "district"))) == []
