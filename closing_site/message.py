"""Sentences of code without Django; ``closing_site.told`` says them in a language. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple


def gettext_noop(text: str) -> str:
    """Marks a text for translation, as Django's function of this name does."""
    return text


class Message(NamedTuple):
    """A text in English and what it names; among the parameters may be messages again."""

    text: str
    parameters: Mapping[str, Any] = {}

    def as_json(self) -> dict[str, Any]:
        """As ``closing_site.told`` keeps a sentence."""
        return {
            "message": self.text,
            "parameters": {name: _as_json(one) for name, one in self.parameters.items()},
        }


def message(text: str, /, **parameters: Any) -> Message:
    return Message(text, parameters)


def _as_json(value: Any) -> Any:
    if isinstance(value, Message):
        return value.as_json()
    return value if isinstance(value, int) else str(value)
