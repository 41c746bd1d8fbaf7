"""Pages as PDF. Nothing is fetched while one is drawn but our own fonts and pictures.

The same page gives the same bytes: dates come with it, never from the clock.
"""

import atexit
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.utils import translation
from django.utils.translation import gettext as _

from closing_site.glyphs import with_named_signs

#: ``static:fonts/…`` in our style sheet and templates.
SCHEME: Final = "static:"
#: Folders of static files that a PDF may show, and of what kind.
SHOWN: Final = {"fonts": {".ttf"}, "closing": {".svg", ".png"}}
#: As the style sheet calls ours.
FONT: Final = "Closing"
STYLE: Final = "closing/pdf.css"
#: As HTML and PDF name what Django calls zh-hans.
LANGUAGE_TAGS: Final = {"en": "en", "zh-hans": "zh-Hans"}

#: Fonts and their caches are the process's, and Pango's are for one thread at a time. Layout is
#: Python's own work, so that waiting costs nothing.
_drawing: Final = Lock()


class NotOurs(ValueError):
    """What the page asks for is none of our static files."""


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF."""

    name: str
    description: str
    content: bytes


def language_tag(language: str) -> str:
    return LANGUAGE_TAGS.get(language, language)


def own_file(url: str) -> Path:
    """The static file behind ``static:fonts/…``. Raises NotOurs for anything else."""
    name = url.removeprefix(SCHEME)
    folder, _slash, rest = name.partition("/")
    is_shown = url.startswith(SCHEME) and Path(name).suffix in SHOWN.get(folder, ())
    # Their folder is flat: what has no further stroke cannot lead out of it.
    if not is_shown or "/" in rest or "\\" in rest:
        raise NotOurs(url)
    found = finders.find(name)
    if not found:
        raise NotOurs(url)
    return Path(str(found))


def as_pdf(
    html: str, *, dated: datetime, attached: Sequence[Attached] = (), language: str = ""
) -> bytes:
    """The page as a PDF in the language that is active, or ``language``.

    Its title, author and language are those of the HTML. ``dated`` is the day that its attachments
    bear. Signs that no font has are named.
    """
    engine = _engine()
    files = [
        engine.weasyprint.Attachment(
            string=file.content,
            name=file.name,
            description=file.description,
            created=dated,
            modified=dated,
            url_fetcher=engine.fetcher,
        )
        for file in attached
    ]
    return bare_pdf(with_named_signs(html), language=language, attachments=files or None)


def bare_pdf(html: str, *, language: str = "", **options: Any) -> bytes:
    """The engine alone, with our fonts and style: what a benchmark measures others by."""
    engine = _engine()
    document = engine.weasyprint.HTML(string=html, url_fetcher=engine.fetcher)
    with _drawing:
        styles = [engine.style, engine.footer(language or translation.get_language() or "en")]
        content: bytes = document.write_pdf(stylesheets=styles, font_config=engine.fonts, **options)
    return content


class _Engine:
    """What every page of this process shares: loading it for each would cost as much again."""

    def __init__(self) -> None:
        # Here, because it takes half a second and most processes never draw.
        import weasyprint  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

        class OwnFiles(URLFetcher):  # type: ignore[misc]
            """In place of WeasyPrint's, which reads the disk and the network."""

            def fetch(self, url: str, headers: Any = None) -> Any:
                return URLFetcherResponse(url, own_file(url).read_bytes())

        self.weasyprint: Any = weasyprint
        self.fetcher = OwnFiles()
        self.fonts = FontConfiguration()
        self.style = self._css(Path(str(finders.find(STYLE))).read_text(encoding="utf-8"))
        self._footers: dict[str, Any] = {}
        # WeasyPrint keeps a copy of the fonts, and forgets it where a process ends at once.
        if folder := self.fonts._folder:
            atexit.register(shutil.rmtree, folder, ignore_errors=True)

    def footer(self, language: str) -> Any:
        if language not in self._footers:
            with translation.override(language):
                count = _("Page %(page)s of %(pages)s") % {
                    "page": '" counter(page) "',
                    "pages": '" counter(pages) "',
                }
            self._footers[language] = self._css(
                f'@page {{ @bottom-right {{ content: "{count}" }} }}'
            )
        return self._footers[language]

    def _css(self, text: str) -> Any:
        return self.weasyprint.CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher)


@cache
def _engine() -> _Engine:
    return _Engine()
