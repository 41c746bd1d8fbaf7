"""Each guarded table, with a change, a copy and a move that only a locked month refuses."""

from dataclasses import dataclass, field

from tests.laws.books import rows

#: A day late in each month, after all that was issued in it.
DAYS = {"2026-01": "2026-01-31", "2026-02": "2026-02-27", "2026-03": "2026-03-31"}


@dataclass(frozen=True)
class GuardedTable:
    """``where`` picks the row of a month that nothing else keeps from going; ``change`` is one
    that the table allows; ``copy``: what a copy of the row needs of its own.

    ``final``: what law 2 or 5 refuses in an open month as well. ``only_one``: the constraint that
    keeps a month from a second row, whether it is locked or not.
    """

    table: str
    change: str
    where: str = "true"
    copy: dict[str, str] = field(default_factory=dict)
    final: frozenset[str] = frozenset()
    only_one: str = ""
    #: Written by the lock: an open month has none.
    of_the_lock: bool = False

    @property
    def is_dated(self) -> bool:
        return self.table in DATED

    def row_of(self, month: str) -> int:
        """The key of this month's row."""
        found = rows(
            f"SELECT t.id FROM {self.table} AS t JOIN periods_period AS p ON p.id = t.period_id"
            f" WHERE p.code = %s AND {self.where} ORDER BY t.id LIMIT 1",
            month,
        )
        return int(found[0][0])

    def copied(self, into: str) -> str:
        """An INSERT of a copy of January's row, posted in this month; its parameter is the key."""
        columns = [
            name
            for (name,) in rows(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                " AND NOT attisdropped AND attname <> 'id' ORDER BY attnum",
                self.table,
            )
        ]
        given = {
            "period_id": f"(SELECT id FROM periods_period WHERE code = '{into}')",
            **({"posted_on": f"'{DAYS[into]}'"} if self.is_dated else {}),
            **self.copy,
        }
        values = ", ".join(given.get(name, f"t.{name}") for name in columns)
        return (
            f"INSERT INTO {self.table} ({', '.join(columns)})"
            f" SELECT {values} FROM {self.table} AS t WHERE t.id = %s"
        )

    def moved(self, to: str) -> str:
        """An UPDATE that moves the row into this month; its parameter is the key."""
        day = f", posted_on = '{DAYS[to]}'" if self.is_dated else ""
        return (
            f"UPDATE {self.table} SET period_id = (SELECT id FROM periods_period"
            f" WHERE code = '{to}'){day} WHERE id = %s"
        )


DATED = {
    *("orders_delivery", "orders_unbilled", "invoicing_invoice", "payments_payment"),
    *("payments_allocation", "payments_deduction", "customers_openitem", "reconciliation_voucher"),
}
ALWAYS = frozenset({"update", "insert", "delete", "move"})

GUARDED = {
    guarded.table: guarded
    for guarded in (
        GuardedTable(
            "orders_delivery",
            "accepted_on = delivered_on",
            where="t.is_whole",
            # Of an order that is not delivered yet.
            copy={"order_id": "(SELECT id FROM orders_order WHERE number = 'O-5')"},
            # It is invoiced: law 3 keeps its confirmation.
            final=frozenset({"delete"}),
        ),
        GuardedTable(
            "orders_unbilled",
            "posted_on = posted_on + 1",
            # January's delivery stands on February's list as well, February's only on its own.
            where="t.delivery_id = (SELECT max(h.delivery_id) FROM orders_unbilled AS h"
            " WHERE h.period_id = t.period_id)",
            copy={
                "delivery_id": "(SELECT d.id FROM orders_delivery AS d JOIN orders_order AS o"
                " ON o.id = d.order_id WHERE o.number = 'O-6')",
                **dict.fromkeys(["approval_id", "deferral_id"], "NULL"),
            },
        ),
        GuardedTable(
            "invoicing_numberseries",
            "last_issued_on = last_issued_on + 1",
            copy={"kind": "'deposit'", "code": "'DEP'", "last_number": "0"},
            final=frozenset({"delete", "move"}),
        ),
        GuardedTable(
            "invoicing_invoice",
            "due_on = due_on + 1",
            copy={"sequence_number": "99", "number": "'INV-99'"},
            final=ALWAYS,
        ),
        GuardedTable(
            "invoicing_invoiceline",
            "description = 'Other'",
            copy={"line_number": "9"},
            final=ALWAYS,
        ),
        GuardedTable(
            "invoicing_invoicetax", "reason = 'Other'", copy={"category": "'other'"}, final=ALWAYS
        ),
        GuardedTable(
            "customers_openitem",
            "due_on = issued_on + 1",
            where="t.number IN ('P-3', 'P-7')",
            copy={"document_id": "99"},
        ),
        GuardedTable(
            "payments_payment",
            "memo = 'Other'",
            where="t.reference IN ('P-3', 'P-7')",
            copy={"reference": "'P-9'"},
        ),
        GuardedTable(
            "payments_allocation",
            "rule = 'other'",
            copy={
                **dict.fromkeys(["debit_amount", "credit_amount"], "0.01"),
                **dict.fromkeys(["base_debit", "base_credit"], "0.01"),
                "debit_item_id": "(SELECT id FROM customers_openitem"
                " WHERE number = 'INV-2026-01-00003')",
                "credit_item_id": "(SELECT id FROM customers_openitem WHERE number = 'P-3')",
            },
            final=frozenset({"update", "delete", "move"}),
        ),
        GuardedTable(
            "payments_deduction", "note = 'Other'", final=frozenset({"update", "delete", "move"})
        ),
        GuardedTable(
            "reconciliation_voucher",
            "document_number = 'Other'",
            copy={"sequence_number": "99"},
            final=ALWAYS,
        ),
        GuardedTable(
            "reconciliation_voucherline",
            "currency = 'USD'",
            copy={"line_number": "9"},
            final=ALWAYS,
        ),
        GuardedTable(
            "reconciliation_customerbalance",
            "currency = 'CHF'",
            copy={"currency": "'USD'"},
            of_the_lock=True,
        ),
        GuardedTable(
            "periods_periodname",
            "name = 'Other'",
            copy={"key": "(SELECT max(key) + 1 FROM periods_periodname)"},
            of_the_lock=True,
        ),
        GuardedTable(
            "desk_finding",
            "document_number = 'Other'",
            where="t.document_number IN ('O-1', 'O-6')",
            copy={"document_id": "99"},
        ),
        GuardedTable("periods_periodcutoff", "cut_off_at = now()", only_one="periods_cutoff_once"),
        GuardedTable(
            "periods_signoff", "digest = 'other'", final=frozenset({"update", "delete", "move"})
        ),
    )
}
