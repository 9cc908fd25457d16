"""A supplier's file, fetched into one of ours: over HTTP, HTTPS or SFTP, and only from where we may."""

from pathlib import Path

from catalog.feeds import over_http, over_sftp
from catalog.feeds.addresses import Resolve, read_place, resolve_name
from catalog.feeds.sources import Allowed, Fetched, FetchFailed, Source

__all__ = ["Allowed", "FetchFailed", "Fetched", "Source", "fetch"]


def fetch(source: Source, *, into: Path, allowed: Allowed, resolve: Resolve = resolve_name) -> Fetched:
    """What came of a supplier's file: it lies in `into`, or is as we had it before.

    The name is looked up once, every address of it is checked, and one of these is connected to: a name
    that stands somewhere else a moment later leads nowhere. No proxy of the environment is asked.

    Takes   `into`: a path for the file; what stands there when fetching fails goes.
            `resolve`: who says at which addresses a name stands.
    Raises  FetchFailed.
    """
    place = read_place(source.url, allowed)
    fetch_over = over_sftp.fetch if place.scheme == "sftp" else over_http.fetch
    try:
        return fetch_over(source, place, into=into, allowed=allowed, resolve=resolve)
    except BaseException:
        into.unlink(missing_ok=True)
        raise
