"""Places of any region come out of two public sources; a line that is wrong stops none of the others."""

from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any
from zipfile import ZipFile

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from deploy.cli import app
from deploy.gazetteer import Sources, read
from shared.places import read_places
from tests.support.region import germany


def postal_line(code: str, place: str, key: str, latitude: str = "50.7", longitude: str = "12.4") -> str:
    return f"DE\t{code}\t{place}\tSachsen\tSN\t\t00\tZwickau\t{key}\t{latitude}\t{longitude}\t4"


def register_line(key: str, name: str, seat: str = "") -> str:
    return f"{f'6020230131{key}0000{name:<50}':<165}{seat:<54}"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["places", "import", *map(str, arguments)])


def imported(folder: Path, postal: list[str], register: list[str], *options: str) -> tuple[list[Any], dict[str, Any]]:
    """The places that were written, and the report."""
    (folder / "DE.txt").write_text("\n".join(postal), encoding="utf-8")
    (folder / "GV100AD.txt").write_text("\n".join(register), encoding="utf-8")
    out = folder / "places.csv"
    done = run(folder / "DE.txt", folder / "GV100AD.txt", "--out", out, "--json", *options)
    assert done.exit_code == 0, done.output
    return read_places(out).items, orjson.loads(done.stdout)


@pytest.mark.parametrize("key_length", [5, 8])
def test_all_of_germany_becomes_places_whether_keys_are_of_districts_or_municipalities(
    key_length: int, tmp_path: Path
) -> None:
    rows = germany()
    expected: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        expected[row["ags"]][row["postal_code"]].append((float(row["latitude"]), float(row["longitude"])))
    names = {row["ags"]: (row["municipality"], row["postal_code"]) for row in reversed(rows)}
    with ZipFile(tmp_path / "DE.zip", "w") as archive:
        lines = [
            postal_line(row["postal_code"], row["place"], row["ags"][:key_length], row["latitude"], row["longitude"])
            for row in rows
        ]
        archive.writestr("readme.txt", "Readme for GeoNames Postal Code files\t" * 100_000)
        archive.writestr("DE.txt", "\n".join(lines))
    # The districts and states of the register, which are no municipalities, stand between them.
    register = ["1020230131" + "14" + " " * 10 + "Sachsen", "4020230131" + "14524" + " " * 7 + "Zwickau"]
    register += [register_line(key, f"{name}, Stadt", seat) for key, (name, seat) in sorted(names.items())]
    (tmp_path / "GV100AD.txt").write_bytes("\r\n".join(register).encode("iso-8859-1", "replace"))

    out = tmp_path / "places.csv"
    options = ("--geonames", tmp_path / "DE.zip", "--register", tmp_path / "GV100AD.txt", "--out", out, "--json")
    done = run(*options)

    assert done.exit_code == 0, done.output
    report = orjson.loads(done.stdout)
    assert (report["rows"], report["wrong"], report["municipalities_left"]) == (12_488, [], [])
    written = {place.ags: place for place in read_places(out).items}
    assert written.keys() == expected.keys()
    assert len(report["rows_left"]) <= (0 if key_length == 8 else 6)
    right = [key for key, codes in expected.items() if set(written[key].postal_codes) == codes.keys()]
    assert len(right) >= len(expected) - (0 if key_length == 8 else 3)
    for key in right:
        middle = fmean(fmean(one[0] for one in points) for points in expected[key].values())
        if key_length == 8:
            assert written[key].latitude == pytest.approx(middle, abs=1e-4)
    assert written["14524330"].name == "Zwickau"


def test_a_district_is_cut_out_by_its_key(tmp_path: Path) -> None:
    postal = [postal_line("08056", "Zwickau", "14524"), postal_line("01067", "Dresden", "14612")]
    register = [register_line("14524330", "Zwickau, Stadt"), register_line("14612000", "Dresden, Stadt")]

    found, report = imported(tmp_path, postal, register, "--district", "14524", "--district", "09")

    assert [(place.ags, place.name, place.postal_codes) for place in found] == [("14524330", "Zwickau", ("08056",))]
    assert report["rows_left"] == []


def test_one_bad_line_never_stops_the_rest_and_the_report_says_which_it_was(tmp_path: Path) -> None:
    postal = [
        postal_line("08056", "Zwickau", "14524"),
        "DE\t08058\tZwickau",
        postal_line("8060", "Zwickau", "14524"),
        postal_line("08062", "", "14524"),
        postal_line("08064", "Zwickau", "14524", "fünfzig"),
        postal_line("08066", "Zwickau", "14524", "150"),
        postal_line("08066", "Zwickau", "14524", "nan"),
        postal_line("08066", "Zwickau", "14524").replace("DE", "AT"),
        "",
        postal_line("08412", "Werdau", "14524"),
    ]
    register = [
        register_line("14524330", "Zwickau, Stadt"),
        register_line("1452430x", "Werdau"),
        register_line("14524300", ""),
        "Werdau",
        "60",
        register_line("14524300", "Werdau, Stadt"),
    ]

    found, report = imported(tmp_path, postal, register)

    assert [(place.name, place.postal_codes) for place in found] == [("Werdau", ("08412",)), ("Zwickau", ("08056",))]
    assert [line.split(":")[0] for line in report["wrong"]] == [
        *(f"DE.txt, line {line}" for line in (2, 3, 4, 5, 6, 7)),
        *(f"GV100AD.txt, line {line}" for line in (2, 3, 4, 5)),
    ]


def test_what_belongs_to_no_municipality_and_what_has_no_postal_code_is_reported(tmp_path: Path) -> None:
    postal = [
        postal_line("08393", "Meerane", "14524"),
        postal_line("08393", "Harthau", "14524"),  # a part of one of two
        postal_line("08118", "Stein", "14524"),  # a part of the one whose seat is there
    ]
    register = [
        register_line("14524190", "Meerane, Stadt", "08393"),
        register_line("14524270", "Schönberg", "08393"),
        register_line("14524090", "Hartenstein, Stadt", "08118"),
        register_line("14524999", "Niemandsland", "00001"),
    ]

    found, report = imported(tmp_path, postal, register)

    assert {place.name: place.postal_codes for place in found} == {
        "Meerane": ("08393",),
        "Schönberg": ("08393",),
        "Hartenstein": ("08118",),
    }
    assert report["rows_left"] == ["08393 Harthau (14524)"]
    assert report["municipalities_left"] == ["14524999 Niemandsland"]


def test_without_a_register_the_keys_of_municipalities_do(tmp_path: Path) -> None:
    (tmp_path / "DE.txt").write_text(postal_line("08056", "Zwickau", "14524330"), encoding="utf-8")
    assert run(tmp_path / "DE.txt", "--out", tmp_path / "a.csv").exit_code == 0
    assert read_places(tmp_path / "a.csv").items[0].ags == "14524330"

    (tmp_path / "DE.txt").write_text(postal_line("08056", "Zwickau", "14524"), encoding="utf-8")
    done = run(tmp_path / "DE.txt", "--out", tmp_path / "b.csv")
    assert done.exit_code == 1
    assert "add the register" in done.output.replace("\n", " ")
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 broken", b"\xff\xfe\x00"])
def test_a_file_of_another_kind_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "what.bin"
    file.write_bytes(content)
    done = run(file, "--out", tmp_path / "places.csv")
    assert done.exit_code == 1
    assert "what.bin" in done.output.replace("\n", "")


@pytest.mark.parametrize(
    "arguments", [("--out", "x.csv"), ("missing.txt", "--out", "x.csv"), ("a.txt", "--district", "abc", "--out", "x")]
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    assert done.output.startswith("✗")


@given(st.text(max_size=200), st.sampled_from(["geonames", "register"]))
def test_no_text_breaks_the_reading(text: str, layout: Any) -> None:
    sources = Sources()
    read(sources, "x", text, layout, ())
    assert all(line.startswith("x, line ") for line in sources.wrong)


def test_the_file_that_was_there_stays_until_a_new_one_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "places.csv"
    out.write_text("what was there", encoding="utf-8")
    (tmp_path / "DE.txt").write_text(postal_line("08056", "Zwickau", "14524"), encoding="utf-8")
    assert run(tmp_path / "DE.txt", "--out", out).exit_code == 1
    assert out.read_text(encoding="utf-8") == "what was there"

    imported(tmp_path, [postal_line("08056", "Zwickau", "14524")], [register_line("14524330", "Zwickau")])
    assert len(read_places(out).items) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["DE.txt", "GV100AD.txt", "places.csv"]
