"""``buendnisbus members people …``: people and their roles. Personal data, shown on this terminal alone."""

from typing import Annotated, Any, get_args
from uuid import uuid4

import typer

from services.members.cli import list_people
from services.members.commands.common import PersonId, find_person, read, send
from shared.commands import office
from shared.commands.office import Yes, build, given
from shared.commands.show import Json, fail, show
from shared.contracts.members import people as contract
from shared.contracts.members.people import KeepPerson, PersonFact, Role

app = typer.Typer(no_args_is_help=True, help="People and their roles: keep, list, show, erase.")
_COLUMNS = ["id", "name", "email", "phone", "roles", "consent"]
_ROLES = get_args(Role.model_fields["role"].annotation)


@app.command("list")
def list_(
    organisation: Annotated[str | None, typer.Option(help="Those with a role in this one alone.")] = None,
    as_json: Json = False,
) -> None:
    """Show people with their roles."""
    found = [
        one
        for one in read(list_people)
        if organisation is None or organisation in {role.organisation for role in one.roles}
    ]
    rows = [one.model_dump(mode="json") for one in found] if as_json else [_row(one) for one in found]
    show(rows, _COLUMNS, as_json=as_json, empty="Nobody is kept: buendnisbus members people keep, or members import")


@app.command("show")
def show_(person: PersonId, as_json: Json = False) -> None:
    """Show one person, with trainings."""
    fact = find_person(person)
    if as_json:
        show([fact.model_dump(mode="json")], [], as_json=True, empty="")
        return
    row = _row(fact) | {"language": fact.language, "consented": fact.consented_at[:10], "multiplier": fact.multiplier}
    show([row], [*_COLUMNS, "language", "consented", "multiplier"], as_json=False, empty="")
    if fact.trainings:
        columns = ["training", "on", "qualification", "until"]
        show([one.model_dump(mode="json") for one in fact.trainings], columns, as_json=False, empty="")


@app.command()
def keep(
    person: Annotated[
        str | None, typer.Argument(help="Who is known already: id, its beginning, or e-mail. Nobody: somebody new.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="First and last name.")] = None,
    email: Annotated[str | None, typer.Option(help="E-mail address.")] = None,
    phone: Annotated[str | None, typer.Option(help="Telephone number.")] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            help="ORGANISATION:representative, deputy, contact or member; may be repeated; all roles each time."
        ),
    ] = None,
    language: Annotated[str | None, typer.Option(help="For mail: de, en, …; de at first.")] = None,
    consent: Annotated[str | None, typer.Option(help="Version of the text that was agreed to.")] = None,
    as_json: Json = False,
) -> None:
    """Keep a person, or change what is given of one who is known; the rest stays. "" clears a field."""
    before: dict[str, Any] = {"id": str(uuid4())}
    if person is not None:
        fact = find_person(person).model_dump(mode="json")
        before = {field: fact[field] for field in KeepPerson.model_fields}
    elif name is None or consent is None:
        raise fail("somebody new needs --name and --consent, the version of the text that was agreed to", 2)
    elif email and any((one.email or "").casefold() == email.casefold() for one in read(list_people)):
        raise fail("somebody with this e-mail address is kept already: name the address first to change the entry", 2)
    new = given(name=name, email=email, phone=phone, language=language, consent=consent)
    if role is not None:
        new["roles"] = [_role(text) for text in role if text]
    data = build(contract.KeepPerson, {**before, **new})
    send(contract.KEEP_PERSON, data, f"Kept as {data.id}", as_json=as_json)


@app.command()
def erase(person: PersonId, yes: Yes = False, as_json: Json = False) -> None:
    """Forget a person everywhere: name, addresses, roles, part in meetings, entry among the multipliers."""
    id_ = find_person(person).id
    office.confirm(f"Erase {id_}? This cannot be undone", yes=yes)
    sentence = f"{id_} is erased; remains in Kafka are gone after seven days"
    send(contract.ERASE_PERSON, build(contract.ErasePerson, {"id": id_}), sentence, as_json=as_json)


def _role(text: str) -> dict[str, str]:
    organisation, _, role = text.partition(":")
    role = role or "contact"
    if role not in _ROLES:
        raise fail(f"--role: ORGANISATION:ROLE, where the role is one of {', '.join(_ROLES)}", 2)
    return {"organisation": organisation, "role": role}


def _row(fact: PersonFact) -> dict[str, Any]:
    row: dict[str, Any] = fact.model_dump(mode="json", include={"id", "name", "email", "phone", "consent"})
    return row | {"roles": [f"{one.organisation}:{one.role}" for one in fact.roles]}
