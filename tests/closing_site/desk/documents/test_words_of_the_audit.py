"""What the audit keeps is told in words."""

import re

from closing_site.database_objects.declarations import declared_laws
from closing_site.desk.documents.history import ACTIONS
from closing_site.laws import Audited
from closing_site.wizard.audited import COLUMNS


def actions() -> set[str]:
    """An action is a word, or SQL that has several."""
    told = [
        text
        for law in declared_laws()
        if isinstance(law, Audited)
        for text in (law.inserted, law.updated, law.deleted)
        if text
    ]
    return {word for text in told for word in re.findall(r"'(\w+)'", text) or [text]}


def test_whatever_a_law_writes_into_the_audit_has_a_word() -> None:
    assert actions() <= set(ACTIONS)


def test_a_step_and_the_weight_of_checks_are_told_by_their_titles() -> None:
    assert COLUMNS["step"][1]("pay") != "pay"
    told = COLUMNS["severities"][1]({"duplicate-order": "block"})
    assert "duplicate-order" not in told
