"""Doing slow things at the same time without losing the ability to stop."""

import threading
from collections.abc import Callable

from deploy.local.errors import CancelledError


def concurrently(*jobs: Callable[[], None], cancelled: threading.Event) -> None:
    """Run the jobs in threads of their own; returns when all have ended, and raises the first failure.

    Once `cancelled` is set, jobs get two seconds to notice. One that does not (it hangs in a download) is left
    behind: as a daemon thread it ends with the program.
    """
    failures: list[Exception] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive() and not cancelled.is_set():
            thread.join(0.05)
        thread.join(2.0 if cancelled.is_set() else None)
    if cancelled.is_set():
        raise CancelledError
    if failures:
        raise failures[0]
