"""``buendnisbus members trainings …``: what qualifies people, and who took part."""

from typing import Annotated, Any
from uuid import UUID, uuid4

import typer

from services.members.cli import list_trainings
from services.members.commands.common import find_person, read, send
from shared.calendars.text import place_of
from shared.commands import office
from shared.commands.office import Yes, build, find, given
from shared.commands.show import Json, fail, show
from shared.contracts.members import contributions as contract
from shared.contracts.members.contributions import PlanTraining, TrainingFact
from shared.vocabulary import vocabulary

app = typer.Typer(no_args_is_help=True, help="Trainings: plan, cancel, complete.")
Id = Annotated[str, typer.Argument(help="Id of the training, or the beginning of it.", metavar="TRAINING")]
_COLUMNS = ["id", "starts", "title", "status", "qualification", "valid_months", "participants", "qualified"]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Show trainings, the oldest first."""
    rows = [one.model_dump(mode="json") for one in read(list_trainings)]
    for row in rows if not as_json else ():
        row["starts"] = str(row["starts_at"])[:16].replace("T", " ")
    show(rows, _COLUMNS, as_json=as_json, empty="No trainings: buendnisbus members trainings plan")


@app.command()
def plan(
    training: Annotated[str | None, typer.Argument(help="Id of one that is planned; none: a new one.")] = None,
    starts: Annotated[str | None, typer.Option(help="Date and time: “3.12.2026 10:00”, or a date alone.")] = None,
    ends: Annotated[str | None, typer.Option(help="Date and time of the end.")] = None,
    title: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Topic; may be repeated.")] = None,
    place: Annotated[str | None, typer.Option(help="“Gasometer, Kleine Biergasse 3, 08056 Zwickau”.")] = None,
    event: Annotated[UUID | None, typer.Option(help="The calendar event that it is.")] = None,
    qualification: Annotated[str | None, typer.Option(help="What it gives, such as moderation.")] = None,
    valid_months: Annotated[int | None, typer.Option(min=1, help="For how long; none: without an end.")] = None,
    as_json: Json = False,
) -> None:
    """Plan a training, or change what is given of one that is planned. "" clears a field."""
    before: dict[str, Any] = {"id": str(uuid4())}
    if training is not None:
        fact = _found(training).model_dump(mode="json")
        before = {name: fact[name] for name in PlanTraining.model_fields}
    elif starts is None or title is None:
        raise fail("a new training needs --starts and --title", 2)
    new = given(title=title, topics=topic, qualification=qualification, valid_months=valid_months)
    if event is not None:
        new["event"] = str(event)
    if starts is not None:
        new |= {"starts_at": office.moment(starts, "--starts"), "time_zone": vocabulary().time_zone, "ends_at": None}
    if ends is not None:
        new["ends_at"] = office.moment(ends, "--ends") if ends else None
    if place is not None:
        new["place"] = place_of(place) or None
    data = build(contract.PlanTraining, {**before, **new})
    send(contract.PLAN_TRAINING, data, f"Planned as {data.id}", as_json=as_json)


@app.command()
def cancel(
    training: Id,
    reason: Annotated[str, typer.Option(help="For those who wanted to come; no names of persons.")],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Say that a training does not take place."""
    fact = _found(training)
    office.confirm(f"Cancel “{fact.title}” of {fact.starts_at[:10]}?", yes=yes)
    data = build(contract.CancelTraining, {"id": fact.id, "reason": reason})
    send(contract.CANCEL_TRAINING, data, f"“{fact.title}” is cancelled", as_json=as_json)


@app.command()
def complete(
    training: Id,
    participant: Annotated[list[str] | None, typer.Option(help="Who earned what it gives: id or e-mail.")] = None,
    unqualified: Annotated[list[str] | None, typer.Option(help="Who took part, but did not earn it.")] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Record who took part: all of them each time. Whoever is named no more holds what it gave no more."""
    fact = _found(training)
    people = [{"person": find_person(text).id, "qualified": True} for text in participant or ()]
    people += [{"person": find_person(text).id, "qualified": False} for text in unqualified or ()]
    if len(people) < fact.participants:
        office.confirm(
            f"{fact.participants} people are recorded, and these are {len(people)}. Take the others away?", yes=yes
        )
    data = build(contract.CompleteTraining, {"id": fact.id, "participants": people})
    sentence = f"“{fact.title}” was held; who took part: {len(people)}"
    send(contract.COMPLETE_TRAINING, data, sentence, as_json=as_json)


def _found(training: str) -> TrainingFact:
    return find(read(list_trainings), training, "training", "buendnisbus members trainings list")
