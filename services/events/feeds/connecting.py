"""One HTTP exchange with a server at addresses that were checked before."""

import ssl
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from typing import Final

import httpcore

from services.events.feeds.errors import FetchError
from services.events.feeds.urls import Target

_MOST_TRIED: Final = 4


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to the addresses it was made with, whatever name it is asked for: nothing is looked up again."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses[:_MOST_TRIED]
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the signature of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        share = timeout / len(self._addresses) if timeout else None
        failure: Exception | None = None
        for address in self._addresses:
            try:
                return await self._network.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError


@asynccontextmanager
async def exchange(
    target: Target, addresses: Sequence[str], headers: Sequence[tuple[str, str]], idle_seconds: float
) -> AsyncIterator[httpcore.Response]:
    """Ask for ``target`` at one of ``addresses``; the answer's head has come, its body has not been read.

    The name of ``target`` is what TLS asks for and checks, and what the header ``Host`` says. Nothing is kept
    between exchanges: no connection, no cookie. Proxies of the environment are not used. A head of more than
    100 KiB is refused by ``httpcore``.

    Raises:
        FetchError: ``unreachable``, ``tls``, ``not-http``, ``too-slow`` after ``idle_seconds`` of silence.
    """
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    silence = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), idle_seconds)}
    with explained(target.host):
        async with (
            httpcore.AsyncHTTPConnection(
                url.origin, ssl_context=tls() if target.scheme == "https" else None, network_backend=_Pinned(addresses)
            ) as connection,
            connection.stream(
                "GET", url, headers=[("Host", target.authority), *headers], extensions=silence
            ) as response,
        ):
            yield response


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """Certificates are checked against certifi's authorities and the system's; ``SSL_CERT_FILE`` adds others."""
    return httpcore.default_ssl_context()


@contextmanager
def explained(host: str) -> Iterator[None]:
    """Errors of the connection to ``host`` as ``FetchError``, without their texts, which quote what was sent."""
    try:
        yield
    except httpcore.ConnectTimeout:
        raise _unreachable(host) from None
    except httpcore.TimeoutException:
        raise FetchError("too-slow", "{host} was silent for too long; its operator may know why.", host=host) from None
    except httpcore.ProtocolError:
        raise FetchError(
            "not-http",
            "What is at {host} does not answer in HTTP as it should; check the port, and https:// or http://.",
            host=host,
        ) from None
    except (httpcore.NetworkError, ssl.SSLError, OSError) as error:
        failure = _of_tls(error)
        if failure is None:
            raise _unreachable(host) from None
        why = getattr(failure, "verify_message", "") or "no secure connection came about"
        raise FetchError(
            "tls", "The certificate or encryption of {host} is not in order: {why}.", host=host, why=why.rstrip(".")
        ) from None


def _of_tls(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _unreachable(host: str) -> FetchError:
    return FetchError(
        "unreachable", "No connection to {host}; check the address, or the server may be down.", host=host
    )
