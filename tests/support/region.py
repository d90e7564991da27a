"""The region folder, which lies beside the repository where there is one; tests that need it are skipped elsewhere."""

import csv
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


def germany() -> list[dict[str, str]]:
    """Postal code, place and municipality for all of Germany: 12,488 rows."""
    found = rows_of_germany()
    if found is None:
        pytest.skip("the folder with the region's data is not there (../shared/region)")
    return found


def rows_of_germany() -> list[dict[str, str]] | None:
    """The same; None where the folder is not there."""
    for shared in (_ROOT.parent / "shared", _ROOT.parent.parent / "shared", Path("/work/shared")):
        file = shared / "region" / "germany_postal_codes.csv"
        if file.exists():
            with file.open(encoding="utf-8", newline="") as source:
                return list(csv.DictReader(source))
    return None
