"""A report as a file, by the name of its format: for the command and for downloads."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder

from closing_site.periods.models import Period
from reports.formats import as_csv, as_xlsx
from reports.pdf import report_pdf
from reports.report import Figures


@dataclass(frozen=True)
class Format:
    content_type: str
    write: Callable[[Figures, Period], bytes]
    is_text: bool = False


def as_json(found: Figures, period: Period) -> bytes:
    text = json.dumps(found.as_json(), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


FORMATS = {
    "json": Format("application/json", as_json, is_text=True),
    "csv": Format("text/csv; charset=utf-8", lambda f, p: as_csv(f).encode(), is_text=True),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda f, p: as_xlsx(f),
    ),
    "pdf": Format("application/pdf", report_pdf),
}


def content_of(found: Figures, period: Period, wanted: str) -> bytes:
    return FORMATS[wanted].write(found, period)
