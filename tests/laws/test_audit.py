"""Law 13: each change of state leaves one row in the audit: who, when, before and after."""

import json
from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError

from closing_site.acting import acting
from closing_site.companies.actions import add_member, create_company
from closing_site.desk.progress import Unwatched
from closing_site.wizard.reopening import reopen_period
from orders.runs.confirm import confirm_run
from tests.laws.books import FEBRUARY, JANUARY, REASON, Books, execute, person, rows, value
from tests.laws.documents import credit
from tests.laws.test_settling import allocate

pytestmark = pytest.mark.django_db

#: How many of January's documents came to be this way, and who did it.
JANUARY_CHANGES = {
    ("ann", "confirmed", "order:O-1"): 1,
    ("ann", "confirmed", "order:O-2"): 1,
    ("ann", "confirmed", "order:O-3"): 1,
    ("ann", "held_back", "order:O-4"): 1,
    # The standing word that defers it.
    ("ann", "deferred", "order:O-4"): 1,
    # What the approval changed in it.
    ("mo", "hold_approved", "order:O-4"): 1,
    ("mo", "granted", "approval:hold_back held_back:O-4"): 1,
    ("ann", "issued", "invoice:INV-2026-01-00001"): 1,
    ("ann", "issued", "invoice:INV-2026-01-00002"): 1,
    ("ann", "issued", "invoice:INV-2026-01-00003"): 1,
    ("ann", "placed", "allocation:P-1 → INV-2026-01-00001"): 1,
    ("ann", "placed", "allocation:P-2 → INV-2026-01-00002"): 1,
    ("ann", "recorded", "deduction:INV-2026-01-00002"): 1,
    ("ann", "acknowledged", "finding:payment-not-placed payment:P-3"): 1,
    ("ann", "acknowledged", "finding:payment-without-customer payment:P-4"): 1,
    ("ann", "recorded", "cut_off:2026-01"): 1,
    # Three steps, and all five once more with the deduction.
    ("ann", "signed_off", "period:2026-01"): 8,
    ("ann", "requested", "approval:lock period:2026-01"): 1,
    ("mo", "granted", "approval:lock period:2026-01"): 1,
    ("ann", "locked", "period:2026-01"): 1,
}


def audited(after: int = 0) -> list[tuple[str, str, str]]:
    return rows(
        "SELECT actor, action, document_kind || ':' || document_number FROM companies_auditentry"
        " WHERE id > %s ORDER BY id",
        after,
    )


def last() -> int:
    return int(value("SELECT max(id) FROM companies_auditentry"))


def test_a_close_leaves_a_row_for_each_change(books: Books) -> None:
    end = value("SELECT id FROM companies_auditentry WHERE action = 'locked'")
    found = Counter(
        entry
        for entry in rows(
            "SELECT actor, action, document_kind || ':' || document_number"
            " FROM companies_auditentry WHERE id <= %s AND actor IN ('ann', 'mo')",
            end,
        )
    )
    assert found == JANUARY_CHANGES


def test_an_import_leaves_a_row_for_each_payment_and_each_cancelled_order(books: Books) -> None:
    found = Counter(
        action
        for actor, action, document in audited()
        if actor not in ("ann", "mo") and document.startswith(("payment:", "order:"))
    )
    assert found == {"recorded": 7, "cancelled": 1}


def test_an_import_leaves_a_row_for_each_file_with_how_many_and_which(books: Books) -> None:
    found = rows(
        "SELECT action, after ->> 'rows_of', document_number, sum((after ->> 'rows')::integer)"
        " FROM companies_auditentry WHERE document_kind = 'import' GROUP BY 1, 2, 3 ORDER BY 2, 3"
    )
    assert {(action, kind, file) for action, kind, file, _count in found} >= {
        ("imported", "customers", "customers.csv"),
        ("imported", "orders", "orders.csv"),
        ("imported", "order_lines", "order_lines.csv"),
    }
    counted = {kind: int(count) for _action, kind, _file, count in found}
    assert counted["orders"] == value("SELECT count(*) FROM orders_order")
    assert counted["order_lines"] == value("SELECT count(*) FROM orders_orderline")


def test_an_entry_says_what_was_before_and_after(books: Books) -> None:
    ((before, after),) = rows(
        "SELECT before, after FROM v_audit WHERE action = 'locked' AND document = 'period:2026-01'"
    )
    assert (json.loads(before), json.loads(after)) == ({"status": "open"}, {"status": "locked"})
    ((before, after),) = rows(
        "SELECT before, after FROM v_audit WHERE action = 'confirmed' AND document = 'order:O-1'"
    )
    assert json.loads(before)["posted_on"] is None
    assert json.loads(after)["posted_on"] == "2026-01-05"
    ((before, after),) = rows(
        "SELECT before, after FROM v_audit WHERE document = 'invoice:INV-2026-01-00001'"
    )
    assert before is None
    assert json.loads(after)["gross"] == 119


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        (
            "UPDATE orders_order SET cancelled_on = '2026-02-20', cancel_reason = 'Lost'"
            " WHERE number = 'O-5'",
            ("ann", "cancelled", "order:O-5"),
        ),
        (
            "UPDATE orders_order SET cancelled_on = NULL, cancel_reason = '' WHERE number = 'O-7'",
            ("ann", "uncancelled", "order:O-7"),
        ),
        (
            "UPDATE payments_payment SET amount = 7, base_amount = 7 WHERE reference = 'P-7'",
            ("ann", "changed", "payment:P-7"),
        ),
        (
            "UPDATE orders_order SET note = 'Seen' WHERE number = 'O-5'",
            ("ann", "changed", "order:O-5"),
        ),
        (
            "UPDATE orders_orderline SET description = 'Tea' WHERE line_number = 1"
            " AND order_id = (SELECT id FROM orders_order WHERE number = 'O-5')",
            ("ann", "line_changed", "order:O-5"),
        ),
        (
            "UPDATE orders_delivery SET accepted_on = delivered_on"
            " WHERE delivered_on = '2026-02-03'",
            ("ann", "delivery_changed", "order:O-6"),
        ),
        (
            "UPDATE customers_customer SET credit_limit = 7 WHERE code = 'A'",
            ("ann", "changed", "customer:A"),
        ),
        (
            "UPDATE orders_product SET unit_cost = 7 WHERE sku = 'TEA'",
            ("ann", "changed", "product:TEA"),
        ),
        ("DELETE FROM payments_payment WHERE reference = 'P-7'", ("ann", "deleted", "payment:P-7")),
        (
            "DELETE FROM orders_unbilled WHERE posted_on = '2026-02-06'",
            ("ann", "released", "order:O-8"),
        ),
        ("UPDATE companies_company SET tax_id = 'DE9'", ("ann", "changed", "company:LAW")),
        (
            'UPDATE companies_company SET severities = \'{"not-accepted": "block"}\'',
            ("ann", "changed", "company:LAW"),
        ),
        ("UPDATE companies_company SET invoice_prefix = 'R'", ("ann", "changed", "company:LAW")),
        (
            "UPDATE companies_membership SET role = 'auditor' WHERE role = 'finance'",
            ("ann", "changed", "membership:ann"),
        ),
        (
            "DELETE FROM companies_membership WHERE role = 'manager'",
            ("ann", "removed", "membership:mo"),
        ),
    ],
)
def test_what_changes_leaves_one_row(
    books: Books, statement: str, entry: tuple[str, str, str]
) -> None:
    before = last()
    with acting("ann"):
        assert execute(statement) == 1
    assert audited(before) == [entry]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_order SET note = note WHERE number = 'O-5'",
        "UPDATE companies_company SET tax_id = tax_id",
        "UPDATE orders_delivery SET accepted_on = accepted_on WHERE delivered_on = '2026-02-03'",
    ],
)
def test_what_changes_no_state_leaves_none(books: Books, statement: str) -> None:
    before = last()
    with acting("ann"):
        execute(statement)
    assert audited(before) == []


def test_actions_leave_their_row(books: Books) -> None:
    """Members, credit notes, undoings and a reopening, each by the person who acts."""
    before = last()
    add_member(company=books.company, username="eve", role="auditor", by="ida")
    with acting("eve"):
        credit("-1.00", "-0.19")
        made = allocate("P-3", "INV-2026-01-00003", "21.40")
        allocate("P-3", "INV-2026-01-00003", "-21.40", reverses_id=made)
    reopen_period(books.period(JANUARY), reason=REASON, by=person("ann"), approver=person("mo"))
    assert audited(before) == [
        ("ida", "added", "membership:eve"),
        ("eve", "issued", "invoice:CN-2026-02-00001"),
        ("eve", "placed", "allocation:P-3 → INV-2026-01-00003"),
        ("eve", "undone", "allocation:P-3 → INV-2026-01-00003"),
        ("ann", "reopening", f"period:{JANUARY}"),
        ("ann", "requested", f"approval:reopen period:{JANUARY}"),
        ("mo", "granted", f"approval:reopen period:{JANUARY}"),
        ("ann", "reopened", f"period:{JANUARY}"),
    ]


def test_a_run_that_finds_nothing_to_do_leaves_none(books: Books) -> None:
    before = last()
    confirm_run(books.period(FEBRUARY), by="ann", progress=Unwatched())
    assert audited(before) == []


def test_who_acts_is_forgotten_when_the_transaction_ends(books: Books) -> None:
    """Without a name the database's own role is named, never the last person's."""
    with acting("ann"):
        execute("UPDATE companies_company SET tax_id = 'DE1'")
    before = last()
    execute("UPDATE companies_company SET tax_id = 'DE2'")
    ((actor, *_),) = audited(before)
    assert actor == value("SELECT session_user::text")


def test_what_is_rolled_back_leaves_none(books: Books) -> None:
    before = last()
    with pytest.raises(IntegrityError, match="is locked"), acting("ann"):
        execute(
            "UPDATE companies_company SET tax_id = 'DE1';"
            "DELETE FROM payments_payment WHERE reference = 'P-3'"
        )
    assert audited(before) == []


def test_each_companys_audit_is_its_own(books: Books) -> None:
    create_company(
        code="OTHER",
        name="Other",
        currency="EUR",
        country="DE",
        first_day=date(2026, 1, 1),
        by="ida",
    )
    assert rows("SELECT actor, action, document FROM v_audit WHERE company = 'OTHER'") == [
        ("ida", "created", "company:OTHER")
    ]
