"""``buendnisbus feeds`` says what is wrong with what it was given before it asks anybody."""

import pytest
from typer.testing import CliRunner

from deploy.feed_commands import app

ADDRESS = "https://example.org/kalender.ics"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "verein", "mailto:anna@example.org"), "must begin with https://"),
        (("add", "verein", "https://anna:geheim@example.org/k.ics"), "user name or password"),
        (("add", "Ein Verein", ADDRESS), "3 to 40"),
        (("add", "verein", ADDRESS, "--every", "1m"), "from 5m to 7d"),
        (("add", "verein", ADDRESS, "--every", "8d"), "from 5m to 7d"),
        (("add", "verein", ADDRESS, "--every", "oft"), "from 5m to 7d"),
        (("poll", "kalender"), "Error"),
    ],
)
def test_what_cannot_be_meant_ends_with_status_2_and_says_why(arguments: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(app, arguments, env={"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"})

    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert "geheim" not in done.output
