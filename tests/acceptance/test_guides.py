"""The examples of the guides do what they say when they are copied, from the first to the last of each guide."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.support.bus import Bus
from tests.support.root import ROOT

REPOSITORY = Path(__file__).parents[2]
# ``sh untried`` marks what starts or stops the bus itself, never ends, or needs a program that is not installed here.
EXAMPLE = re.compile(r"^```(sh|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# In a guide curl shows what was answered; here an error ends the script.
YES = b"y\n" * 20  # to each question whether something is to be taken away
BEGINNING = """set -euo pipefail
curl() { command curl --fail-with-body "$@"; }
"""


def examples(guide: str) -> str:
    """The examples of a guide as one script."""
    text = (REPOSITORY / "docs" / f"{guide}.md").read_text(encoding="utf-8")
    found = [(kind, code) for kind, code in EXAMPLE.findall(text)]
    assert found, guide
    return "\n".join(code if kind == "sh" else f"python - <<'PYTHON'\n{code}PYTHON\n" for kind, code in found)


@pytest.mark.parametrize("guide", ["publish", "ask", "office", "members"])
async def test_every_example_can_be_copied(bus: Bus, tmp_path: Path, guide: str) -> None:
    partner = await bus.partner()
    (tmp_path / ".local").symlink_to(ROOT.resolve())
    settings = {
        "OFFICE_API_KEY": await bus.office_key(),
        "BUENDNISBUS_URL": bus.env["GATEWAY_URL"],
        "BUENDNISBUS_KAFKA": bus.env["KAFKA_PARTNER_BOOTSTRAP_SERVERS"],
        "BUENDNISBUS_PARTNER": partner.id,
        "BUENDNISBUS_KEY": partner.key,
        "BUENDNISBUS_KAFKA_USER": partner.kafka_user,
        "BUENDNISBUS_KAFKA_PASSWORD": partner.kafka_password,
    }
    script = examples(guide).replace("stadtteilhaus http", f"{partner.id} http")
    script = script.replace("--partner stadtteilhaus", f"--partner {partner.id}")
    script = script.replace("http://127.0.0.1:8090", bus.env["FEEDS_URL"])
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        BEGINNING + script,
        cwd=tmp_path,
        env={**bus.env, **settings, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LANG": "C.UTF-8"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    shown, _ = await asyncio.wait_for(process.communicate(YES), 240)
    assert process.returncode == 0, shown.decode()[-4_000:]
