"""Clients in processes of their own: so many threads in each, all let go at the same moment."""

from __future__ import annotations

import ctypes
import multiprocessing
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, Generic, TypeVar

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
_PR_SET_PDEATHSIG = 1
_HEAD_START_S = 0.15  # until every process has its threads at the line


class Crowd:
    """Client processes that live as long as the trial; acts are functions of a module, tasks are pickled.

    Takes   `acts`: after so many a process is replaced by a fresh one; None: never.
    """

    def __init__(self, *, processes: int = 2, acts: int | None = None) -> None:
        self.processes = processes
        self._pool = ProcessPoolExecutor(
            processes,
            max_tasks_per_child=acts,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=die_with_parent,
        )

    def begin(
        self, act: Callable[[_Task], _Result], tasks: Sequence[_Task], *, clients: int, processes: int = 0
    ) -> Storm[_Result]:
        """The tasks are on their way: done by so many clients at once, who take the next when done."""
        shares = min(processes or self.processes, clients, max(1, len(tasks)))
        starts_at = time.monotonic() + _HEAD_START_S
        return Storm(
            [
                self._pool.submit(_work, act, tasks[place::shares], -(-clients // shares), starts_at)
                for place in range(shares)
            ],
            count=len(tasks),
        )

    def send(self, act: Callable[[_Task], _Result], tasks: Sequence[_Task], *, clients: int) -> list[_Result]:
        """What each task gave, in the order of the tasks. An exception of an act is raised here."""
        return self.begin(act, tasks, clients=clients).results()

    def close(self) -> None:
        """All clients are gone, whatever they were at: a trial that is stopped waits for nobody."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.kill()


class Storm(Generic[_Result]):
    """Tasks that are being done."""

    def __init__(self, shares: list[Future[list[Any]]], *, count: int) -> None:
        self._shares, self._count = shares, count

    def results(self, *, patience_s: float = 900) -> list[Any]:
        results: list[Any] = [None] * self._count
        for place, share in enumerate(self._shares):
            results[place :: len(self._shares)] = share.result(patience_s)
        return results


def die_with_parent() -> None:
    """The kernel ends this process when the trial is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _work(act: Callable[[Any], Any], tasks: Sequence[Any], threads: int, starts_at: float) -> list[Any]:
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    results: list[Any] = [None] * len(tasks)
    failed: list[BaseException] = []
    for place in range(len(tasks)):
        waiting.put(place)

    def client() -> None:
        time.sleep(max(0.0, starts_at - time.monotonic()))
        while not failed:
            try:
                place = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                results[place] = act(tasks[place])
            except Exception as error:  # noqa: BLE001 - raised again in the trial's own process
                failed.append(error)

    clients = [threading.Thread(target=client, daemon=True) for _ in range(min(threads, len(tasks)))]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    if failed:
        raise failed[0]
    return results
