"""The steps of a close. Adding a step is adding a file here that defines ``STEP``."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from closing_site.wizard.step import Step


@cache
def all_steps() -> tuple[Step, ...]:
    """In the order they are walked."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return tuple(sorted((module.STEP for module in modules), key=lambda step: step.position))
