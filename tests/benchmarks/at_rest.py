"""What is used at rest: memory of each service and of everything that ``make up`` starts, and of a core by each."""

import time
from pathlib import Path
from typing import Any

import psutil

from deploy.local.platform import Platform

AT_REST_S = 10
WATCHED_S = 30


def measure(platform: Platform) -> dict[str, Any]:
    """Megabytes, and shares of a core in percent, once a freshly started platform has been left alone for a while."""
    time.sleep(AT_REST_S)
    parts = platform.services.parts()
    services = {part: sum(map(_resident, platform.pids(part))) for part in parts}
    kafka = sum(map(_resident, platform.pids("kafka")))
    postgres = sum(_proportional(pid) for pid in platform.pids("postgres"))
    return {
        "services_mb": {part: round(size) for part, size in services.items()},
        "kafka_mb": round(kafka),
        "postgres_mb": round(postgres),
        "everything_mb": round(sum(services.values()) + kafka + postgres),
        "services_cpu_percent": _busy({part: platform.pids(part) for part in parts}),
    }


def _busy(pids: dict[str, list[int]]) -> dict[str, float]:
    """The share of a core that each part used while it was watched."""

    def used() -> dict[str, float]:
        return {part: sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in of) for part, of in pids.items()}

    before, began = used(), time.monotonic()
    time.sleep(WATCHED_S)
    after, watched = used(), time.monotonic() - began
    return {part: round(100 * (after[part] - before[part]) / watched, 2) for part in pids}


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
