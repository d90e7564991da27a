"""The demo's example requests for help, in all states that there are; all invented."""

import asyncio
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from deploy.local.errors import LocalPlatformError
from deploy.local.example_members import read_data
from deploy.local.platform import Platform
from deploy.local.workspace import Report
from services.referrals.cli import knows_networks
from services.referrals.settings import Settings
from shared.commands.ask import Command, NoAnswerError, ask_many, reasons
from shared.contracts.base import Contract
from shared.contracts.referrals import answers, asking, office
from shared.contracts.requests import Outcome

_FILE: Final = Path(__file__).parent / "data" / "referrals.toml"
_LOOKS, _LOOK_EVERY_S = 75, 0.2
Example = dict[str, Any]


def publish(platform: Platform, report: Report) -> None:
    """Send the example requests, and what became of those that are new; repeating it changes nothing.

    Raises:
        LocalPlatformError: the service referrals did not answer.
    """
    if not platform.services.counts.get("referrals"):
        report("The example requests wait until an instance of referrals is wanted")
        return
    try:
        outcomes = asyncio.run(send(platform))
    except NoAnswerError as error:
        raise LocalPlatformError(f"the example requests could not be sent: {error}") from error
    counts = Counter(outcome.result for outcome in outcomes)
    report(f"Requests for help: {', '.join(f'{n} {result}' for result, n in sorted(counts.items()))}")
    for outcome in outcomes:
        if outcome.problem is not None:
            report(f"An example request was refused: {'; '.join(reasons(outcome))}")


async def send(platform: Platform) -> list[Outcome]:
    """Send everything, a step after the other; returns the outcomes.

    Raises:
        NoAnswerError: the service did not answer.
    """
    examples = read_examples()
    if platform.services.counts.get("members"):
        await _networks_known(Settings(database_url=platform.database_url("referrals")))
    outcomes: list[Outcome] = []

    async def ask(commands: list[Command]) -> set[str]:
        new = set()
        async for _, outcome in ask_many(platform.kafka.settings, "referrals", commands):
            outcomes.append(outcome)
            if outcome.result == "created" and outcome.aggregate:
                new.add(outcome.aggregate)
        return new

    new = await ask([_command(asking.SUBMIT, submission(one)) for one in examples])
    rounds = max(len(one.get("then", ())) for one in examples)
    for place in range(rounds):
        step = [
            command
            for one in examples
            if id_of(one) in new and place < len(one.get("then", ()))
            for command in steps(id_of(one), one["then"][place])
        ]
        await ask(step)
    return outcomes


def read_examples() -> list[Example]:
    """The examples as they stand in ``deploy/local/data``."""
    found: list[Example] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["referral"]
    return found


def id_of(example: Example) -> str:
    """The id of an example, the same each time."""
    return str(uuid5(NAMESPACE_URL, f"urn:buendnisbus:examples:referrals:{example['key']}"))


def submission(example: Example) -> asking.SubmitReferral:
    """What somebody asks."""
    name = example.get("name")
    contact = asking.Contact(name=name, email=f"{example['key']}@example.org") if name else None
    said = {field: example[field] for field in ("message", "availability", "by", "may_wait") if field in example}
    return asking.SubmitReferral(
        id=id_of(example),
        kind=example["kind"],
        ags=example["ags"],
        topics=tuple(example.get("topics", ())),
        languages=tuple(example.get("languages", ())),
        occasion=asking.Occasion(**example["occasion"]) if "occasion" in example else None,
        contact=contact,
        consent="2026-11" if contact else None,
        **said,
    )


def steps(id_: str, step: str) -> Iterator[Command]:
    """What became of a request: ``accept``, ``decline no-capacity``, ``ask-back Wann?``, ``cancel``, ``well`` …"""
    word, _, rest = step.partition(" ")
    match word:
        case "cancel":
            yield _command(asking.CANCEL, asking.CancelReferral(id=id_))
        case "reply":
            yield _command(asking.REPLY, asking.ReplyToQuestion(id=id_, message=rest))
        case "well" | "partly" | "nobody-called":
            yield _command(asking.EVALUATE, asking.EvaluateReferral(id=id_, went=word, comment=rest or None))
        case "hold":
            yield _command(office.HOLD, office.HoldReferral(id=id_))
        case "close":
            yield _command(office.CLOSE, office.CloseReferral.model_validate({"id": id_, "because": rest}))
        case "decline" | "give-back":
            said = {"id": id_, "answer": word, "reason": rest}
            yield _command(answers.ANSWER, answers.AnswerReferral.model_validate(said))
        case _:
            noted = {"note": rest} if rest else {}
            said = {"id": id_, "answer": word, **noted}
            yield _command(answers.ANSWER, answers.AnswerReferral.model_validate(said))


def _command(kind: str, data: Contract) -> Command:
    id_: str = data.id  # type: ignore[attr-defined]
    return Command(kind, id_, data)


async def _networks_known(settings: Settings) -> None:
    """Wait until the example members can be asked, or nobody could be."""
    ids = [one["id"] for one in read_data()["members"]["organisation"]]
    for _ in range(_LOOKS):
        if await knows_networks(settings, ids):
            return
        await asyncio.sleep(_LOOK_EVERY_S)
