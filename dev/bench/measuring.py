"""Measures a scene: so many customers for so many seconds, with the CPU time that it cost the servers."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dev.bench import gauges
from dev.bench.scenes import Act, Customer

_STATEMENT = re.compile(r"LOG: {2}(?:statement|execute [^:]+): (.*(?:\n\t.*)*)")  # tabs: it goes on
_BRACKETS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Slot:
    """One measurement of one scene against one server."""

    units: int
    seconds: float
    cpu_ms: dict[str, float]  # per unit: web or floor, postgres, sandbox
    others_busy: float  # cores that neither the servers nor we ourselves used
    waits_ms: list[float]

    @property
    def per_second(self) -> float:
        return self.units / self.seconds


@dataclass
class Series:
    """The repeats of a measurement; figures are medians of them."""

    server: str
    slots: list[Slot] = field(default_factory=list)

    def cpu_ms(self, tree: str) -> float:
        return gauges.median([slot.cpu_ms[tree] for slot in self.slots])

    @property
    def counted_ms(self) -> float:
        """What one unit costs our servers; Stripe's own time is not ours."""
        return gauges.median([slot.cpu_ms[self.server] + slot.cpu_ms["postgres"] for slot in self.slots])

    @property
    def per_second(self) -> float:
        return gauges.median([slot.per_second for slot in self.slots])

    def wait_ms(self, share: float) -> float:
        return gauges.median([gauges.quantile(slot.waits_ms, share) for slot in self.slots])


def measure(act: Act, customers: list[Customer], *, seconds: float, pids: dict[str, int]) -> Slot:
    """All customers repeat the act until the time is over. Raises what the first of them raised."""
    waits: list[float] = []
    trouble: list[BaseException] = []
    used, ours, everybody = _read(pids), time.process_time(), gauges.busy_s()
    begun = time.monotonic()

    def repeat(customer: Customer) -> None:
        own: list[float] = []
        try:
            while (started := time.monotonic()) < begun + seconds and not trouble:
                act(customer)
                own.append((time.monotonic() - started) * 1000)
        except Exception as error:  # noqa: BLE001  # a thread's error is raised by who started it
            trouble.append(error)
        waits.extend(own)

    threads = [threading.Thread(target=repeat, args=[customer]) for customer in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if trouble:
        raise trouble[0]
    spent = time.monotonic() - begun
    delta = {name: after - used[name] for name, after in _read(pids).items()}
    known = sum(delta.values()) + time.process_time() - ours
    units = len(waits)
    return Slot(
        units=units,
        seconds=spent,
        cpu_ms={name: 1000 * value / units for name, value in delta.items()},
        others_busy=max(0.0, (gauges.busy_s() - everybody - known) / spent),
        waits_ms=sorted(waits),
    )


def _read(pids: dict[str, int]) -> dict[str, float]:
    return {name: gauges.tree_cpu_s(pid) for name, pid in pids.items()}


@dataclass(frozen=True)
class Counted:
    """SQL statements of one unit: those that ask or write, and all with BEGIN, COMMIT and health checks."""

    statements: float
    all: float


def count_statements(act: Act, customer: Customer, *, units: int, read_log: Callable[[], str]) -> Counted:
    """The statements that PostgreSQL logged (log_statement = all) while the act was done so often."""
    act(customer)  # what is done once per process is not a unit's
    before = len(read_log())
    for _ in range(units):
        act(customer)
    time.sleep(0.2)
    log = read_log()[before:]
    return Counted(len(find_statements(log)) / units, len(_STATEMENT.findall(log)) / units)


def find_statements(log: str) -> list[str]:
    """Those in PostgreSQL's log that ask or write."""
    return [sql for sql in _STATEMENT.findall(log) if sql.strip() and not sql.upper().startswith(_BRACKETS)]
