"""What the command shows and how it ends; the gateway is a real server on a free port."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest
import typer
from typer.testing import CliRunner, Result

from services.events.publishing import command
from services.events.publishing.command import publish
from services.events.publishing.entries import read_file
from services.events.publishing.options import Options, SettingsError
from services.events.publishing.sending import publish_entries
from shared.commands.results import Result as Published

app = typer.Typer()
app.command()(publish)

TABLE = "UID;Titel;Datum\na;A [rot];03.12.2026\nb;B;30.02.2026\nc;C;03.12.2026\n"


class Gateway(BaseHTTPRequestHandler):
    """Creates everything but the event ``c``."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        refused = self.path.endswith("/c")
        body = orjson.dumps({"title": "Nein"} if refused else {"result": "created", "resource": "/v1/events/1"})
        self.send_response(422 if refused else 201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "t.csv"
    file.write_text(TABLE)
    return file


def run(*arguments: object, **variables: str) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=variables)


def settings(url: str) -> dict[str, str]:
    return {"BUENDNISBUS_URL": url, "BUENDNISBUS_PARTNER": "buntes-zwickau", "BUENDNISBUS_KEY": "k"}


def test_a_table_tells_what_became_of_each_entry(url: str, table: Path) -> None:
    ended = run(table, **settings(url))
    assert ended.exit_code == 1
    for line, said in {"row 2": "created", "row 3": "unreadable", "row 4": "refused"}.items():
        assert any(line in row and said in row for row in ended.stdout.splitlines())
    assert "not in the calendar" in ended.stdout
    assert "3 entries: " in ended.stderr


def test_all_well_ends_with_0(url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"uid": "a", "title": "A", "starts_at": "2026-12-03"}')
    assert run(file, **settings(url)).exit_code == 0


def test_json_gives_one_object_a_line_and_nothing_else(url: str, table: Path) -> None:
    ended = run(table, "--json", **settings(url))
    results = {line["uid"]: line for line in map(orjson.loads, ended.stdout.splitlines())}
    assert {uid: line["result"] for uid, line in results.items()} == {"a": "created", "b": "unreadable", "c": "refused"}
    assert results["a"] == {
        "source": "t.csv, row 2",
        "uid": "a",
        "result": "created",
        "resource": "/v1/events/1",
        "details": [],
        "note": None,
    }


def test_a_dry_run_needs_no_settings_and_sends_nothing(table: Path) -> None:
    ended = run(table, "--dry-run", BUENDNISBUS_URL="http://127.0.0.1:1")
    assert ended.exit_code == 1
    assert "2 valid, 1 unreadable" in ended.stderr


def test_missing_settings_are_named_with_option_and_variable(table: Path) -> None:
    ended = run(table, BUENDNISBUS_URL="http://127.0.0.1:1", BUENDNISBUS_PARTNER="", BUENDNISBUS_KEY="")
    assert ended.exit_code == 2
    assert "missing: --partner or BUENDNISBUS_PARTNER, --key or BUENDNISBUS_KEY" in ended.stderr


def test_an_unreadable_file_does_not_stop_the_others(url: str, table: Path, tmp_path: Path) -> None:
    ended = run(tmp_path / "missing.ics", table, "--json", **settings(url))
    assert ended.exit_code == 1
    assert [orjson.loads(line)["result"] for line in ended.stdout.splitlines()].count("created") == 1
    assert "missing.ics" in ended.stdout


def test_a_server_that_is_away_ends_with_3(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.events.publishing.via_http._ATTEMPTS", 1)
    ended = run(table, **settings("http://127.0.0.1:1"))
    assert ended.exit_code == 3
    assert "cannot be reached" in ended.stderr
    assert "not in the calendar" in ended.stdout


def test_a_broker_that_is_away_ends_with_3(table: Path) -> None:
    ended = run(table, "--via", "kafka", "--kafka", "127.0.0.1:1", BUENDNISBUS_PARTNER="buntes-zwickau")
    assert ended.exit_code == 3
    assert "127.0.0.1:1 cannot be reached: check --kafka" in ended.stderr


def test_an_interruption_shows_what_was_done_and_how_to_go_on(
    table: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(entries: object, options: object, on_result: object, **_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "publish_entries", interrupted)
    ended = run(table, **settings(url))
    assert ended.exit_code == 130
    assert "Run the same command again" in ended.stderr


async def test_the_python_face_gives_one_result_per_entry_in_order(url: str, table: Path) -> None:
    seen: list[Published] = []
    options = Options(partner="buntes-zwickau", url=url, key="k")
    results = await publish_entries(read_file(table), options, seen.append)
    assert [result.result for result in results] == ["created", "unreadable", "refused"]
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (Options(), "--partner or BUENDNISBUS_PARTNER, --url or BUENDNISBUS_URL, --key or BUENDNISBUS_KEY"),
        (Options(via="kafka", partner="abc"), "--kafka or BUENDNISBUS_KAFKA"),
        (Options(via="kafka", partner="abc", kafka="k:9092", kafka_user="u"), "--kafka-password or"),
        (Options(partner="Ünser Verein", url="http://a", key="k"), "--partner: 3 to 40"),
        (Options(partner="abc", url="bus.example", key="k"), "--url: must begin with"),
        (Options(partner="abc", url="http://a", key="schlüssel"), "--key: "),
        (Options(partner="abc", url="http://a", key="k", kafka_mechanism="MD5"), "--kafka-mechanism: one of"),
    ],
)
def test_wrong_settings_are_said_before_any_work(options: Options, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        options.check()


def test_secrets_do_not_show_in_a_traceback() -> None:
    assert "geheim" not in repr(Options(key="geheim", kafka_password="geheim"))


@pytest.mark.parametrize(("user", "protocol"), [("u", "SASL_SSL"), ("", "SSL")])
def test_without_a_user_there_is_no_login(user: str, protocol: str) -> None:
    assert Options(kafka_user=user, kafka_security_protocol="SASL_SSL").security_protocol == protocol
