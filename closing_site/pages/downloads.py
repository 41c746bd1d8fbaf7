"""Files as answers."""

from collections.abc import Iterable
from typing import IO

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header


def as_download(
    content: bytes, name: str, content_type: str, *, is_shown: bool = False
) -> HttpResponse:
    """To be saved under this name; ``is_shown``: in the browser, where it can."""
    answer = HttpResponse(content, content_type=content_type)
    header = content_disposition_header(not is_shown, name)
    answer["Content-Disposition"] = header or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store, private"
    return answer


def csv_download(name: str, lines: Iterable[str]) -> StreamingHttpResponse:
    """``name.csv``, sent in these pieces."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def workbook_download(name: str, file: IO[bytes]) -> FileResponse:
    """``name.xlsx``; the answer closes the file."""
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
