"""What each app declares as data for a higher floor to collect."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps

HOUSE = Path(__file__).resolve().parent.parent


def declared(module: str, name: str) -> Iterator[Any]:
    """The attribute of this module of every app of ours that has one, lower floors first."""
    for config in apps.get_app_configs():
        path = f"{config.name}.{module}"
        # A virtual environment may lie inside the checkout.
        is_ours = Path(config.path).parent in (HOUSE, HOUSE / "closing_site")
        if is_ours and find_spec(path):
            yield getattr(import_module(path), name)
