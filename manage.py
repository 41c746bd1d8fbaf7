#!/usr/bin/env python
"""Django's command line. ``./run manage COMMAND`` runs it with everything it needs."""

import os
import sys

import django
from django.core.management import execute_from_command_line

from closing_site.environment import ConfigurationError
from closing_site.serving_role import refuse_owner

#: Commands that serve for as long as they run, so that the role they connect as matters.
SERVING = {"procrastinate", "runserver", "worker"}


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closing_site.settings")
    try:
        if SERVING & set(arguments[1:2]):
            django.setup()
            refuse_owner()
        execute_from_command_line(arguments)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
