"""Each service starts from a tree that holds nothing but it and ``shared`` (DESIGN 5)."""

import asyncio
import json
import os
import shutil
import site
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local import ports
from deploy.local.platform import Platform
from deploy.local.services import SERVICES

REPOSITORY = Path(__file__).parents[2]
NAMES = sorted(path.parent.name for path in REPOSITORY.glob("services/*/__main__.py"))


PUBLIC = {"gateway": ("/v1/events", "/openapi.json"), "web": ("/", "/docs", "/robots.txt")}


@pytest.fixture(params=NAMES)
def alone(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """The name of a service and a folder with only it and ``shared``."""
    name: str = request.param
    junk = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "shared", tmp_path / "shared", ignore=junk)
    shutil.copytree(REPOSITORY / "services" / name, tmp_path / "services" / name, ignore=junk)
    shutil.copy(REPOSITORY / "services" / "__init__.py", tmp_path / "services")
    return name, tmp_path


def environment(folder: Path) -> dict[str, str]:
    """Nothing of the repository on the path: without ``site``, the editable installation is not seen."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    packages = [path for path in site.getsitepackages() if Path(path).is_dir()]
    return kept | {"PYTHONPATH": os.pathsep.join([str(folder), *packages]), "PYTHONDONTWRITEBYTECODE": "1"}


async def output_of(folder: Path, program: str) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-S", "-P", "-c", program),
        cwd=folder,
        env=environment(folder),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode().split()


async def test_the_repository_is_out_of_sight(alone: tuple[str, Path]) -> None:
    name, folder = alone
    others = [f"services.{other}" for other in NAMES if other != name]
    program = f"""
import importlib.util, services, shared
print(services.__file__, shared.__file__)
for name in ["services.{name}", "deploy", "tests", *{others}]:
    print(importlib.util.find_spec(name) is not None)
"""
    where_services, where_shared, *found = await output_of(folder, program)

    assert Path(where_services) == folder / "services" / "__init__.py"
    assert Path(where_shared) == folder / "shared" / "__init__.py"
    assert found == ["True"] + ["False"] * (2 + len(others))


async def test_a_service_alone_becomes_ready_consumes_and_ends_when_told(
    alone: tuple[str, Path], platform: Platform
) -> None:
    """It is one more instance of the service on the platform, so that it takes nothing away from anybody."""
    name, folder = alone
    internal = ports.first_free(ports.anywhere())
    public = ports.first_free(ports.anywhere(), avoid=(internal,))
    prefix, has_database = name.upper(), SERVICES[name].has_database
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-S", "-P", "-m", f"services.{name}"),
        cwd=folder,
        env=environment(folder)
        | {f"{prefix}_INTERNAL_PORT": str(internal), f"{prefix}_PORT": str(public)}
        | (connections(platform, name) if has_database else {"WEB_GATEWAY_URL": platform.public_url()})
        | {secret: platform.env.get(secret, "x" * 40) for secret in SERVICES[name].secrets},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    lines: list[dict[str, Any]] = []
    logged = asyncio.create_task(read_lines(process, lines))
    try:
        await ready(f"http://127.0.0.1:{internal}/readyz", process)
        if SERVICES[name].public_port:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{public}", timeout=20) as http:
                for path in PUBLIC[name]:
                    assert (await http.get(path)).status_code == 200
        if has_database:
            await until(lambda: any(line["event"] == "consuming" for line in lines), process, "join its group")
        began = time.monotonic()
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) in (0, -15, 143)
        assert time.monotonic() - began < 20
    finally:
        if process.returncode is None:
            process.kill()
    await logged
    assert [line for line in lines if line["level"] == "critical"] == []


def connections(platform: Platform, name: str) -> dict[str, str]:
    """Where a service with a database finds it, and Kafka."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": platform.kafka.settings.bootstrap_servers,
        "KAFKA_SECURITY_PROTOCOL": platform.kafka.settings.security_protocol,
        f"{name.upper()}_DATABASE_URL": platform.database_url(name),
    }


async def read_lines(process: asyncio.subprocess.Process, lines: list[dict[str, Any]]) -> None:
    """Every line is JSON, or this fails."""
    assert process.stdout is not None
    async for line in process.stdout:
        lines.append(json.loads(line))  # noqa: PERF401  # seen while the process runs


async def ready(url: str, process: asyncio.subprocess.Process) -> None:
    def answers() -> bool:
        try:
            return httpx.get(url, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    await until(answers, process, "become ready")


async def until(come: Callable[[], bool], process: asyncio.subprocess.Process, what: str) -> None:
    deadline = time.monotonic() + 100
    while not await asyncio.to_thread(come):
        assert process.returncode is None, "it ended by itself"
        assert time.monotonic() < deadline, f"it did not {what}"
        await asyncio.sleep(0.1)
