"""Logs and metrics. Neither ever holds personal data: ids, counts, codes and positions only (DESIGN 2)."""

import logging
import sys
from typing import Final

import structlog
from prometheus_client import Counter, Gauge, Histogram

MESSAGES_IN: Final = Counter(
    "buendnisbus_messages_consumed", "Messages taken from Kafka.", ["group", "result"]
)  # result: handled, dead-letter, retried
BATCH_SECONDS: Final = Histogram(
    "buendnisbus_batch_seconds",
    "From a batch's arrival to its commit.",
    ["group"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60),
)
BEHIND_SECONDS: Final = Gauge(
    "buendnisbus_behind_seconds", "How old the newest message of the last batch was when it was handled.", ["group"]
)
MESSAGES_OUT: Final = Counter("buendnisbus_messages_published", "Messages acknowledged by Kafka.", ["service"])
OUTBOX_WAITING: Final = Gauge("buendnisbus_outbox_waiting", "Messages not yet acknowledged by Kafka.", ["service"])
OUTBOX_SHARDS: Final = Gauge("buendnisbus_outbox_shards", "Shards that this instance relays, of 16.", ["service"])
OUTBOX_OLDEST: Final = Gauge("buendnisbus_outbox_oldest_seconds", "Age of the oldest of them.", ["service"])


def configure_logging(service: str, level: str = "info") -> None:
    """JSON lines on standard output, libraries included; ``service`` is on every line."""

    # No context variable: threads, signal handlers and what the garbage collector ends have contexts of their own.
    def add_service(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        event["service"] = service
        return event

    shared_processors: list[structlog.types.Processor] = [
        add_service,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared_processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared_processors,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_reprs,
                _stack_without_values,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    sys.excepthook = lambda kind, error, _: structlog.get_logger().critical("ended by an error", exc_info=error)
    # Clients report every reconnect attempt, or the headers they got; their warnings are enough.
    for noisy in ("aiokafka", "consumer", "faststream", "uvicorn.access", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _without_reprs(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """asyncio describes a failed task, with what its error says, in the lines after the first."""
    if event.get("logger") == "asyncio":
        event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _stack_without_values(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Errors are logged as where and what kind: their texts can quote a row or a body."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        frames, trace = [], error.__traceback__
        while trace:
            code = trace.tb_frame.f_code
            frames.append(f"{code.co_filename.rsplit('/', 3)[-1]}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        event["error"] = type(error).__qualname__
        event["at"] = frames[-6:]
    return event
