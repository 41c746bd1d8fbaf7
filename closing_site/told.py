"""Sentences that are kept and shown again, to people of another language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from closing_site.message import Message

#: How a sentence is kept as JSON; a plain text stays what it is.
Kept = dict[str, Any] | str


class Told(str):
    """A sentence in the language of the moment, that knows what it was made of."""

    message: str
    parameters: Mapping[str, Any]

    def __new__(
        cls, text: str, message: str = "", parameters: Mapping[str, Any] | None = None
    ) -> "Told":
        made = super().__new__(cls, text)
        made.message, made.parameters = message, parameters or {}
        return made


def told(message: str, /, **parameters: Any) -> Told:
    """``message`` is one of the program's texts; among its parameters may be sentences again."""
    text = gettext(message)
    return Told(text % parameters if parameters else text, message, parameters)


def kept(value: Any) -> Any:
    """As JSON, of the sentence, whatever language it was told in."""
    if isinstance(value, Told) and value.message:
        parameters = {name: kept(one) for name, one in value.parameters.items()}
        return {"message": value.message, "parameters": parameters}
    return value if isinstance(value, int) else str(value)


def told_again(value: Kept) -> str:
    """In the language of the reader."""
    if isinstance(value, dict):
        parameters = {name: told_again(one) for name, one in value["parameters"].items()}
        return told(value["message"], **parameters)
    return value


def told_message(message: Message) -> Told:
    """A message of code without Django, in the language of the moment."""
    parameters = {
        name: told_message(one) if isinstance(one, Message) else one
        for name, one in message.parameters.items()
    }
    return told(message.text, **parameters)
