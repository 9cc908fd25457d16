"""The shop without one of its guards: what web and worker of a control run instead of `config`.

TRIAL_GUARD_OFF names it (`careless.GUARDS`). A trial that does not see the damage proves nothing.
"""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.celery import app as app  # noqa: E402 - Celery looks for it here; the settings come first
from tests.trials.careless import GUARDS  # noqa: E402

_where, _name, _careless = GUARDS[os.environ["TRIAL_GUARD_OFF"]]
setattr(_where, _name, _careless)
