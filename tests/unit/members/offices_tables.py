"""An office that imports tables: what is planned is decided on by the service's own decisions, without a database."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from services.members.domain.state import Fact, State, StoredContribution
from services.members.handlers import DECISIONS
from services.members.importing.attendance import plan_attendance
from services.members.importing.contributions import plan_contributions
from services.members.importing.known import Known, known_of
from services.members.importing.meetings import plan_meetings
from services.members.importing.organisations import plan_organisations
from services.members.importing.people import plan_people
from services.members.importing.plan import Planned
from services.members.rules import read_rules
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import PersonFact

ZONE = "Europe/Berlin"
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
Reader = Callable[[bytes, str, Known], Iterator[Planned]]


class Office:
    """What the service would hold after all that was imported."""

    def __init__(self) -> None:
        self.state = State(NOW, read_rules(None, ZONE), {})
        self.partners: list[tuple[str, str]] = []

    def known(self) -> Known:
        """What the next import is compared with."""
        return known_of(
            today=NOW.date(),
            zone=ZONE,
            organisations=self.state.all(OrganisationFact),
            people=self.state.all(PersonFact),
            meetings=self.state.all(MeetingFact),
            contributions=self.state.all(StoredContribution),
            partners=self.partners,
        )

    def plan(self, reader: Reader, text: str, encoding: str = "utf-8") -> list[Planned]:
        """What a table would do."""
        return list(reader(text.encode(encoding), "t.csv", self.known()))

    def take(self, reader: Reader, text: str) -> list[Planned]:
        """Import a table; every command that it leads to must be done."""
        planned = self.plan(reader, text)
        self.carry_out(planned)
        return planned

    def carry_out(self, planned: Iterable[Planned]) -> None:
        """Let the service decide on what was planned."""
        for row in planned:
            for command in row.commands:
                decision = DECISIONS[type(command.data)](self.state, command.data)
                assert decision.problem is None, (command, decision.problem)
                for told in decision.facts:
                    self.keep(told.fact)

    def keep(self, fact: Fact) -> None:
        """Put something into what is held."""
        self.state.facts[type(fact), fact.id] = fact

    def organisation(self, id_: str) -> OrganisationFact:
        """One organisation that must be there."""
        found = self.state.get(OrganisationFact, id_)
        assert found is not None
        return found

    def members(self, text: str) -> list[Planned]:
        """Import members."""
        return self.take(plan_organisations, text)

    def people(self, text: str) -> list[Planned]:
        """Import people."""
        return self.take(plan_people, text)

    def meetings(self, text: str) -> list[Planned]:
        """Import meetings."""
        return self.take(plan_meetings, text)

    def attendance(self, text: str) -> list[Planned]:
        """Import attendance."""
        return self.take(plan_attendance, text)

    def contributions(self, text: str) -> list[Planned]:
        """Import contributions."""
        return self.take(plan_contributions, text)


def results(planned: Iterable[Planned]) -> list[str]:
    """What is shown of each row."""
    return [row.result for row in planned]


def told(planned: Iterable[Planned]) -> str:
    """All that is said about rows."""
    return "\n".join(detail for row in planned for detail in row.details)
