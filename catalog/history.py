"""Who changes what: a trigger writes the diary of every curated row, here somebody puts a name to it.

Source  ADR 0018.
"""

from django.db import connection


def act_as(actor: object) -> None:
    """The name that the diary writes for the rest of this transaction: a login, or a command.

    Every story that changes curated rows begins with it; it ends with the transaction.
    """
    assert connection.in_atomic_block, "act_as() names whoever acts in one transaction"
    name = str(getattr(actor, "email", actor))[:254]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('regimen.actor', %s, true)", [name])
