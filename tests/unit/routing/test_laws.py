"""One decision, fair and the same however the networks came to be known."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.places import places
from shared.routing.directory import Directory
from shared.routing.network import Kind, Load, Network, Wanted
from shared.routing.rules import rules
from tests.support.laws import examples
from tests.unit.routing import plain
from tests.unit.routing.alliances import KINDS, MODERATOR, TODAY, alliances, loads, networks, requests


def directory(known: Iterable[Network]) -> Directory:
    found = Directory(rules(), places())
    for network in known:
        found.put(network)
    return found


def order(known: Iterable[Network], wanted: Wanted, busy: Mapping[str, Load]) -> list[str]:
    return [one.network.id for one in directory(known).candidates(wanted, busy, TODAY, most=99)]


@given(alliances(), requests(), loads)
@examples(300)
def test_the_index_decides_as_a_plain_scan_of_all_networks(
    known: list[Network], wanted: Wanted, busy: dict[str, Load]
) -> None:
    surroundings = Directory(rules(), places()).surroundings
    assert order(known, wanted, busy) == plain.chosen(known, wanted, busy, TODAY, rules(), places(), surroundings)


@given(alliances(), requests(), loads)
@examples(200)
def test_nobody_is_asked_who_is_paused_full_excluded_or_does_not_take_it(
    known: list[Network], wanted: Wanted, busy: dict[str, Load]
) -> None:
    for one in directory(known).candidates(wanted, busy, TODAY, most=99):
        network = one.network
        assert wanted.kind in network.takes
        assert network.id not in wanted.excluded
        assert network.paused_until is None or network.paused_until < TODAY
        assert one.free >= 1
        assert one.free == one.capacity - busy.get(network.id, Load()).open
        assert not wanted.topics or not network.topics or one.topics
        assert not wanted.languages or one.languages


@given(alliances(), requests(), loads)
@examples(200)
def test_a_moderator_is_a_multiplier_who_is_qualified_today_and_on_the_day_of_the_occasion(
    known: list[Network], wanted: Wanted, busy: dict[str, Load]
) -> None:
    for one in directory(known).candidates(wanted, busy, TODAY, most=99):
        assert one.network.is_multiplier is (wanted.kind == MODERATOR)
        until = one.network.qualified_until
        assert until is None or until >= TODAY
        assert until is None or wanted.on is None or until >= wanted.on
        assert wanted.kind != MODERATOR or one.capacity == rules().multiplier_capacity


@given(alliances(), requests(), loads)
@examples(200)
def test_never_a_wider_area_while_a_nearer_one_fits(
    known: list[Network], wanted: Wanted, busy: dict[str, Load]
) -> None:
    steps = [rules().steps.index(one.step) for one in directory(known).candidates(wanted, busy, TODAY, most=99)]
    assert steps == sorted(steps)


@given(alliances(), requests(), loads, st.randoms(use_true_random=False))
@examples(150)
def test_in_whatever_order_networks_become_known_change_and_go_the_decision_is_the_same(
    known: list[Network], wanted: Wanted, busy: dict[str, Load], chance: random.Random
) -> None:
    shuffled = chance.sample(known, len(known))
    found = Directory(rules(), places())
    for network in known:
        found.put(replace(network, topics=frozenset({"demokratie"}), municipalities=(), capacity=1))
    found.put(Network(id="gone", name="Fort", takes=frozenset(KINDS)))
    for network in shuffled:
        found.put(network)
    found.remove("gone")
    found.remove("never there")
    assert len(found) == len(known)
    assert [one.network.id for one in found.candidates(wanted, busy, TODAY, most=99)] == order(known, wanted, busy)


@given(alliances(), requests(), loads, networks("worse"))
@examples(150)
def test_a_worse_candidate_never_changes_the_choice(
    known: list[Network], wanted: Wanted, busy: dict[str, Load], other: Network
) -> None:
    before = order(known, wanted, busy)
    after = order([*known, other], wanted, busy)
    assert [id_ for id_ in after if id_ != "worse"] == before
    if before and after[0] != "worse":
        assert after[0] == before[0]


@given(alliances(), requests(), loads, st.integers(0, 6))
@examples(100)
def test_of_fewer_the_first_are_the_same(
    known: list[Network], wanted: Wanted, busy: dict[str, Load], most: int
) -> None:
    few = [one.network.id for one in directory(known).candidates(wanted, busy, TODAY, most=most)]
    assert few == order(known, wanted, busy)[:most]


@given(st.integers(2, 6), st.integers(1, 40), st.integers(0, 1_000), st.sampled_from(["question", MODERATOR]))
@examples(60)
def test_among_equals_the_load_differs_by_at_most_one(count: int, asked: int, seed: int, kind: Kind) -> None:
    equal = Network(id="", name="", takes=frozenset({kind}), municipalities=("14524330",), capacity=100)
    found = directory(replace(equal, id=f"n{number}") for number in range(count))
    busy: dict[str, Load] = {}
    now = datetime(2026, 12, 1, tzinfo=UTC)
    for number in range(asked):
        wanted = Wanted(kind, "14524330", seed=f"{seed} {number}")
        first = found.candidates(wanted, busy, TODAY, most=1)[0].network.id
        busy[first] = Load(busy.get(first, Load()).open + 1, now + timedelta(minutes=number))
    counts = Counter({f"n{number}": busy.get(f"n{number}", Load()).open for number in range(count)})
    assert max(counts.values()) - min(counts.values()) <= 1
