"""Calling the program's commands as a script does: JSON out, exit status apart."""

import json
from io import StringIO
from typing import Any

from django.core.management import call_command


def run(command: str, *arguments: str) -> tuple[dict[str, Any], int]:
    """What the command prints with ``--json``, and its exit status."""
    out, err = StringIO(), StringIO()
    try:
        call_command(command, *arguments, "--json", stdout=out, stderr=err)
    except SystemExit as end:
        status = int(end.code or 0)
    else:
        status = 0
    return json.loads(out.getvalue()), status
