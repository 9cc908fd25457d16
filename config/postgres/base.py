"""A pool that looks at a connection before it lends it, where Django's asks the server each time.

Asking is a round trip before the first statement of every request: a quarter of what reading a product
costs. Looking is free and sees what matters: a server that went away, or was restarted, has hung up.
"""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        if self.pool:
            for _ in range(self.pool.max_size):  # a restart ends all of them
                if not has_hung_up(connection):
                    break
                connection.close()
                self.pool.putconn(connection)  # the pool sees that it is closed, and makes another
                connection = super().get_new_connection(conn_params)
        return connection


def has_hung_up(connection: Any) -> bool:
    """Whether the server ended an idle connection: only then is there something to read on it."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
