"""One purchase, and what was read before it, as examples; a test holds each to its schema."""

from config.examples.buying import BUYING
from config.examples.counting import COUNTING
from config.examples.knowing import KNOWING
from config.examples.reporting import REPORTING
from config.examples.shape import Example
from config.examples.waiting import WAITING

__all__ = ["EXAMPLES", "Example"]

EXAMPLES = KNOWING | BUYING | WAITING | COUNTING | REPORTING
