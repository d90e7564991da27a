"""What decisions say, as tests look at it."""

from shared.aggregates.state import Decision


def refusal(decision: Decision) -> tuple[int, str, str]:
    """Status, field and code of why something was refused; nothing came of it."""
    assert (decision.result, decision.facts, decision.stored, decision.erased) == ("refused", (), (), ())
    assert decision.problem is not None
    [error] = decision.problem.errors
    assert decision.problem.type.startswith("/problems/")
    return decision.problem.status, error.field, error.code
