"""``buendnisbus members|referrals erasures …``: list who was erased, and erase again after a restored backup."""

from typing import Annotated, Any, Final

import typer

from deploy.erasures import Erasable, erased, reapply
from services.members.cli import list_erased as list_erased_of_members
from services.members.commands import common as of_members
from services.referrals.cli import list_erased as list_erased_of_referrals
from services.referrals.commands import common as of_referrals
from shared.commands.office import Yes
from shared.commands.show import Json, show
from shared.contracts.members.people import ERASE_PERSON, ErasePerson
from shared.contracts.referrals.asking import ERASE, EraseReferral
from shared.contracts.referrals.concerns import ERASE_CONCERN, EraseConcern

members = typer.Typer(no_args_is_help=True, help="Erased people: list, and erase again after a restored backup.")
referrals = typer.Typer(
    no_args_is_help=True,
    help="Who was forgotten, and words that were deleted: list, and again after a restored backup.",
)
PERSON: Final = Erasable("person", "person", "person", ERASE_PERSON, ErasePerson)
REQUEST: Final = Erasable("request", "person", "asking", ERASE, EraseReferral)
WORRY: Final = Erasable("worry", "words", "words", ERASE_CONCERN, EraseConcern)
_COLUMNS: Final = ("what", "id", "erased_at")

Also = Annotated[
    list[str] | None, typer.Option(help="Id of somebody else who was erased, known from elsewhere; may be repeated.")
]


@members.command("list")
def list_people(as_json: Json = False) -> None:
    """Show who was erased, by bare id, and which database knows of it."""
    show(_people(), (*_COLUMNS, "members", "gateway"), as_json=as_json, empty="Nobody was erased.")


@members.command("reapply")
def reapply_people(also: Also = None, yes: Yes = False, as_json: Json = False) -> None:
    """Erase again whoever any database knows as erased; to be run after one of them was restored from a backup."""
    wanted = [(PERSON, str(row["id"])) for row in _people()]
    reapply("members", [*wanted, *_named(PERSON, also)], yes=yes, as_json=as_json)


@referrals.command("list")
def list_requests(as_json: Json = False) -> None:
    """Show which requests and worries were erased, by bare id, and which database knows of it."""
    show(_requests(), (*_COLUMNS, "referrals", "gateway"), as_json=as_json, empty="Nothing was erased.")


@referrals.command("reapply")
def reapply_requests(
    also: Annotated[
        list[str] | None, typer.Option(help="Id of another request that was erased, known from elsewhere; repeatable.")
    ] = None,
    also_worry: Annotated[
        list[str] | None, typer.Option(help="Id of another worry whose words were deleted; may be repeated.")
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase again what any database knows as erased; to be run after one of them was restored from a backup."""
    by_name = {one.what: one for one in (REQUEST, WORRY)}
    wanted = [(by_name[row["what"]], str(row["id"])) for row in _requests()]
    named = [*_named(REQUEST, also), *_named(WORRY, also_worry)]
    reapply("referrals", [*wanted, *named], yes=yes, as_json=as_json)


def _people() -> list[dict[str, Any]]:
    return erased("members", of_members.read(list_erased_of_members), (PERSON,))


def _requests() -> list[dict[str, Any]]:
    return erased("referrals", of_referrals.read(list_erased_of_referrals), (REQUEST, WORRY))


def _named(one: Erasable, ids: list[str] | None) -> list[tuple[Erasable, str]]:
    return [(one, id_.strip().lower()) for id_ in ids or ()]
