"""White spots: where nobody of the alliance can be asked about a topic, or where five and more found nobody."""

from datetime import date

from services.gateway.referrals.white_spots import white_spots
from shared.places import places
from shared.routing.directory import Directory
from shared.routing.network import Network
from shared.routing.rules import Rules

ZWICKAU, WERDAU = "14524330", "14524300"
TODAY = date(2026, 11, 27)


def directory(*networks: Network) -> Directory:
    """These networks."""
    found = Directory(Rules(), places())
    for one in networks:
        found.put(one)
    return found


def network(id_: str, *municipalities: str, topics: tuple[str, ...] = (), takes: str = "seek-help") -> Network:
    """A network in these municipalities."""
    return Network(id_, id_.title(), frozenset({takes}), municipalities, topics=frozenset(topics))


def spots(found: Directory, unanswered: dict[tuple[str, str], int] | None = None) -> dict[tuple[str, str], int | None]:
    """The white spots of Zwickau and Werdau for two topics."""
    two = [place for place in places().items if place.ags in (ZWICKAU, WERDAU)]
    given = white_spots(found, two, ("demokratie", "integration"), unanswered or {}, TODAY)
    return {(one.place.ags, one.topic): one.unanswered for one in given}


def test_a_network_covers_its_municipalities_and_topics_and_neighbours_do_not_count() -> None:
    found = directory(network("treff", ZWICKAU, topics=("demokratie",)))
    assert spots(found) == {
        (WERDAU, "demokratie"): None,
        (WERDAU, "integration"): None,
        (ZWICKAU, "integration"): None,
    }


def test_who_names_no_topic_covers_all_of_them_and_who_takes_no_requests_none() -> None:
    assert spots(directory(network("treff", ZWICKAU, WERDAU))) == {}
    assert len(spots(directory(network("treff", ZWICKAU, WERDAU, takes="support")))) == 4


def test_where_five_found_nobody_there_is_one_and_fewer_are_shown_to_nobody() -> None:
    found = directory(network("treff", ZWICKAU, WERDAU))
    assert spots(found, {(ZWICKAU, "demokratie"): 4}) == {}
    assert spots(found, {(ZWICKAU, "demokratie"): 5}) == {(ZWICKAU, "demokratie"): 5}
    assert spots(directory(), {(ZWICKAU, "demokratie"): 4})[ZWICKAU, "demokratie"] is None


def test_they_stand_in_the_order_of_names_and_topics() -> None:
    given = white_spots(directory(), places().items, ("demokratie", "integration"), {}, TODAY)
    names = [one.place.name for one in given]
    assert names == sorted(names)
    assert [one.topic for one in given[:2]] == ["demokratie", "integration"]
    assert len(given) == 2 * len(places().items)
