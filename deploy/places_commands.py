"""``buendnisbus places …``: the municipalities that an alliance knows, made from public sources."""

from pathlib import Path
from typing import Annotated

import orjson
import typer

from deploy import gazetteer
from deploy.gazetteer import GazetteerError, Layout, Sources
from shared.commands.show import Json, console, error_console, fail

app = typer.Typer(no_args_is_help=True, help="Municipalities with their postal codes.")

_SHOWN = 10


@app.command("import")
def import_(
    out: Annotated[Path, typer.Option(help="The file to write, for PLACES_FILE.")],
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE…", help="Either kind, told apart by their contents.")
    ] = None,
    geonames: Annotated[
        list[Path] | None, typer.Option(help="Postal codes by GeoNames: DE.zip or DE.txt.", metavar="FILE")
    ] = None,
    register: Annotated[
        list[Path] | None,
        typer.Option(help="Register of municipalities by Destatis: GV100AD as .txt or .zip.", metavar="FILE"),
    ] = None,
    district: Annotated[
        list[str] | None, typer.Option(help="Beginning of municipality keys, such as 14524; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a file of places from public sources: postal codes by GeoNames, municipalities by Destatis.

    Lines that are wrong are left out and named. Both sources ask to be credited where the places are shown.
    """
    districts = tuple(district or ())
    if wrong := [one for one in districts if not one.isascii() or not one.isdigit() or len(one) > 8]:
        raise fail(f"--district {wrong[0]}: a key has up to eight digits")
    given: list[tuple[Path, Layout | None]] = [(file, None) for file in files or ()]
    given += [(file, "geonames") for file in geonames or ()]
    given += [(file, "register") for file in register or ()]
    if not given:
        raise fail("name at least one file; see --help")
    sources = Sources()
    try:
        for file, layout in given:
            _read(sources, file, layout, districts)
        found = gazetteer.join(sources)
        if not found.places:
            raise fail("nothing could be joined; is the district right, and are both files of the same country?")
        gazetteer.write(out, found.places)
    except (OSError, GazetteerError) as error:
        raise fail(str(error)) from None
    report = {
        "file": str(out),
        "places": len(found.places),
        "postal_codes": len({code for place in found.places for code in place.postal_codes}),
        "rows": len(sources.rows),
        "wrong": sources.wrong,
        "rows_left": found.rows_left,
        "municipalities_left": found.municipalities_left,
    }
    if as_json:
        typer.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode())
        return
    _tell("Lines left out", sources.wrong)
    _tell("Postal codes of no municipality", found.rows_left)
    _tell("Municipalities without postal code", found.municipalities_left)
    console.print(
        f"[green]✓[/] {report['places']} places with {report['postal_codes']} postal codes in {out};"
        f" use it with PLACES_FILE={out.resolve()}",
        soft_wrap=True,
    )


def _read(sources: Sources, file: Path, layout: Layout | None, districts: tuple[str, ...]) -> None:
    text = gazetteer.read_text(file)
    known = layout or gazetteer.layout_of(text)
    if known is None:
        raise GazetteerError(f"{file}: neither postal codes by GeoNames nor a GV100AD register")
    count = gazetteer.read(sources, file.name, text, known, districts)
    what = "postal codes" if known == "geonames" else "municipalities"
    error_console.print(f"→ {file}: {count} {what} read", soft_wrap=True)


def _tell(what: str, lines: list[str]) -> None:
    if lines:
        error_console.print(f"[yellow]![/] {what}: {len(lines)}")
        for line in lines[:_SHOWN]:
            error_console.print(f"  {line}", markup=False, soft_wrap=True)
        if len(lines) > _SHOWN:
            error_console.print("  … all of them with --json")
