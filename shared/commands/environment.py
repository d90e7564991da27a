"""Where the commands find the bus: the environment, else what the local platform wrote to ``.local/env``."""

import os
import shlex
from pathlib import Path

LOCAL_ENV = Path(".local/env")


def use_local_platform() -> None:
    """Let the local platform answer for what the environment does not say."""
    if "KAFKA_BOOTSTRAP_SERVERS" in os.environ or not LOCAL_ENV.exists():
        return
    for name, value in read_environment(LOCAL_ENV).items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("BUENDNISBUS_URL", os.environ.get("GATEWAY_URL", ""))


def required(name: str) -> str:
    """The value of an environment variable.

    Raises:
        SystemExit: it is not set; says so and what to do.
    """
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set. Run this where `make up` runs (it reads {LOCAL_ENV}), or set it.")
    return value


def read_environment(path: Path) -> dict[str, str]:
    """The values of a file of shell assignments, such as ``.local/env``."""
    words = shlex.split(path.read_text(encoding="utf-8"))
    return dict(word.split("=", 1) for word in words)
