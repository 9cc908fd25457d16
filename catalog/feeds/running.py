"""One run of a feed, from its turn to its diary.

The file is fetched with no transaction open, read to its end, and judged as a whole; only then are its
counts taken, a batch in each transaction. A worker may die anywhere: what it had taken stays taken, the
rest comes with the next run, and a count that comes again changes nothing.
"""

import logging
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

from django.conf import settings
from django.db import connection, transaction

from catalog.feeds import applying, diary, fetching, holding, reading, scheduling
from catalog.feeds.diary import Tally
from catalog.feeds.lines import BadFile
from catalog.feeds.scheduling import Overtaken, Turn
from catalog.feeds.scratch import Scratch
from catalog.feeds.sources import Allowed, Fetched, FetchFailed, Source
from catalog.models import Feed, FeedHost, FeedRun

logger = logging.getLogger(__name__)

State = FeedRun.State
PIECE = 1_000_000  # bytes
FOLDER, LEFT_AFTER = "regimen-feed-", timedelta(hours=1)  # no run lasts so long
TOTAL_S, SILENT_S = 120.0, 20.0  # for the file to come, and between two pieces of it; the lease is longer
OURS = "A mistake of ours, written into the log: {}. Nothing is lost; it is tried again."


def run_feed(*, feed_id: int, now: datetime) -> FeedRun | None:
    """The run of a feed that was due, come to its end; None when it is not due or somebody else has it.

    Writes  FeedRun, FeedRefusal, Feed; Lot and Movement by counting; a lot that nobody knew, if the feed
            says so.
    """
    turn = scheduling.take_turn(feed_id=feed_id, now=now)
    if turn is not None:
        _see_through(turn, _fetch_and_apply)
    return turn.run if turn else None


def apply_held(*, run_id: int, now: datetime) -> FeedRun | None:
    """A held run that a person let through, applied with the moments that its file speaks of.

    Gives   the run; None when it is not to be applied, or another run of its feed is under way.
    """
    turn = scheduling.take_held(run_id=run_id, now=now)
    if turn is not None:
        _see_through(turn, _apply_held)
    return turn.run if turn else None


def _see_through(turn: Turn, act: Callable[[Turn, Path], None]) -> None:
    """However it goes, it stands in the diary; if we were overtaken, in somebody else's."""
    try:
        _forget_leftovers(turn.began_at)
        with TemporaryDirectory(prefix=FOLDER) as folder:
            act(turn, Path(folder))
    except Overtaken:
        logger.warning("feed run overtaken", extra={"feed": turn.feed.name, "attempt": turn.run.attempt})
    except (FetchFailed, BadFile) as error:
        _fail(turn, str(error))
    except Exception as error:
        logger.exception("feed run failed", extra={"feed": turn.feed.name, "attempt": turn.run.attempt})
        _fail(turn, OURS.format(type(error).__name__))


def _forget_leftovers(now: datetime) -> None:
    """Folders of workers that were killed are gone: nobody else would take them away."""
    for folder in Path(gettempdir()).glob(f"{FOLDER}*"):
        with suppress(OSError):  # another worker was faster
            if folder.stat().st_mtime < (now - LEFT_AFTER).timestamp():
                rmtree(folder, ignore_errors=True)


def _fail(turn: Turn, why: str) -> None:
    try:
        diary.fail_run(turn, why)
    except Overtaken:
        logger.warning("feed run overtaken", extra={"feed": turn.feed.name, "attempt": turn.run.attempt})


def _fetch_and_apply(turn: Turn, folder: Path) -> None:
    file, asked_at = folder / "file", turn.moment()
    fetched = fetch_file(turn.feed, into=file)
    if fetched.status == "unchanged":
        diary.end_run(turn, State.UNCHANGED)
        return
    run = turn.run
    run.file_at, run.size_bytes = fetched.last_modified or asked_at, fetched.bytes
    with transaction.atomic(durable=True):
        scheduling.keep_turn(turn)
        run.save(update_fields=["file_at", "size_bytes"])
    tally = Tally()
    with Scratch(folder / "lines") as scratch:
        reading.read_file(file, turn.feed, scratch=scratch, tally=tally)
        verdict = holding.judge_file(turn, scratch, tally)
        if verdict.is_useless:
            diary.fail_run(turn, verdict.why, tally=tally)
        elif verdict.why:
            packed = _pack(file)
            diary.end_run(turn, State.HELD, why=verdict.why, tally=tally, fetched=fetched, held_file=packed)
        else:
            applying.apply_lines(turn, scratch, tally, cause=_cause(turn.feed))
            _close(turn, tally, fetched)


def _pack(file: Path) -> bytes:
    packer = zlib.compressobj()
    with file.open("rb") as chunks:
        packed = [packer.compress(chunk) for chunk in iter(lambda: chunks.read(PIECE), b"")]
    return b"".join([*packed, packer.flush()])


def _apply_held(turn: Turn, folder: Path) -> None:
    file = folder / "file"
    held = FeedRun.objects.values_list("held_file", flat=True).get(pk=turn.run.pk)
    file.write_bytes(zlib.decompress(held or b""))
    with transaction.atomic(durable=True):
        scheduling.keep_turn(turn)
        turn.run.refusals.all().delete()  # the same lines are judged again
    tally = Tally()
    with Scratch(folder / "lines") as scratch:
        reading.read_file(file, turn.feed, scratch=scratch, tally=tally)
        applying.apply_lines(turn, scratch, tally, cause=_cause(turn.feed), by=turn.run.decided_by)
        _close(turn, tally, None)


def _close(turn: Turn, tally: Tally, fetched: Fetched | None) -> None:
    if tally.applied or tally.unchanged:
        diary.end_run(turn, State.APPLIED, tally=tally, fetched=fetched)
    else:
        diary.fail_run(
            turn, f"Not one of {tally.rows_read:,} lines was taken: {tally.tell_reasons()}.", tally=tally
        )


def fetch_file(feed: Feed, *, into: Path, anew: bool = False, total_s: float | None = None) -> Fetched:
    """What came of the feed's file.

    Takes   `anew`: also when it is as we had it; `total_s`: how long it may take.
    Raises  FetchFailed.
    """
    ours = [block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)]
    assert not ours, "a supplier is asked with no transaction open"
    password = ""
    if feed.secret_name:
        password = settings.FEED_SECRETS.get(feed.secret_name, "")
        if not password:
            raise FetchFailed(
                f"The environment has no {feed.secret_name}: set it, and restart.", is_ours=True
            )
    source = Source(
        url=feed.url,
        username=feed.username,
        password=password,
        host_key=feed.host_key,
        etag="" if anew else feed.etag,
        last_modified=None if anew else feed.last_modified_at,
        timeout_s=min(SILENT_S, total_s or TOTAL_S),
        total_s=total_s or TOTAL_S,
    )
    return fetching.fetch(source, into=into, allowed=read_allowed())


def read_allowed() -> Allowed:
    """What the owner has named: hosts at the desk, private networks in the environment."""
    hosts = FeedHost.objects.values_list("host", flat=True)
    return Allowed(hosts=frozenset(hosts), networks=tuple(settings.FEED_PRIVATE_NETWORKS))


def _cause(feed: Feed) -> str:
    return f"feed {feed.name}"[:80]
