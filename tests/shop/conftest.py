import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from dev.embedded.children import child_setup
from dev.sandbox_process import reserve_port
from tests.builders import make_delivery, make_lot, make_market, make_product
from tests.shop.wire import Shelf, Wire, wait_for

ROOT = Path(__file__).resolve().parents[2]
UNCOUNTED = {f"THROTTLE_{scope}": "1000000/s" for scope in ("CART", "CHECKOUT", "ORDER")}


@pytest.fixture(scope="session")
def wire(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """The shop on its real web server, in front of this test's database."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    reserved = reserve_port()
    port = reserved.getsockname()[1]
    reserved.close()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "2", "--no-ws", "config.wsgi:application"]
    log = tmp_path_factory.mktemp("web") / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | UNCOUNTED | {"DATABASE_URL": url, "DB_POOL": "2", "ALLOWED_HOSTS": "localhost"},
            stdout=out,
            stderr=out,
            preexec_fn=child_setup(),
        )
    try:
        wait_for(port, log)
        yield Wire(port)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture
def shelf(wire: Wire) -> Shelf:
    """One jar, five units, one cart with two of them."""
    make_market()
    make_delivery()
    make_lot(make_product("Quiet Cream", sku="QC-50").variants.get(), units=5)
    opened = wire.say("POST", "/api/v1/carts/", b'{"market": "eu"}')
    assert opened.status == 201, opened
    shelf = Shelf(json.loads(opened.body)["token"])
    assert wire.say("PUT", shelf.line, b'{"units": 2}').status == 200
    return shelf
