"""The list of imports."""

import json
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closing_site.desk.models import Run
from closing_site.exchange.uploads import PREVIEW
from closing_site.pages.columns import Column, DateColumn, NumberColumn, StatusColumn
from closing_site.pages.table import Table
from closing_site.tabular import Cell
from closing_site.told import told_again


class RunColumn(Column):
    """The import's number, linked to its page."""

    def html(self, row: Run) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("import", args=[row.pk]), row.pk)

    def export(self, row: Run) -> Cell:
        return row.pk


def _counts(run: Any) -> dict[str, Any]:
    return json.loads(bytes(run.counts)) if run.counts else {}


def _count(name: str) -> Any:
    return lambda run: _counts(run).get(name)


def _result(run: Run) -> str:
    if _counts(run).get("written"):
        return _("written")
    if run.state == "done":
        return _("looked through") if run.kind == PREVIEW else _("not written: bad rows")
    return told_again(_counts(run).get("refused", run.message))


class ImportTable(Table):
    name = "imports"
    default_sort = "-run"
    run = RunColumn(gettext_lazy("Import"), "pk", sort="id")
    started_at = DateColumn(gettext_lazy("When"), sort=True)
    started_by = Column(gettext_lazy("Who"), sort=True)
    state = StatusColumn(gettext_lazy("State"))
    result = Column(gettext_lazy("Result"), _result)
    new = NumberColumn(gettext_lazy("New"), _count("new"))
    changed = NumberColumn(gettext_lazy("Changed"), _count("changed"))
    unchanged = NumberColumn(gettext_lazy("Unchanged"), _count("unchanged"), phone=False)
    bad = NumberColumn(gettext_lazy("Bad"), _count("bad"))
