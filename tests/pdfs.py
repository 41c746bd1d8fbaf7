"""Reading a PDF back."""

import io
import re

from pypdf import PdfReader

from closing_site.pdf import _engine


def opened(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    """All of its text, every run of spaces one space."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in opened(content).pages))


def beyond_the_margin(html: str) -> list[str]:
    """Texts that stand, by their layout, beyond the right margin of their page or in the next
    column of their table."""
    engine = _engine()
    styles = [engine.style, engine.footer("en")]
    document = engine.weasyprint.HTML(string=html, url_fetcher=engine.fetcher).render(
        stylesheets=styles, font_config=engine.fonts
    )
    found = []
    for page in document.pages:
        box = page._page_box
        right = box.position_x + box.margin_left + box.width
        for cell in box.descendants():
            if type(cell).__name__ == "TextBox" and cell.position_x + cell.width > right + 0.5:
                found.append(cell.text)
            if type(cell).__name__ == "TableCellBox":
                edge = cell.position_x + cell.border_width() + 0.5
                found += [
                    text.text
                    for text in cell.descendants()
                    if type(text).__name__ == "TextBox" and text.position_x + text.width > edge
                ]
    return found
