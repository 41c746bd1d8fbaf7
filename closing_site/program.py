"""Which version of the program this is."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def program_version() -> str:
    """As pyproject.toml has it."""
    found = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return str(found["project"]["version"])
