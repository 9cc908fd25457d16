"""The bench's own instruments: what they say must be so."""

import subprocess
import sys
from pathlib import Path

from dev.bench import gauges, synthetic
from dev.bench.measuring import count_statements
from dev.bench.scenes import Customer

BURN = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"


def test_the_same_seed_writes_the_same_catalogue(tmp_path: Path) -> None:
    first, second, other = tmp_path / "1.csv", tmp_path / "2.csv", tmp_path / "3.csv"
    assert synthetic.write_catalogue(first, products=100) == 150  # every second one has two sizes
    assert synthetic.write_catalogue(second, products=100) == 150
    assert synthetic.write_catalogue(other, products=100, seed=1) == 150
    assert first.read_bytes() == second.read_bytes() != other.read_bytes()


def test_one_size_in_ten_has_no_lot(tmp_path: Path) -> None:
    assert synthetic.write_lots(tmp_path / "lots.csv", products=100) == 135


def test_the_time_of_children_that_ended_is_counted() -> None:
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}]); input()"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE) as process:
        while gauges.tree_cpu_s(process.pid) < 0.3:
            assert process.poll() is None
        assert process.stdin is not None
        process.stdin.close()


def test_a_quantile_is_a_value_that_was_measured() -> None:
    waits = [float(wait) for wait in range(1, 101)]
    assert gauges.quantile(waits, 0.5) == 51
    assert gauges.quantile(waits, 0.95) == 96
    assert gauges.quantile([7.0], 0.95) == 7


def test_statements_are_counted_without_their_brackets(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("2026 [1] LOG:  statement: SELECT 'before'\n")
    said = (
        "2026 [1] LOG:  statement: BEGIN\n"
        "2026 [1] LOG:  execute _pg3_1: \n\tSELECT a\n\t  FROM b\n"
        "2026 [1] DETAIL:  Parameters: $1 = 'statement: SELECT'\n"
        "2026 [1] LOG:  statement: UPDATE b SET a = 1\n"
        "2026 [1] LOG:  statement: COMMIT\n"
    )

    def act(customer: Customer) -> None:
        log.write_text(log.read_text() + said)

    customer = Customer(line=None, stock=None, chance=None)  # type: ignore[arg-type]  # nobody is asked
    counted = count_statements(act, customer, units=5, read_log=log.read_text)
    assert (counted.statements, counted.all) == (2, 4)
