"""What gunicorn serves. A machine that is not set up right stops here, with a sentence."""

import os
import sys

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection, connections

from closing_site import placing
from closing_site.environment import ConfigurationError
from closing_site.serving_role import refuse_owner
from closing_site.slow_bodies import Application, steady


def _application() -> Application:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closing_site.settings")
    made: WSGIHandler = get_wsgi_application()
    for name in placing.everywhere():
        with placing.at(name):
            try:
                refuse_owner()
            except OperationalError as error:
                # One that is down now may be up in a minute; until then /healthz says so.
                print(f"The database '{name}' cannot be reached yet: {error}", file=sys.stderr)
            # gunicorn may load this before it forks: connections and their pool's threads come
            # after.
            connection.close()
    for alias in ("default", *settings.CLOSING_PLACES):
        connections.settings[alias]["OPTIONS"]["pool"] = settings.CLOSING_POOL
    return steady(made)


try:
    application = _application()
except ConfigurationError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
