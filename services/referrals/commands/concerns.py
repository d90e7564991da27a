"""``buendnisbus referrals concerns …``: what worries people. Their words are shown by ``show`` alone."""

from functools import partial
from typing import Annotated, Any, Final

import typer

from services.referrals.cli import list_concerns, read_words
from services.referrals.commands import common
from services.referrals.commands.common import ConcernId, find_concern, local, place_name, public, read, send
from services.referrals.domain.state import StoredConcern
from shared.commands import office
from shared.commands.office import Yes, build
from shared.commands.show import Json, console, show
from shared.contracts.referrals import concerns as contract

app = typer.Typer(no_args_is_help=True, help="Worries: list, show, settle, erase.")
_COLUMNS: Final = ["id", "written", "place", "topics", "cannot wait", "cared for"]


@app.command("list")
def list_(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Those alone that cannot wait and were not cared for yet.")
    ] = False,
    topic: Annotated[list[str] | None, typer.Option(help="About one of these topics; may be repeated.")] = None,
    place: Annotated[str | None, typer.Option(help="In this municipality: name, postal code or key.")] = None,
    as_json: Json = False,
) -> None:
    """Show worries without their words, the latest first."""
    wanted, ags = set(common.topics(topic)), office.municipality(place) if place else None
    found = [
        one
        for one in read(list_concerns)
        if (not waiting or (one.flags and one.settled_at is None))
        and (not wanted or wanted.intersection(one.topics))
        and ags in (None, one.ags)
    ]
    rows = [public(one) if as_json else _row(one) for one in found]
    show(rows, _COLUMNS, as_json=as_json, empty="No such worries.")


@app.command("show")
def show_(worry: ConcernId, as_json: Json = False) -> None:
    """Show one worry with its words."""
    fact = find_concern(worry)
    words = read(partial(read_words, id_=fact.id))
    if as_json:
        show([public(fact) | {"text": words.text if words else None}], [], as_json=True, empty="")
        return
    show([_row(fact)], _COLUMNS, as_json=False, empty="")
    said = f"“{words.text}”" if words else "Its words are deleted."
    console.print(f"  {said}", soft_wrap=True, markup=False)


@app.command()
def settle(worry: ConcernId, as_json: Json = False) -> None:
    """Note that the office has cared for what could not wait."""
    fact = find_concern(worry)
    data = build(contract.SettleConcern, {"id": fact.id, "version": fact.version})
    send(contract.SETTLE_CONCERN, data, f"{fact.id} is cared for", as_json=as_json)


@app.command()
def erase(worry: ConcernId, yes: Yes = False, as_json: Json = False) -> None:
    """Delete the words of a worry; that there was one, where and about what, stays."""
    id_ = find_concern(worry).id
    office.confirm(f"Delete the words of {id_}? This cannot be undone", yes=yes)
    sentence = f"The words of {id_} are deleted; remains in Kafka are gone after seven days"
    send(contract.ERASE_CONCERN, build(contract.EraseConcern, {"id": id_}), sentence, as_json=as_json)


def _row(fact: StoredConcern) -> dict[str, Any]:
    return {
        "id": fact.id,
        "written": local(fact.created_at),
        "place": place_name(fact.ags),
        "topics": fact.topics,
        "cannot wait": fact.flags,
        "cared for": local(fact.settled_at) or None,
    }
