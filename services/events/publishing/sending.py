"""Publishes entries: the Python face of ``buendnisbus publish``."""

from collections.abc import Callable, Iterable

from services.events.publishing import via_http, via_kafka
from services.events.publishing.options import Options
from shared.calendars.entries import Entry
from shared.commands.results import Result, unsent


async def publish_entries(
    entries: Iterable[Entry],
    options: Options,
    on_result: Callable[[Result], None] | None = None,
    *,
    dry_run: bool = False,
) -> list[Result]:
    """Publish ``entries`` by HTTP or Kafka; returns one result per entry, in their order.

    ``on_result`` gets each result as soon as it is there, in any order. Publishing again is safe: what is
    unchanged stays as it is, so after an error simply call it again. With ``dry_run`` nothing is sent.

    Raises:
        SettingsError: an option is missing or wrong; nothing was sent.
        UnreachableError: the server or broker cannot be reached or does not let us in. Entries whose result
            was reported before are done.
    """
    found = list(entries)
    results: dict[int, Result] = {}

    def report(number: int, result: Result) -> None:
        results[number] = result
        if on_result is not None:
            on_result(result)

    if not dry_run:
        options.check()
    for number, entry in enumerate(found):
        if not entry.sendable:
            report(number, unsent(entry))
        elif dry_run:
            report(number, Result(entry.source, entry.uid, "valid", note=entry.note))
    to_send = {number: entry for number, entry in enumerate(found) if number not in results}
    if to_send:
        # Imported when needed: who publishes over HTTP needs no Kafka client, and the other way round.
        if options.via == "http":
            await via_http.send(to_send, options, report)
        else:
            await via_kafka.send(to_send, options, report)
    return [results[number] for number in range(len(found))]
