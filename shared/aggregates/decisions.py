"""What decisions say: something is new, has changed, or is refused, and why."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from shared.aggregates.state import Decision, F, Fact, NewFact, State
from shared.contracts.base import Contract, FieldError
from shared.contracts.requests import Problem, invalid, reason

_DAYS: Final = ("on", "due")


def created(kind: str, fact: Fact, *more: NewFact) -> Decision:
    """Something new."""
    return Decision("created", (type(fact), fact.id), (NewFact(kind, fact), *more))


def changed(kind: str, old: Fact, new: Fact | None, *more: NewFact) -> Decision:
    """Something that differs from before; None: it does not."""
    facts = (*((NewFact(kind, new),) if new else ()), *more)
    return Decision("changed" if facts else "unchanged", (type(old), old.id), facts)


def revised(state: State[Any], old: F, /, **fields: object) -> F | None:
    """The next version of ``old`` with these fields; None where they are so already."""
    differing = tuple(name for name, value in fields.items() if getattr(old, name) != value)
    if not differing:
        return None
    known = type(old).model_fields
    told = {"changed": differing} if "changed" in known else {}
    version = getattr(old, "version") + 1  # noqa: B009  # every aggregate has one
    return old.model_copy(update={**fields, **told, "version": version, "updated_at": state.at})


def refused(problem: Problem) -> Decision:
    """Nothing changes, and whoever asked hears why."""
    return Decision("refused", problem=problem)


def wrong(*errors: FieldError) -> Decision:
    """Refused for what the request says."""
    return refused(invalid(errors))


def unknown(field_name: str = "id", what: str = "nothing that is here") -> Decision:
    """Refused, as what it is about does not exist."""
    errors = (reason(field_name, "not-found", f"names {what}"),)
    return refused(Problem(type="/problems/not-found", title="There is nothing here", status=404, errors=errors))


def wrong_status(status: str, field_name: str = "id") -> Decision:
    """Refused, as this cannot be done with what is in this status."""
    errors = (reason(field_name, "wrong-status", "cannot be done, as its status is {status}", status=status),)
    title = "This cannot be done as things stand"
    return refused(Problem(type="/problems/wrong-status", title=title, status=409, errors=errors))


def not_as_seen(seen: int | None, stored: int) -> Decision | None:
    """Refused, as what was looked at is not there any more; None where it is."""
    if seen is None or seen == stored:
        return None
    errors = (reason("version", "changed-meanwhile", "is not {stored}, which is there now", stored=stored),)
    title = "This has changed meanwhile"
    return refused(Problem(type="/problems/changed-meanwhile", title=title, status=409, errors=errors))


def id_taken() -> Decision:
    """Refused, as the id is that of something else: on their topic facts are told apart by it alone."""
    errors = (reason("id", "id-taken", "is that of something else; what is new needs a new one"),)
    return refused(Problem(type="/problems/id-taken", title="This id is taken", status=409, errors=errors))


def no_such_days(command: Contract, above: str = "") -> Iterator[FieldError]:
    """Why days in ``command`` (``on``, ``due``) are none: its schema, a pattern, lets 2026-02-30 pass."""
    for name, value in command:
        path = f"{above}{name}"
        if isinstance(value, Contract):
            yield from no_such_days(value, f"{path}.")
        elif isinstance(value, tuple):
            for place, one in enumerate(value):
                if isinstance(one, Contract):
                    yield from no_such_days(one, f"{path}.{place}.")
        elif name in _DAYS and value is not None and not _is_day(value):
            yield reason(path, "date-parsing", "must be a date such as 2026-12-03")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
