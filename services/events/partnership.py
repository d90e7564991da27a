"""Who may publish: state and command in, new state out. No clock, no I/O."""

from dataclasses import dataclass, replace

from shared.contracts import events as contract
from shared.contracts.requests import Result


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that may publish. Trusted: at once; otherwise its events wait for the office."""

    id: str
    version: int
    name: str
    trusted: bool
    active: bool


def register(partner: Partner | None, command: contract.RegisterPartner) -> tuple[Result, Partner]:
    """Let an organisation publish, or renew its name and trust. Returns the result and the partner."""
    if partner is None:
        return "created", Partner(command.id, 1, command.name, bool(command.trusted), active=True)
    trusted = partner.trusted if command.trusted is None else command.trusted
    wanted = Partner(command.id, partner.version, command.name, trusted, active=True)
    return ("unchanged", partner) if wanted == partner else ("changed", replace(wanted, version=partner.version + 1))


def trust(partner: Partner, trusted: bool) -> tuple[Result, Partner]:
    """Begin or cease to trust a partner."""
    if partner.trusted == trusted:
        return "unchanged", partner
    return "changed", replace(partner, trusted=trusted, version=partner.version + 1)


def remove(partner: Partner) -> tuple[Result, Partner]:
    """Let an organisation publish no more; what it published stays."""
    if not partner.active:
        return "unchanged", partner
    return "changed", replace(partner, active=False, trusted=False, version=partner.version + 1)


def partner_fact(partner: Partner) -> contract.PartnerFact:
    """The public state of a partner."""
    return contract.PartnerFact(
        id=partner.id,
        version=partner.version,
        name=partner.name,
        trusted=partner.trusted,
        active=partner.active,
    )
