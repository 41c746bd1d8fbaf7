"""No package that the program runs with is under the GPL, and the list of them is current."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from closing_site.backups import components as listing
from closing_site.backups.components import Component, as_page, components
from ops.places import ROOT


def test_every_licence_is_allowed() -> None:
    assert [one for one in components() if not one.is_allowed] == []


def test_the_page_is_current() -> None:
    """Written by ``./run manage list_components --output docs/licences.md``."""
    assert (ROOT / "docs" / "licences.md").read_text() == as_page(components())


@pytest.mark.parametrize(
    ("name", "licence", "is_allowed"),
    [
        ("x", "MIT", True),
        ("x", "Apache-2.0 AND BSD-2-Clause", True),
        ("x", "GPL-2.0-or-later OR MIT", True),
        ("psycopg", "LGPL-3.0-only", True),
        ("x", "LGPL-3.0-only", False),
        ("psycopg", "GPL-3.0-only", False),
        ("x", "MIT AND GPL-3.0-only", False),
        ("x", "AGPL-3.0-only", False),
        ("x", "Of its own", False),
        ("x", "unknown", False),
    ],
)
def test_what_is_allowed(name: str, licence: str, is_allowed: bool) -> None:
    assert Component(name, "1", licence, ()).is_allowed is is_allowed


def test_a_licence_that_is_not_allowed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(listing.LOOKED_UP, "django", "AGPL-3.0-only")
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("list_components", stdout=out, stderr=err)
    assert ended.value.code == 1
    assert "django" in err.getvalue()


def test_the_bill_of_materials_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "sbom.json"
    call_command("list_components", "--format", "cyclonedx", "--output", str(path))
    bill = json.loads(path.read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    named = {one["bom-ref"] for one in bill["components"]}
    assert {one["name"] for one in bill["components"]} >= {"django", "psycopg", "weasyprint"}
    assert not any(one["name"] == "pytest" for one in bill["components"])
    own = bill["metadata"]["component"]["bom-ref"]
    assert {one["ref"] for one in bill["dependencies"]} == named | {own}
    reached: set[str] = set()
    graph = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    waiting = [own]
    while waiting:
        for needed in graph[waiting.pop()]:
            if needed not in reached:
                reached.add(needed)
                waiting.append(needed)
    assert reached == named
