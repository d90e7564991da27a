"""Running a service: background tasks that live and end together, probes, a clean stop."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final

import structlog
import uvicorn
import uvloop
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

log = structlog.get_logger()

PROBE_S: Final = 2.0
TRY_AGAIN_S: Final = 30.0
DATE_S: Final = 1.0
REQUESTS_S: Final = 8
STOP_S: Final = 18.0


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run ``work`` in the background; on leaving, all of it is cancelled and waited for.

    Raises:
        ExceptionGroup: one of them failed; the block is cancelled then, so that the process ends and is
            started again rather than living on in part.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job) for job in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def every(seconds: float, job: Callable[[], Awaitable[object]]) -> None:
    """Do ``job`` now and every ``seconds`` after; a failure is logged, and it is tried again before long."""
    while True:
        pause = seconds
        try:
            await job()
        except Exception as error:
            log.warning("timer failed", job=getattr(job, "__name__", repr(job)), exc_info=error)
            pause = min(seconds, TRY_AGAIN_S)
        await asyncio.sleep(pause)


async def nothing() -> None:
    """What a process needs that is ready as soon as it answers."""


def probes(needed: Callable[[], Coroutine[Any, Any, object]] = nothing) -> Starlette:
    """``/livez``, ``/readyz`` and ``/metrics``. Ready is who gets what is ``needed``, as an answer of its own database,
    within ``PROBE_S``."""

    async def livez(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        asking = asyncio.create_task(needed())
        try:
            # Not cancelled: giving back a connection to a frozen server takes longer than an answer may.
            async with asyncio.timeout(PROBE_S):
                await asyncio.shield(asking)
        except Exception as error:
            asking.add_done_callback(lambda done: done.cancelled() or done.exception())
            return PlainTextResponse(f"{type(error).__name__}\n", status_code=503)
        return PlainTextResponse("ready\n")

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)])


class _Server(uvicorn.Server):
    """uvicorn's own signal handling ends the process after the last answer; here there is more to end in order.

    It also looks ten times a second whether it is to stop, which at rest is most of what a service does: this one is
    told, and wakes up once a second for the date in its answers.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopping = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to ``serve``."""
        yield

    def stop(self) -> None:
        """End, once the answers under way have been given."""
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        """Serve until ``stop``."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(DATE_S):
                    await self._stopping.wait()


async def serve(*sites: tuple[ASGIApp, str, int], stopping: Callable[[], None] = lambda: None) -> None:
    """Serve each ``(app, host, port)`` until SIGTERM or SIGINT; requests under way get ``REQUESTS_S`` to end.

    ``stopping`` is called at once then, to end answers that have no end of their own. It returns when all have ended,
    so that whoever called it can leave its consumer group and close what it opened. Where that takes longer than
    ``STOP_S`` from the signal, the process ends at once: all that was not finished is repeated.
    """
    servers = [
        _Server(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=REQUESTS_S,
            )
        )
        for app, host, port in sites
    ]

    loop = asyncio.get_running_loop()

    def stop() -> None:
        for server in servers:
            server.stop()
        stopping()
        loop.call_later(STOP_S, os._exit, 128 + signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await asyncio.gather(*(server.serve() for server in servers))


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a service's ``main`` to its end on uvloop."""
    # Batches make many short-lived objects and hardly a cycle: looking for those less often is a tenth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        uvloop.run(main)
    except KeyboardInterrupt:
        pass
    except ValidationError as error:
        # Without the values: one of them may be a password.
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False)]
        raise SystemExit(f"{error.title}: {'; '.join(wrong)}. See the variables in docs/operations.md.") from None
