"""Files as answers."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def as_download(
    content: bytes, name: str, content_type: str, *, is_shown: bool = False
) -> HttpResponse:
    """To be saved under this name; ``is_shown``: in the browser, where it can."""
    answer = HttpResponse(content, content_type=content_type)
    header = content_disposition_header(not is_shown, name)
    answer["Content-Disposition"] = header or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer
