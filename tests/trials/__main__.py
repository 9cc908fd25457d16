"""`make trials`: races and kills against the whole shop as real processes.

python -m tests.trials races [--seed N] [--times 20] [--only NAME]
python -m tests.trials kills [--seed N] [--minutes 5]
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dev.demo import telling
from dev.demo.ports import NoFreePortError
from dev.demo.supervisor import ChildDiedError, StoppedError, TookTooLongError, stop_on_signals
from dev.embedded import EmbeddedError
from tests.trials.buyers import Refused
from tests.trials.kills import run_kills
from tests.trials.racing import RACES, run_races
from tests.trials.wire import NoAnswer

NAMES = [race.name for race in RACES]


def main() -> int:
    asked = read_arguments()
    stop_on_signals()
    started = time.monotonic()
    telling.heading(f"{asked.trial}: seed {asked.seed}")
    try:
        record = run_races(asked) if asked.trial == "races" else run_kills(asked)
    except (
        EmbeddedError,
        ChildDiedError,
        NoFreePortError,
        TookTooLongError,
        NoAnswer,
        Refused,
        RuntimeError,
        OSError,
    ) as error:
        telling.failed(str(error))
        return 1
    except StoppedError as reason:
        telling.heading(f"{reason}: closed")
        return 130
    seconds = time.monotonic() - started
    telling.heading(f"{'all is well' if record['ok'] else 'NOT WELL'}: seed {asked.seed}, {seconds:.0f} s")
    if asked.json:
        asked.json.write_text(json.dumps(facts() | {"seconds": round(seconds)} | record, indent=1))
    return 0 if record["ok"] else 1


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.trials", description=__doc__.splitlines()[0])
    trials = parser.add_subparsers(dest="trial", required=True)
    races = trials.add_parser("races")
    races.add_argument("--times", type=int, default=20, help="repeats of each race")
    races.add_argument("--controls", type=int, default=3, help="repeats of each control")
    races.add_argument("--only", choices=NAMES)
    races.add_argument("--small", action="store_true", help="few buyers, short: to see that it works")
    kills = trials.add_parser("kills")
    kills.add_argument("--minutes", type=float, default=5, help="of load and kills; settling comes on top")
    for each in (races, kills):
        each.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
        each.add_argument("--keep", action="store_true", help="keep logs and database of a good run as well")
        each.add_argument("--json", type=Path, metavar="FILE", help="also write the record there")
    return parser.parse_args()


def facts() -> dict[str, Any]:
    """What a record must say to be compared: machine, moment, commit."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return {
        "commit": commit.stdout.strip(),
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    raise SystemExit(main())
