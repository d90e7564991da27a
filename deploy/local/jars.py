"""The Java libraries of Apache Kafka: fetched once from a Maven repository, checked before every use.

They are kept outside the repository, in `~/.cache/buendnisbus` or `BUENDNISBUS_CACHE`. `jars.sha256` pins the
content of each; hashing all 44 MB takes 0.1 s, so nothing is trusted from the last time.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from deploy.local.errors import LocalPlatformError
from deploy.local.workspace import Report

KAFKA_VERSION = "4.2.0"

_PINS = Path(__file__).with_name("jars.sha256")
# The mark at the end makes jgo take the versions as they are: without it every coordinate also acts as a
# list of versions for the others, and Kafka 4.2 would silently get the clients of 3.9.
_COORDINATES = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.apache.logging.log4j:log4j-slf4j-impl:2.25.3!"


def cache_directory() -> Path:
    """Where downloads are kept; shared by all roots of this user."""
    default = Path.home() / ".cache" / "buendnisbus"
    return Path(os.environ.get("BUENDNISBUS_CACHE") or default).expanduser().resolve()


def class_path(report: Report, cache: Path | None = None, pins_file: Path = _PINS) -> str:
    """The checked class path of Kafka; fetches what is missing.

    Raises LocalPlatformError where a jar is not the pinned one: nothing of it is run.
    """
    folder = (cache or cache_directory()) / f"kafka-{KAFKA_VERSION}"
    pins = read_pins(pins_file)
    if any(not (folder / name).exists() for name in pins):
        report(f"Fetching Apache Kafka {KAFKA_VERSION} (44 MB, only this once) …")
        _fetch(folder, pins)
    for name, expected in pins.items():
        check(folder / name, expected)
    return os.pathsep.join(str(folder / name) for name in pins)


def read_pins(path: Path = _PINS) -> dict[str, str]:
    """File name → SHA-256, as `sha256sum` writes them."""
    pairs = (line.split(maxsplit=1) for line in path.read_text().splitlines())
    return {name: digest for digest, name in pairs}


def check(jar: Path, expected: str) -> None:
    """Raise unless the kept file has exactly the pinned content."""
    if digest(jar) != expected:
        raise LocalPlatformError(
            f"{jar.name} is not the file pinned in {_PINS.name}: damaged or exchanged since it was fetched.\n"
            f"  Delete it and start again, it will be fetched anew:  rm {jar}"
        )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def resolve(destination: Path) -> list[Path]:
    """Download Kafka and all it needs into a folder; returns the jars, unchecked."""
    # Imported here: only the first start needs it, and it takes 0.2 s.
    from jgo.env import EnvironmentBuilder
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=destination / "m2", timeout=60)
    builder = EnvironmentBuilder(context=context, cache_dir=destination / "environments")
    return list(builder.from_endpoint(_COORDINATES).all_jars)


def _fetch(folder: Path, pins: dict[str, str]) -> None:
    """Fetch the missing jars: each is checked before it takes its place, so an interruption does no harm."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetch-") as scratch:
        try:
            found = {jar.name: jar for jar in resolve(Path(scratch))}
        except Exception as error:
            raise LocalPlatformError(
                f"Apache Kafka could not be fetched: {error}\n"
                "  That needs the network once. To use a Kafka that runs already, set "
                "KAFKA_BOOTSTRAP_SERVERS and KAFKA_PARTNER_BOOTSTRAP_SERVERS."
            ) from error
        if set(found) != set(pins):
            different = ", ".join(sorted(set(found) ^ set(pins)))
            raise LocalPlatformError(f"other jars were resolved than {_PINS.name} pins: {different}")
        for name, expected in pins.items():
            if (folder / name).exists():
                continue
            if digest(found[name]) != expected:
                raise LocalPlatformError(
                    f"{name}, as just fetched, is not the file pinned in {_PINS.name}. Its source serves "
                    "something else than what was reviewed: do not use it before you know why"
                )
            # jgo links from one of its folders to the other; the scratch folder goes, so take the file itself.
            found[name].resolve().replace(folder / name)


def pin(path: Path = _PINS) -> None:
    """Write down the content of all jars as they are resolved now."""
    with tempfile.TemporaryDirectory() as scratch:
        found = sorted(resolve(Path(scratch)), key=lambda jar: jar.name)
        path.write_text("".join(f"{digest(jar)}  {jar.name}\n" for jar in found))
