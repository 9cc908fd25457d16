"""Several people at once: each in a thread with a database connection of its own, all let go together."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

PATIENCE_S = 20


def rush(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the exception that it raised, in the order of the acts."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(PATIENCE_S)
            results[place] = act()
        except Exception as error:  # noqa: BLE001 - whatever it was, the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act), daemon=True) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads), "somebody is still waiting: a deadlock?"
    return results


class Turnstile:
    """Holds whoever comes to a place in the code until told to let them through."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def wait(self) -> None:
        self.reached.set()
        assert self.opened.wait(PATIENCE_S), "nobody opened the turnstile"


@contextmanager
def held_at(monkeypatch: Any, module: Any, name: str, act: Callable[[], Any]) -> Iterator[Turnstile]:
    """`act` runs in a thread and is held when it calls `module.name` for the first time.

    The block runs while it is held; afterwards it goes on, and an exception of it is raised here.
    """
    stile, real, outcome = Turnstile(), getattr(module, name), list[Any]()
    runner: list[threading.Thread] = []

    def stop_once(*args: Any, **named: Any) -> Any:
        if threading.current_thread() in runner and not stile.reached.is_set():
            stile.wait()
        return real(*args, **named)

    def run() -> None:
        try:
            outcome.append(act())
        except Exception as error:  # noqa: BLE001 - raised again below
            outcome.append(error)
        finally:
            connection.close()

    runner.append(threading.Thread(target=run, daemon=True))
    monkeypatch.setattr(module, name, stop_once)
    runner[0].start()
    assert stile.reached.wait(PATIENCE_S), f"{name} was not called"
    try:
        yield stile
    finally:
        stile.opened.set()
        runner[0].join(PATIENCE_S)
        monkeypatch.setattr(module, name, real)
    assert outcome, "the held one has not come to its end"
    if isinstance(outcome[0], Exception):
        raise outcome[0]
