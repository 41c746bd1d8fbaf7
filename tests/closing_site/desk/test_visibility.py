"""One place says what a member may read."""

import re

from ops.places import ROOT

FOLDERS = ("closing_site", "orders", "invoicing", "payments", "reconciliation", "reports")
#: Who may *do* something, what is theirs to do, and where it is offered.
OF_DOING = (
    *("closing_site/companies/", "closing_site/demo/"),
    *("orders/actions/", "orders/entry_forms/", "orders/delivery_entry_views.py"),
    "orders/deferrals_shown.py",
)


def test_no_other_module_asks_a_role_what_it_reads() -> None:
    found = [
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"Role\.SALES_REP", path.read_text())
    ]
    assert [path for path in found if not path.startswith(OF_DOING)] == []


def test_no_template_asks_for_a_role() -> None:
    templates = (ROOT / "templates").rglob("*.html")
    assert [path.name for path in templates if 'sales_rep"' in path.read_text()] == []
