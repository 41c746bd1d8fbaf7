"""docs/files.md says of every column what the code takes."""

from closing_site.cells import TAKES
from closing_site.exchange.described import files_page
from closing_site.exchange.kinds import KINDS
from ops.places import ROOT


def test_the_page_is_current() -> None:
    """Written by ``./run manage describe_files --output docs/files.md``."""
    assert (ROOT / "docs" / "files.md").read_text() == files_page()


def test_every_column_says_what_it_takes() -> None:
    columns = [column for kind in KINDS.values() for column in kind.columns]
    assert [column.name for column in columns if not TAKES.get(column.read)] == []
