"""The file of goals is read level by level, and whatever is wrong with it is told."""

import orjson
import pytest

from services.members.commands.goal_file import GoalFileError, read_goals
from shared.contracts.members import goal_id

TOML = """
[[goals]]
key = "1"
title = "Mehr Menschen machen mit"

[[goals.goals]]
key = "1.1"
title = "In allen Orten"
responsible = ["buntes-haus"]

[[goals.goals.goals]]
key = "1.1.1"
title = "Offene Treffen"

[[goals.goals.goals.indicators]]
id = "treffen"
title = "Treffen im Jahr"
target = 40
due = 2027-12-31
counted = { what = "events", topic = "demokratie" }

[[goals]]
key = "1.2"
title = "Später dazu"
parent = "1"
level = "measure"
"""


def test_goals_come_after_what_they_serve() -> None:
    levels = read_goals(TOML.encode(), is_toml=True)

    assert [[goal.key for goal in level] for level in levels] == [["1"], ["1.1", "1.2"], ["1.1.1"]]
    [[guiding], [intermediate, later], [measure]] = levels
    assert (guiding.level, intermediate.level, later.level, measure.level) == (
        "guiding",
        "intermediate",
        "measure",
        "measure",
    )
    assert (measure.id, measure.parent) == (str(goal_id("1.1.1")), str(goal_id("1.1")))
    assert later.parent == guiding.id
    assert (measure.indicators[0].due, measure.indicators[0].counted and measure.indicators[0].counted.topic) == (
        "2027-12-31",
        "demokratie",
    )


def test_json_says_the_same() -> None:
    document = {"goals": [{"key": "1", "title": "A", "goals": [{"key": "1.1", "title": "B"}]}]}

    by_name = read_goals(orjson.dumps(document), is_toml=False)
    as_list = read_goals(orjson.dumps(document["goals"]), is_toml=False)

    assert by_name == as_list
    assert [[goal.key for goal in level] for level in by_name] == [["1"], ["1.1"]]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("[]", "holds no list"),
        ("{", "is no JSON"),
        ('[{"title": "A"}]', "goal 1 at the top: needs a key"),
        ('[{"key": "1", "title": "A", "goals": [{"title": "B"}]}]', "goal 1 below 1: needs a key"),
        ('[{"key": "1", "titel": "A"}]', "goal 1: there is no titel; known are"),
        ('[{"key": "1"}]', "goal 1: title is required"),
        ('[{"key": "1", "title": "A"}, {"key": "1", "title": "B"}]', "goal 1: stands there twice"),
        ('[{"key": "1", "title": "A", "parent": "2"}, {"key": "2", "title": "B", "parent": "1"}]', "is its own parent"),
        ('[{"key": "1", "title": "A", "goals": 3}]', "goals is no list"),
    ],
)
def test_what_is_wrong_is_told(document: str, said: str) -> None:
    with pytest.raises(GoalFileError) as told:
        read_goals(document.encode(), is_toml=False)

    assert said in str(told.value)
