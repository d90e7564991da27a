"""``buendnisbus members multipliers …``: whom a request for a moderator can be passed on to."""

from typing import Annotated, Any
from uuid import uuid4

import typer

from services.members.cli import list_multipliers
from services.members.commands import common
from services.members.commands.common import PersonId, find_person, read, send
from services.members.domain.state import StoredMultiplier
from shared.commands import office
from shared.commands.office import Yes, build, find, given
from shared.commands.show import Json, show
from shared.contracts.members import contributions as contract
from shared.contracts.members.contributions import RegisterMultiplier

app = typer.Typer(no_args_is_help=True, help="Registry of multipliers: register, list, retire.")
_COLUMNS = ["id", "person", "status", "qualifications", "topics", "area", "languages", "availability", "passed_on"]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Show the registry, with who is behind each entry: others see all but that."""
    found = read(list_multipliers)
    rows = [one.model_dump(mode="json") for one in found] if as_json else [_row(one) for one in found]
    show(rows, _COLUMNS, as_json=as_json, empty="Nobody is registered: buendnisbus members multipliers register")


@app.command()
def register(
    person: PersonId,
    topic: Annotated[list[str] | None, typer.Option(help="Topic; may be repeated.")] = None,
    place: Annotated[list[str] | None, typer.Option(help="Municipality; may be repeated.")] = None,
    district: Annotated[list[str] | None, typer.Option(help="Key of a whole district; may be repeated.")] = None,
    around: Annotated[list[str] | None, typer.Option(help="Place and km, such as 08056:15; may be repeated.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Such as de or ar; may be repeated.")] = None,
    availability: Annotated[str | None, typer.Option(help="When, such as “werktags ab 17 Uhr”; no names.")] = None,
    available: Annotated[bool | None, typer.Option("--available/--away", help="Whether to be asked now.")] = None,
    as_json: Json = False,
) -> None:
    """Let somebody with a valid qualification be asked as moderator, or change what is given of the entry."""
    known = find_person(person)
    before: dict[str, Any] = {"id": known.multiplier or str(uuid4()), "person": known.id}
    if known.multiplier:
        entry = find(read(list_multipliers), known.multiplier, "entry", "buendnisbus members multipliers list")
        before |= entry.model_dump(mode="json", include=set(RegisterMultiplier.model_fields))
        before["available"] = entry.status != "away"
    new = given(topics=topic, languages=language, availability=availability, available=available)
    if (where := common.area(place, district, around, before.get("area", {}))) is not None:
        new["area"] = where
    data = build(contract.RegisterMultiplier, {**before, **new})
    send(contract.REGISTER_MULTIPLIER, data, f"Registered as {data.id}", as_json=as_json)


@app.command()
def retire(
    multiplier: Annotated[
        str, typer.Argument(help="Id in the registry, or the beginning of it.", metavar="MULTIPLIER")
    ],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Ask somebody no more."""
    fact = find(read(list_multipliers), multiplier, "multiplier", "buendnisbus members multipliers list")
    office.confirm(f"Ask {fact.id} no more?", yes=yes)
    data = build(contract.RetireMultiplier, {"id": fact.id})
    send(contract.RETIRE_MULTIPLIER, data, f"{fact.id} is asked no more", as_json=as_json)


def _row(fact: StoredMultiplier) -> dict[str, Any]:
    row: dict[str, Any] = fact.model_dump(mode="json")
    row["qualifications"] = [f"{one.qualification} until {one.until or 'open'}" for one in fact.qualifications]
    around = [f"{one.ags}:{one.radius_km:g}" for one in fact.area.around]
    return row | {"area": [*fact.area.municipalities, *fact.area.districts, *around]}
