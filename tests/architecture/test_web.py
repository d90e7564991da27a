"""The pages are laid out by the gateway's subjects, and every form of theirs acts once."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
WEB = REPOSITORY / "services" / "web"
SUBJECTS = {"calendar", "goals", "meetings", "members", "partners", "referrals"}


def test_there_is_a_folder_for_each_subject_with_modules_of_the_same_names() -> None:
    assert {folder.name for folder in WEB.iterdir() if folder.is_dir()} >= SUBJECTS
    for subject in SUBJECTS:
        modules = {file.name for file in (WEB / subject).glob("*.py")}
        assert modules & {"routes.py", "office.py"}, subject
        assert modules & {"pages.py", "office_pages.py"}, subject


def test_every_template_stands_with_its_subject() -> None:
    folders = {file.parent.name for file in (WEB / "templates").rglob("*.html")} - {"templates"}
    assert folders <= SUBJECTS | {"office", "sessions", "site"}


def test_the_client_alone_knows_how_the_gateway_is_asked() -> None:
    others = [file for file in WEB.rglob("*.py") if file.name != "client.py"]
    assert [
        file.name for file in others if re.search(r"^import httpx|^from httpx", file.read_text(), re.MULTILINE)
    ] == []


def test_every_form_of_the_office_names_its_session_and_its_page() -> None:
    """What stands in macros counts too: each of them is in the one template that shows its form."""
    hidden = 'name="csrf" value="{{ frame.token }}"><input type="hidden" name="form_key" value="{{ frame.key }}"'
    found = 0
    for file in (WEB / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert text.count('name="csrf"') == text.count(hidden), file.name
        found += text.count(hidden)
    assert found >= 8
