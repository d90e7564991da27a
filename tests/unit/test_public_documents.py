"""What everyone may read of a fact, and what is for its organiser and the office alone."""

import orjson

from services.gateway.calendar.documents import item_base, public
from shared.contracts.events import EVENT_REFUSED
from shared.contracts.released.samples import SAMPLES

FOR_THE_ORGANISER = {"partner", "visibility", "refused_because"}
OF_THE_LAST_CHANGE = {"changed", "previous"}


def test_nothing_public_says_what_is_for_the_organiser_and_the_office() -> None:
    fact = SAMPLES[EVENT_REFUSED].model_dump(mode="json")
    assert fact.keys() >= FOR_THE_ORGANISER
    assert not public(fact).keys() & FOR_THE_ORGANISER
    assert not orjson.loads(f"{{{item_base(fact)}}}").keys() & (FOR_THE_ORGANISER | OF_THE_LAST_CHANGE)
