"""What the bare loops have in common: a server of their own beside ours, and how delays are summed up."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette


@asynccontextmanager
async def bare_server(module: str, source: str) -> AsyncIterator[str]:
    """The address of ``module``, which ends in ``serve`` and reads from ``source``, as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, source, str(port))
    try:
        for _ in range(200):
            try:
                (await asyncio.open_connection("127.0.0.1", port))[1].close()
                break
            except OSError:
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


def serve(create_app: Callable[[str], Starlette]) -> None:
    """Serve what ``create_app`` makes of the source and on the port that the command line names."""
    uvicorn.run(
        create_app(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        host="127.0.0.1",
        port=int(sys.argv[2]),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )


def percentiles(delays: Iterable[float]) -> dict[str, float]:
    """The median and the 99th of a hundred."""
    ordered = sorted(delays)
    return {"p50": round(ordered[len(ordered) // 2], 1), "p99": round(ordered[len(ordered) * 99 // 100], 1)}
