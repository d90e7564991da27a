"""Networks and requests of any kind, in the region of the first alliance, for the laws of routing."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from shared.places import places
from shared.routing.network import Load, Network, Wanted

TODAY = date(2026, 12, 2)
KINDS = ("offer-help", "seek-help", "question", "support")
MODERATOR = "moderator"
AGS = [place.ags for place in places().items]
TOPICS = ("integration", "demokratie", "weiterbildung")
LANGUAGES = ("de", "ar", "uk")

# Few of each, so that networks and requests meet.
towns = st.sampled_from(AGS[:8])
topics = st.frozensets(st.sampled_from(TOPICS), max_size=2)
languages = st.frozensets(st.sampled_from(LANGUAGES), max_size=2)
days = st.sampled_from([None, None, date(2026, 12, 1), TODAY, date(2027, 1, 20), date(2027, 1, 21)])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))


@st.composite
def networks(draw: st.DrawFn, id_: str) -> Network:
    """A network that takes almost everything, as most do."""
    return Network(
        id=id_,
        name=f"Netzwerk {id_}",
        takes=draw(st.frozensets(st.sampled_from(KINDS), min_size=2)),
        municipalities=tuple(draw(st.lists(towns, max_size=2, unique=True))),
        districts=draw(st.sampled_from([(), (), ("14524",), ("14521",)])),
        around=tuple(draw(st.lists(st.tuples(towns, st.floats(1, 30)), max_size=1))),
        topics=draw(topics),
        languages=draw(languages),
        capacity=draw(st.none() | st.integers(0, 4)),
        paused_until=draw(st.sampled_from([None, None, date(2026, 12, 1), TODAY])),
    )


@st.composite
def multipliers(draw: st.DrawFn, id_: str) -> Network:
    """A person who can be asked as moderator, as long as a qualification is valid."""
    like = draw(networks(id_))
    one = replace(like, name="", takes=frozenset({MODERATOR}), capacity=None, paused_until=None)
    return replace(one, is_multiplier=True, qualified_until=draw(days))


@st.composite
def alliances(draw: st.DrawFn) -> list[Network]:
    """Up to a dozen networks, some of which are multipliers, with ids of their own."""
    ids = [f"n{number}" for number in range(draw(st.integers(0, 12)))]
    return [draw(multipliers(id_) if draw(st.booleans()) else networks(id_)) for id_ in ids]


@st.composite
def requests(draw: st.DrawFn) -> Wanted:
    """A request for help."""
    return Wanted(
        kind=draw(st.sampled_from((*KINDS, MODERATOR, MODERATOR))),
        ags=draw(towns),
        topics=draw(topics),
        languages=draw(languages),
        seed=draw(st.text(max_size=3)),
        excluded=draw(st.frozensets(st.sampled_from(["n0", "n1"]), max_size=1)),
        on=draw(days),
    )


loads = st.dictionaries(
    st.sampled_from([f"n{number}" for number in range(12)]),
    st.builds(Load, open=st.integers(0, 4), last_asked=st.none() | moments),
    max_size=12,
)
