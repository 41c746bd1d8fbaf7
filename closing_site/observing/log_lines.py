"""Log lines as JSON: one object a line, for whoever collects them.

No amounts and no names of customers: the database's own DETAIL of an error repeats the values of a
row, and is left out; the address of a refused request may have a customer's code in it, and the
name of its route is written instead.
"""

import re
from logging import LogRecord
from typing import Any, Final

from pythonjsonlogger.json import JsonFormatter

DETAIL: Final = re.compile(r"^\s*(DETAIL|CONTEXT|PARAMETERS):.*\n?", re.MULTILINE)
#: Loggers of Django whose last argument is the address that was requested.
OF_REQUESTS: Final = ("django.request", "django.security")
#: What Django and asyncio put on their records beside the message.
NOT_LOGGED: Final = ("request", "noted", "measured", "status_code", "taskName", "server_time")


class LineFormatter(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger"},
            json_ensure_ascii=False,
        )

    def add_fields(
        self, log_data: dict[str, Any], record: LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        for name in NOT_LOGGED:
            log_data.pop(name, None)
        message = _without_address(record) or str(log_data["message"])
        log_data["message"] = DETAIL.sub("", message)
        log_data.update(getattr(record, "noted", {}))
        log_data.update(getattr(record, "measured", {}))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return DETAIL.sub("", "\n".join(_lines(super().formatException(ei))))


def _without_address(record: LogRecord) -> str:
    """The message with the route in place of the address; blank where it has no address."""
    if not record.name.startswith(OF_REQUESTS) or not isinstance(record.args, tuple):
        return ""
    if not record.args:
        return ""
    route = getattr(record, "noted", {}).get("route", "none")
    return str(record.msg) % (*record.args[:-1], route)


def _lines(text: str | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else text
