"""Programs use the interface by its description alone: a generated client, HEAD instead of GET."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.bus import Bus, submission

pytestmark = pytest.mark.platform
BIN = Path(sys.executable).parent
# A program as somebody writes it who knows nothing but the description.
PROGRAM = """
import sys
from bus_client import AuthenticatedClient, Client
from bus_client.api.events import list_events, read_event
from bus_client.api.partners import put_partner_event
from bus_client.models import Accepted, EventPage, ProblemDocument, PutPartnerEventBody

url, partner, key = sys.argv[1:]
with Client(base_url=url) as client:
    page = list_events.sync(client=client, organiser=[partner], limit=200)
    assert isinstance(page, EventPage), page
    print(*(item.title for item in page.items), sep="|")
    event = read_event.sync(page.items[0].id, client=client)
    print(len(event.occurrences), event.updated_at.tzinfo is not None)
    refused = list_events.sync(client=client, limit=2_000)
    assert isinstance(refused, ProblemDocument), refused
    print(refused.errors[0].field, refused.errors[0].code)
with AuthenticatedClient(base_url=url, token=key) as client:
    body = PutPartnerEventBody(title="Vom erzeugten Programm", starts_at="2027-03-05T16:00:00+01:00")
    taken = put_partner_event.sync(partner, "erzeugt", client=client, body=body)
    assert isinstance(taken, Accepted), taken
    print(taken.resource.startswith("/v1/events/"))
"""


async def run(command: list[str], folder: Path) -> str:
    """What ``command`` prints in ``folder``; it must succeed."""

    def waited() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)

    done = await asyncio.to_thread(waited)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_a_client_that_is_generated_from_the_description_lists_events_and_publishes(
    bus: Bus, tmp_path: Path
) -> None:
    partner = await bus.partner()
    await partner.put(submission("erstes"))
    await partner.put(submission("zweites", starts_at="2027-03-04T18:00:00+01:00"))
    (tmp_path / "openapi.json").write_bytes((await bus.http.get("/openapi.json")).content)
    (tmp_path / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")
    generate = [str(BIN / "openapi-python-client"), "generate", "--path", "openapi.json", "--config", "config.yml"]
    generate += ["--meta", "none", "--output-path", "bus_client", "--fail-on-warning"]

    await run(generate, tmp_path)
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    used = [sys.executable, "program.py", bus.platform.public_url(), partner.id, partner.key]
    assert (await run(used, tmp_path)).splitlines() == [
        "Titel erstes|Titel zweites",
        "1 True",
        "limit less-than-equal",
        "True",
    ]


async def exchange(bus: Bus, method: str, path: str, key: str) -> tuple[bytes, dict[str, str], bytes]:
    """Status line, headers without the date, and everything that comes after them, as the bytes that were sent."""
    url = urlsplit(bus.platform.public_url())
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    authorization = f"Authorization: Bearer {key}\r\n" if key else ""
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: bus\r\n{authorization}Connection: close\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    rest = b"" if method == "GET" and path == "/v1/stream" else await reader.read()
    writer.close()
    pairs = [line.split(": ", 1) for line in head[1:] if line]
    headers = {name.lower(): value for name, value in pairs}
    # How the body is framed is left out where there is none (RFC 9110, 9.3.2); the date is that of each answer.
    return (
        head[0].encode(),
        {name: headers[name] for name in headers if name not in ("date", "transfer-encoding")},
        rest,
    )


async def test_head_answers_as_get_does_wherever_there_is_get_and_sends_no_body(bus: Bus) -> None:
    partner, office = await bus.partner(), await bus.office_key()
    put = await partner.put(submission("kopf"))
    event = put.json()["resource"].rpartition("/")[2]
    document = (await bus.http.get("/openapi.json")).json()
    readable = [path for path, methods in document["paths"].items() if "get" in methods]
    assert len(readable) > 40
    named = {"event": event, "partner": partner.id, "member": partner.id, "service": "events", "year": "2026"}
    answered = set()
    for template in readable:
        path = re.sub("{([a-z_]+)}", lambda found: named.get(found[1], event), template)
        for key in ("", office):
            head = await asyncio.wait_for(exchange(bus, "HEAD", path, key), timeout=20)
            got = await exchange(bus, "GET", path, key)

            assert head[:2] == got[:2], path
            assert head[2] == b"", path
            answered.add(got[0].split()[1])
    assert {b"200", b"401", b"404"} <= answered
