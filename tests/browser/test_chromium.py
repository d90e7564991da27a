"""Which browser is used, and what happens where there is none."""

from pathlib import Path

import pytest

from tests.browser import chromium


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_a_browser_on_the_path_is_found_under_any_of_its_names(tmp_path: Path) -> None:
    for name in reversed(chromium.NAMES):
        expected = program(tmp_path, name)
        assert chromium.installed({"PATH": str(tmp_path)}) == expected


def test_the_browser_that_is_asked_for_goes_before_others(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    own = program(tmp_path, "my-browser")

    assert chromium.installed({"PATH": str(tmp_path), "CHROMIUM": own}) == own


def test_asking_for_a_browser_that_is_not_there_fails(tmp_path: Path) -> None:
    program(tmp_path, "chromium")

    with pytest.raises(pytest.fail.Exception, match="CHROMIUM names /nowhere"):
        chromium.installed({"PATH": str(tmp_path), "CHROMIUM": "/nowhere"})


def test_without_a_browser_tests_are_skipped_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="no browser here: looked for chromium"):
        chromium.installed({"PATH": str(tmp_path)})


def test_without_a_browser_tests_fail_where_one_is_required(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="no browser here"):
        chromium.installed({"PATH": str(tmp_path), "BROWSER_TESTS": "required"})
