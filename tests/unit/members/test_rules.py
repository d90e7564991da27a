"""The rules are a file that people write: what is wrong in it is said with its place."""

from pathlib import Path
from typing import Any

import pytest

from services.members.rules import DEFAULT, RulesError, read_rules

GOOD = DEFAULT.read_text(encoding="utf-8")


def read(folder: Path, text: str | bytes) -> Any:
    file = folder / "rules.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_rules(str(file), "Europe/Berlin")


def test_without_a_file_the_first_alliance_s_rules_hold() -> None:
    rules = read_rules(None, "Europe/Berlin")

    assert rules.zone.key == "Europe/Berlin"
    assert (rules.activity.last_meetings, rules.activity.meetings_needed, rules.activity.months) == (3, 1, 12)
    assert rules.activity.weights == {"present": 1, "online": 1, "excused": 0.5, "absent": 0}
    assert {"event", "referral"} < rules.activity.contribution_kinds
    assert "working-group" not in rules.activity.meeting_kinds


def test_another_file_gives_another_rule(tmp_path: Path) -> None:
    text = GOOD.replace("last = 3 ", "last = 6 ").replace("excused = 0.5", "excused = 0.25").replace("= 12", "= 24")

    rule = read(tmp_path, text).activity

    assert (rule.last_meetings, rule.weights["excused"], rule.months) == (6, 0.25, 24)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[activity]", "[activities]", "activity.newcomer_months is required"),
        ("[activity.meetings]", "[activity.sessions]", "activity.meetings is required"),
        ("remind_days", "reminder_days", "activity.remind_days is required"),
        ("needed = 1\nmonths", "need = 1\nmonths", "activity.contributions.needed is required"),
        ("last = 3 ", "last = 0 ", "activity.meetings.last "),
        ("last = 3 ", 'last = "three" ', "activity.meetings.last "),
        ("months = 12", "months = 0", "activity.contributions.months "),
        ("newcomer_months = 6 ", "newcomer_months = -1 ", "activity.newcomer_months "),
        ("newcomer_months = 6 ", "newcomer_months = 1.5 ", "activity.newcomer_months "),
        ('["session", "retreat"]', '"session"', "activity.meetings.kinds "),
        ('["session", "retreat"]', '["sessions"]', "activity.meetings.kinds"),
        ('"knowledge"', '"knowlege"', "activity.contributions.kinds"),
        ("excused = 0.5", "sorry = 0.5", "activity.meetings.weights"),
        ("excused = 0.5", "excused = -1", "activity.meetings.weights.excused "),
        ("{ present = 1, online = 1, excused = 0.5, absent = 0 }", "[1, 1, 0.5, 0]", "activity.meetings.weights "),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD

    with pytest.raises(RulesError) as refused:
        read(tmp_path, GOOD.replace(old, new))

    assert said in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / "rules.toml"))


@pytest.mark.parametrize("text", ["[activity", b"\xff\xfe", ""])
def test_what_is_no_file_of_rules_is_refused_with_its_name(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(RulesError, match=r"rules\.toml: "):
        read(tmp_path, text)


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"none\.toml: "):
        read_rules(str(tmp_path / "none.toml"), "Europe/Berlin")
