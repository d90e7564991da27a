"""Resident memory at rest, of each service and of everything that ``make up`` starts."""

import time
from pathlib import Path
from typing import Any

import psutil

from deploy.local.platform import Platform

AT_REST_S = 5


def measure(platform: Platform) -> dict[str, Any]:
    """Megabytes, once a freshly started platform has been left alone for a while."""
    time.sleep(AT_REST_S)
    services = {part: sum(map(_resident, platform.pids(part))) for part in platform.services.parts()}
    kafka = sum(map(_resident, platform.pids("kafka")))
    postgres = sum(_proportional(pid) for pid in platform.pids("postgres"))
    return {
        "services_mb": {part: round(size) for part, size in services.items()},
        "kafka_mb": round(kafka),
        "postgres_mb": round(postgres),
        "everything_mb": round(sum(services.values()) + kafka + postgres),
    }


def _resident(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 2**20


def _proportional(pid: int) -> float:
    """PostgreSQL's processes share their buffers: each shared page is counted once, divided among them (PSS)."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    kilobytes = 0
    for process in processes:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024
