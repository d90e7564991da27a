"""Where the commands find the bus: the environment, else what the local platform wrote to ``.local/env``."""

import os
from pathlib import Path

from deploy.local import envfile

LOCAL_ENV = Path(".local/env")


def use_local_platform() -> None:
    """Let the local platform answer for what the environment does not say."""
    if "KAFKA_BOOTSTRAP_SERVERS" in os.environ or not LOCAL_ENV.exists():
        return
    for name, value in envfile.read(LOCAL_ENV).items():
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
