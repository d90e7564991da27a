"""The parts of the local platform that need neither Kafka nor PostgreSQL."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local import backends, envfile, jars, ports, processes
from deploy.local.broker import BrokerPorts, broker_properties
from deploy.local.concurrently import concurrently
from deploy.local.containers import environment_name
from deploy.local.databases import service_url
from deploy.local.errors import CancelledError, LocalPlatformError
from deploy.local.external import ExternalKafka
from deploy.local.kafka import LocalKafka
from deploy.local.lock import RootLock
from deploy.local.processes import ProcessRecord
from deploy.local.supervise import Patient
from deploy.local.workspace import Workspace, silent
from shared.commands import environment

SLEEP = [sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('awake', flush=True); time.sleep(60)",
]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path, free_ports=True)
    yield workspace
    for part in workspace.state.read().processes:
        workspace.stop(part)


@pytest.fixture
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pins of two small stand-ins for jars, which can be fetched."""

    def resolve(destination: Path) -> list[Path]:
        found = [destination / "broker.jar", destination / "clients.jar"]
        for jar in found:
            jar.write_text(jar.name)
        return found

    monkeypatch.setattr(jars, "resolve", resolve)
    pins = tmp_path / "pins"
    source = tmp_path / "source"
    source.mkdir()
    pins.write_text("".join(f"{jars.digest(jar)}  {jar.name}\n" for jar in resolve(source)))
    for jar in source.iterdir():
        jar.unlink()
    return pins


@contextmanager
def listening(port: int) -> Iterator[None]:
    """A server holds the port while the block runs."""
    with socket.create_server((ports.HOST, port)):
        yield


def launch(workspace: Workspace, command: list[str]) -> ProcessRecord:
    """Start a part named `sleeper` and wait until it runs its own code."""
    workspace.launch("sleeper", command)
    workspace.wait_ready("sleeper", lambda: "awake" in workspace.log("sleeper").read_text(), timeout=10)
    return workspace.state.read().processes["sleeper"]


@pytest.mark.parametrize("value", ["plain", "", "two words", 'it\'s "quoted"', "$HOME `id` \\ *", "line\nbreak", "ü=€"])
def test_a_shell_reads_back_what_the_environment_file_holds(tmp_path: Path, value: str) -> None:
    file = tmp_path / "env"
    envfile.write(file, {"BEFORE": "x", "VALUE": value})

    read = subprocess.run(["sh", "-c", f'. {file}; printf %s "$VALUE"'], capture_output=True, check=True)

    assert read.stdout.decode() == value
    assert environment.read_environment(file) == {"BEFORE": "x", "VALUE": value}


def test_files_with_secrets_are_readable_by_their_owner_only(workspace: Workspace) -> None:
    workspace.secret("TOKEN")
    envfile.write(workspace.root / "env", {"TOKEN": "x"})

    for name in ("env", "state.json"):
        assert stat.S_IMODE((workspace.root / name).stat().st_mode) == 0o600


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    assert Workspace(tmp_path).secret("TOKEN") == Workspace(tmp_path).secret("TOKEN")
    assert Workspace(tmp_path).secret("TOKEN") != Workspace(tmp_path).secret("OTHER")


def test_a_damaged_state_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{")

    with pytest.raises(LocalPlatformError, match=r"state\.json cannot be read"):
        Workspace(tmp_path).state.read()


def test_a_recycled_pid_is_never_signalled(workspace: Workspace) -> None:
    record = launch(workspace, SLEEP)
    earlier = record.model_copy(update={"started": record.started - 3600})

    processes.send(earlier, signal.SIGKILL)

    assert not processes.alive(earlier)
    assert processes.alive(record)


def test_a_killed_child_counts_as_gone_although_nobody_waited_for_it(workspace: Workspace) -> None:
    record = launch(workspace, SLEEP)

    os.kill(record.pid, signal.SIGKILL)

    assert processes.wait_for_end(record, timeout=5)
    assert not workspace.running("sleeper")


def test_a_process_that_ignores_being_asked_is_killed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    record = launch(workspace, STUBBORN).model_copy(update={"patience": 0.3})

    assert processes.stop(record) is False
    assert not processes.alive(record)


def test_a_frozen_process_can_be_stopped_in_good_order(workspace: Workspace) -> None:
    record = launch(workspace, SLEEP)
    os.kill(record.pid, signal.SIGSTOP)

    assert workspace.stop("sleeper") is True
    assert not processes.alive(record)


def test_a_part_that_ends_while_starting_is_reported_with_its_own_last_words_only(workspace: Workspace) -> None:
    for word in ("yesterday", "today"):
        workspace.launch("sleeper", [sys.executable, "-c", f"raise SystemExit('{word}')"])
        with pytest.raises(LocalPlatformError, match="sleeper ended while it was starting") as caught:
            workspace.wait_ready("sleeper", lambda: False)

    assert "today" in str(caught.value)
    assert "yesterday" not in str(caught.value)


def test_what_one_command_started_is_found_by_the_next(workspace: Workspace) -> None:
    record = launch(workspace, SLEEP)

    assert Workspace(workspace.root).pids("sleeper") == [record.pid]


def test_a_kind_stands_for_all_its_parts(workspace: Workspace) -> None:
    for part in ("events-1", "events-2", "gateway-1"):
        workspace.launch(part, SLEEP)

    assert len(workspace.pids("events")) == 2
    assert len(workspace.pids("events-2")) == 1


def test_a_taken_port_is_replaced_by_the_next_free_one_and_said_so(tmp_path: Path) -> None:
    lines: list[str] = []
    wanted = ports.first_free(ports.anywhere())
    with listening(wanted):
        chosen = Workspace(tmp_path).port("gateway-1-public", wanted, lines.append)

    assert chosen > wanted
    assert lines == [f"Port {wanted} is taken: gateway-1-public uses {chosen}"]


def test_a_port_once_chosen_is_kept(workspace: Workspace) -> None:
    chosen = workspace.port("postgres", 54321)

    assert Workspace(workspace.root).port("postgres", 1) == chosen


def test_a_port_that_its_own_killed_process_is_letting_go_of_is_waited_for(workspace: Workspace) -> None:
    chosen = workspace.port("gateway-1-public", ports.anywhere())
    with socket.socket() as held:
        held.bind((ports.HOST, chosen))
        held.listen()
        threading.Timer(0.3, held.close).start()
        assert workspace.port("gateway-1-public", chosen) == chosen


def test_two_parts_never_get_the_same_port(workspace: Workspace) -> None:
    assert workspace.port("events-1-internal", 8081) != workspace.port("events-2-internal", 8081)


def test_a_port_the_user_asked_for_is_used_or_refused(workspace: Workspace) -> None:
    wanted = ports.first_free(ports.anywhere())
    assert workspace.port("gateway-1-public", wanted, strict=True) == wanted

    with listening(wanted), pytest.raises(LocalPlatformError, match=f"port {wanted}, asked for gateway-1-public"):
        workspace.port("gateway-1-public", wanted, strict=True)


def test_a_jar_that_is_not_the_pinned_one_stops_the_start_and_says_how_to_mend_it(pinned: Path, tmp_path: Path) -> None:
    jars.class_path(silent, cache=tmp_path, pins_file=pinned)
    jar = next(tmp_path.glob("kafka-*/broker.jar"))
    jar.write_bytes(b"exchanged")

    with pytest.raises(LocalPlatformError) as caught:
        jars.class_path(silent, cache=tmp_path, pins_file=pinned)

    assert "broker.jar is not the file pinned" in str(caught.value)
    advice = str(caught.value).split("fetched anew:")[1].strip()
    subprocess.run(["sh", "-c", advice], check=True)
    assert "broker.jar" in jars.class_path(silent, cache=tmp_path, pins_file=pinned)


def test_jars_are_fetched_once(pinned: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    for _ in range(2):
        jars.class_path(lines.append, cache=tmp_path, pins_file=pinned)

    assert len(lines) == 1


def test_a_download_that_is_not_what_was_pinned_is_never_kept(pinned: Path, tmp_path: Path) -> None:
    pinned.write_text(f"{'0' * 64}  broker.jar\n{'0' * 64}  clients.jar\n")

    with pytest.raises(LocalPlatformError, match="as just fetched, is not the file pinned"):
        jars.class_path(silent, cache=tmp_path, pins_file=pinned)

    assert not list(tmp_path.rglob("*.jar"))


def test_other_jars_than_the_pinned_ones_are_refused(pinned: Path, tmp_path: Path) -> None:
    pinned.write_text(pinned.read_text().splitlines()[0] + "\n")

    with pytest.raises(LocalPlatformError, match=r"other jars were resolved .*: clients\.jar"):
        jars.class_path(silent, cache=tmp_path, pins_file=pinned)


def test_one_broker_keeps_one_copy() -> None:
    settings = broker_properties(1, [BrokerPorts(9092, 9093, 9094)], Path("data"))

    assert settings["default.replication.factor"] == settings["min.insync.replicas"] == 1
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:9093"


def test_three_brokers_keep_three_copies_of_which_two_must_be_written() -> None:
    layout = [BrokerPorts(9092, 9093, 9094), BrokerPorts(9095, 9096, 9097), BrokerPorts(9098, 9099, 9100)]
    settings = broker_properties(2, layout, Path("data"))

    copies = {value for key, value in settings.items() if key.endswith("replication.factor")}
    assert copies == {3}
    assert settings["min.insync.replicas"] == settings["transaction.state.log.min.isr"] == 2
    assert settings["node.id"] == 2
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:9093,2@127.0.0.1:9096,3@127.0.0.1:9099"


def test_brokers_listen_on_loopback_only() -> None:
    settings = broker_properties(1, [BrokerPorts(9092, 9093, 9094)], Path("data"))

    for key in ("listeners", "advertised.listeners"):
        assert all("://127.0.0.1:" in listener for listener in str(settings[key]).split(","))


def test_another_number_of_brokers_than_the_data_was_laid_out_for_is_refused(workspace: Workspace) -> None:
    (workspace.root / "kafka" / "1").mkdir(parents=True)
    with workspace.state.edit() as state:
        state.brokers = 1

    with pytest.raises(LocalPlatformError, match=r"BROKERS=1\), or delete .* down --purge"):
        LocalKafka(workspace, 3)


def test_an_existing_kafka_is_used_when_the_environment_names_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(backends.STARTED_WITH, "KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9092")
    with pytest.raises(LocalPlatformError, match="set KAFKA_PARTNER_BOOTSTRAP_SERVERS too"):
        backends.choose_kafka(workspace, 1)

    monkeypatch.setitem(backends.STARTED_WITH, "KAFKA_PARTNER_BOOTSTRAP_SERVERS", "kafka.example:9094")
    assert isinstance(backends.choose_kafka(workspace, 1), ExternalKafka)


def test_our_own_address_in_the_environment_is_not_mistaken_for_an_existing_kafka(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = workspace.port("kafka-1", 9092)
    monkeypatch.setitem(backends.STARTED_WITH, "KAFKA_BOOTSTRAP_SERVERS", f"127.0.0.1:{port}")

    assert isinstance(backends.choose_kafka(workspace, 1), LocalKafka)


def test_a_service_reaches_its_own_database_with_its_own_role() -> None:
    url = service_url("postgresql://admin:geheim@127.0.0.1:54321/postgres?sslmode=disable", "events", "s3cret")

    assert url == "postgresql://events:s3cret@127.0.0.1:54321/events?sslmode=disable"


def test_kafka_properties_become_variables_of_its_image() -> None:
    name = environment_name("listener.name.partner.scram-sha-512.sasl.jaas.config")

    assert name == "KAFKA_LISTENER_NAME_PARTNER_SCRAM___SHA___512_SASL_JAAS_CONFIG"


def test_a_failure_is_raised_after_all_jobs_have_ended() -> None:
    ended = threading.Event()

    def fail() -> None:
        raise LocalPlatformError("no")

    with pytest.raises(LocalPlatformError, match="no"):
        concurrently(fail, ended.set, cancelled=threading.Event())
    assert ended.is_set()


def test_an_interruption_ends_a_start_although_a_job_hangs() -> None:
    cancelled, hanging = threading.Event(), threading.Event()
    threading.Timer(0.1, cancelled.set).start()

    def hang() -> None:
        hanging.wait(20)

    with pytest.raises(CancelledError):
        concurrently(hang, cancelled=cancelled)
    hanging.set()


def test_nothing_is_started_after_an_interruption(workspace: Workspace) -> None:
    workspace.cancelled.set()

    with pytest.raises(CancelledError):
        workspace.launch("sleeper", SLEEP)


def test_two_commands_never_work_on_one_root_at_once(tmp_path: Path) -> None:
    second = RootLock(tmp_path).held("up", timeout=0.2)
    with RootLock(tmp_path).held("up"), pytest.raises(LocalPlatformError, match=r"at work in .* for too long"), second:
        pytest.fail("both hold the lock")


def test_a_running_demo_is_named_to_whoever_comes_second(tmp_path: Path) -> None:
    second = RootLock(tmp_path).held("up")
    with RootLock(tmp_path).held("demo"), pytest.raises(LocalPlatformError, match=f"pid {os.getpid()}"), second:
        pytest.fail("both hold the lock")


def test_a_part_that_keeps_dying_is_tried_less_and_less_often() -> None:
    patient, attempts = Patient(), []
    for second in range(60):
        if patient.due(second):
            patient.note_attempt(second)
            attempts.append(second)

    assert attempts == [0, 2, 6, 14, 30]


def test_a_signal_that_comes_while_another_is_heard_stops_it_too_and_nothing_hangs() -> None:
    """As when a terminal and whoever else watches over it send theirs at the same moment."""
    program = """
import signal
from threading import Event
from deploy.local.__main__ import _stopping_on_signals

class Interrupted(Event):
    def set(self):
        with self._cond:
            if not self._flag:
                signal.raise_signal(signal.SIGTERM)
            self._flag = True
            self._cond.notify_all()

stop = Interrupted()
with _stopping_on_signals(stop):
    signal.raise_signal(signal.SIGINT)
    stop.wait(20)
print("stopped" if stop.is_set() else "deaf", flush=True)
"""
    child = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    assert child.stdout.splitlines()[-1] == "stopped"
