"""The gateway is laid out by subject: each stands for itself, on what all of them use."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
GATEWAY = REPOSITORY / "services" / "gateway"
SUBJECTS = {"calendar", "goals", "meetings", "members", "partners", "referrals"}
IMPORTED = re.compile(r"^from services\.gateway\.(\w+)([\w.]*) import (.+)$", re.MULTILINE)
# What joins the subjects: the table of all writes, the description of the interface, the parts of a running gateway.
JOINS = {"common/requests/table.py", "common/openapi/examples.py", "common/context.py"}


def imports(part: str) -> list[tuple[str, str, str]]:
    """Which subject each module below ``part`` imports from: its path, the subject, and what it imports."""
    return [
        (file.relative_to(GATEWAY).as_posix(), subject, f"{module}.{names}")
        for file in sorted((GATEWAY / part).rglob("*.py"))
        for subject, module, names in IMPORTED.findall(file.read_text(encoding="utf-8"))
        if subject in SUBJECTS
    ]


def test_there_is_a_folder_for_each_subject() -> None:
    assert {folder.name for folder in GATEWAY.iterdir() if folder.is_dir()} >= SUBJECTS | {"common", "migrations"}


def test_at_its_top_the_gateway_is_seen_at_a_glance() -> None:
    """Not counting what Python itself needs: its cache, ``__init__`` and ``__main__``."""
    assert len([entry for entry in GATEWAY.iterdir() if not entry.name.startswith("__")]) <= 12


def test_no_subject_imports_another() -> None:
    foreign = [found for subject in SUBJECTS for found in imports(subject) if found[1] != subject]
    assert foreign == []


def test_what_all_subjects_use_knows_none_of_them() -> None:
    assert {file for file, _, _ in imports("common")} <= JOINS
