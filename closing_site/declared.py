"""What each app declares as data for a higher floor to collect."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps

HOUSE = Path(__file__).resolve().parent.parent


def declared(module: str, name: str) -> Iterator[Any]:
    """The attribute of this module of every app of ours that has one, lower floors first."""
    for config in apps.get_app_configs():
        path = f"{config.name}.{module}"
        if is_ours(config) and find_spec(path):
            yield getattr(import_module(path), name)


def is_ours(config: AppConfig) -> bool:
    """An app of the program's own; a virtual environment may lie inside the checkout."""
    return Path(config.path).parent in (HOUSE, HOUSE / "closing_site")
