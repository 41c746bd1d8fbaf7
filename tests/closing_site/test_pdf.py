"""PDFs: our fonts, our files, and the same bytes each time."""

import io
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from closing_site.pdf import Attached, NotOurs, as_pdf, own_file

DATED = datetime(2026, 1, 31, tzinfo=UTC)
ROWS = "".join(f"<tr><td>行 {number}</td></tr>" for number in range(120))
PAGE = f"""<!doctype html>
<html lang="zh-Hans"><head><title>收入报表</title><meta name="author" content="华信茶业"></head>
<body data-foot="华信茶业 · 2026-01"><h1>收入报表</h1><p>含税合计 1,234.50</p>
<table><thead><tr><th>表头</th></tr></thead><tbody>{ROWS}</tbody></table></body></html>"""


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def fonts_of(pdf: PdfReader) -> set[str]:
    found = set()
    for page in pdf.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            found.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
    return found


def test_chinese_stands_in_it_as_text_in_our_fonts_alone() -> None:
    pdf = read(as_pdf(PAGE, dated=DATED, language="zh-hans"))
    text = pdf.pages[0].extract_text()
    assert "收入报表" in text
    assert "1,234.50" in text
    assert fonts_of(pdf) == {"Closing", "Closing-Bold"}


def test_each_page_has_the_tables_head_and_its_number() -> None:
    pages = read(as_pdf(PAGE, dated=DATED, language="en")).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "表头" in page.extract_text()
        assert f"Page {number} of {len(pages)}" in page.extract_text()
        assert "华信茶业 · 2026-01" in page.extract_text()


def test_it_says_its_title_author_and_language() -> None:
    pdf = read(as_pdf(PAGE, dated=DATED))
    assert pdf.metadata
    assert (pdf.metadata.title, pdf.metadata.author) == ("收入报表", "华信茶业")
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == "zh-Hans"


def test_the_same_page_gives_the_same_bytes() -> None:
    attached = [Attached("revenue.csv", "The full table", b"date\r\n")]
    first, second = (as_pdf(PAGE, dated=DATED, attached=attached) for _ in range(2))
    assert first == second


def test_a_file_is_carried_inside() -> None:
    pdf = read(as_pdf(PAGE, dated=DATED, attached=[Attached("a.csv", "All of it", b"1,2")]))
    assert pdf.attachments["a.csv"] == [b"1,2"]


def test_neither_the_network_nor_another_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>')
    as_pdf(PAGE, dated=DATED)  # What the process loads once.

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    asked = PAGE.replace(
        "<h1>",
        f'<link rel="stylesheet" href="http://192.0.2.1/a.css"><img src="http://192.0.2.1/a.png">'
        f'<img src="{secret.as_uri()}"><img src="static:../settings.py">'
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://192.0.2.1/b.png"/></svg><h1>',
    )
    text = read(as_pdf(asked, dated=DATED)).pages[0].extract_text()
    assert "secret" not in text
    assert "收入报表" in text


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/a.png", "file:///etc/passwd", "data:text/css,a", "fonts/OFL.txt"),
        *("static:fonts/OFL.txt", "static:fonts/../closing/icon.svg", "static:closing/site.css"),
        *("static:/etc/passwd.svg", "static:closing/missing.svg", "static:closing\\icon.svg"),
    ],
)
def test_only_our_fonts_and_pictures_are_given(url: str) -> None:
    with pytest.raises(NotOurs):
        own_file(url)


def test_our_own_are_found() -> None:
    assert own_file("static:closing/icon.svg").name == "icon.svg"
    assert own_file("static:fonts/NotoSansSC-Bold.ttf").stat().st_size > 1_000_000


def test_the_fonts_come_with_their_licence() -> None:
    fonts = own_file("static:fonts/NotoSansSC-Bold.ttf").parent
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text()
