"""Months for the laws: January 2026 is locked, February half way through, March empty.

In euros, tax on top. By hand:

January             net    tax  gross
  O-1  Adler     100.00  19.00 119.00   INV-2026-01-00001, paid by P-1
  O-2  Birke      50.00   9.50  59.50   INV-2026-01-00002, 30.00 paid by P-2, 1.00 deducted
  O-3  Adler      20.00   1.40  21.40   INV-2026-01-00003, 4 of 10 delivered
  O-4  Birke                            held back: no one knows the item
  P-3  Adler     200.00 is an advance, P-4 of 15.00 is nobody's
February
  O-6  Birke      40.00   7.60  47.60   INV-2026-02-00001, 10.00 paid by P-5
  O-3  Adler      30.00   2.10  32.10   INV-2026-02-00002, the other 6; 1.00 deducted
  P-6  Birke       5.00 is an advance; P-7 of 6.00 came after the vouchers were written
  O-4 and O-8 are held back, O-5 is not delivered, O-7 is cancelled
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from closing_site.acting import acting
from closing_site.companies.models import Company, User
from closing_site.customers.models import OpenItem
from closing_site.periods.actions import ensure_periods
from closing_site.periods.models import Period, PeriodCutOff
from payments.models import Deduction
from tests.commands import run

CODE = "LAW"
REASON = "As agreed"
JANUARY, FEBRUARY, MARCH = "2026-01", "2026-02", "2026-03"

CUSTOMERS = """code,name,tax_id,address,city,country
A,Adler,DE111,Am Tor 1,Ulm,DE
B,Birke,DE222,Am Tor 2,Ulm,DE
"""
PRODUCTS = """sku,name,unit_price,tax_rate,kind
TEA,Tea,10,19,goods
RUM,Rum,25,19,charge
PEN,Pen,5,7,goods
"""
ORDERS = """number,customer_code,order_date,delivered_on,status,note
O-1,A,2026-01-02,2026-01-05,delivered,
O-2,B,2026-01-03,2026-01-10,delivered,
O-3,A,2026-01-04,,delivered,
O-4,B,2026-01-12,2026-01-20,delivered,
O-5,A,2026-01-15,,open,
O-6,B,2026-02-01,2026-02-03,delivered,
O-7,B,2026-02-01,,cancelled,A double
O-8,B,2026-02-02,2026-02-06,delivered,
"""
LINES = """order_number,line_number,sku,quantity,unit_price,tax_rate
O-1,1,TEA,10,10,19
O-2,1,RUM,2,25,19
O-3,1,PEN,10,5,7
O-4,1,NONE,1,8,19
O-5,1,TEA,1,10,19
O-6,1,TEA,4,10,19
O-7,1,TEA,4,10,19
O-8,1,NONE,1,8,19
"""
DELIVERIES = """order_number,line_number,delivered_on,quantity
O-3,1,2026-01-12,4
O-3,1,2026-02-10,6
"""
PAYMENTS = """reference,customer_code,received_on,amount,currency,method,order_number
P-1,A,2026-01-15,119.00,EUR,bank_transfer,O-1
P-2,B,2026-01-20,30.00,EUR,cash,O-2
P-3,A,2026-01-25,200.00,EUR,bank_transfer,
P-4,,2026-01-28,15.00,EUR,bank_transfer,
P-5,B,2026-02-04,10.00,EUR,bank_transfer,O-6
P-6,B,2026-02-05,5.00,EUR,bank_transfer,
"""
LATE = """reference,customer_code,received_on,amount,currency,method,order_number
P-7,B,2026-02-06,6.00,EUR,bank_transfer,
"""


@dataclass
class Books:
    """What a test does with the books goes through the commands, as their users' work does."""

    folder: Path
    code: str = CODE
    _folders: "count[int]" = field(default_factory=lambda: count(1))

    @classmethod
    def begin(cls, folder: Path, code: str = CODE) -> "Books":
        made, status = run(
            *("create_company", code, "--name", "Law", "--currency", "EUR", "--country", "DE"),
            *("--first-period", JANUARY, "--member", "ann:finance", "--member", "mo:manager"),
        )
        assert status == 0, made
        return cls(folder, code)

    @property
    def company(self) -> Company:
        return Company.objects.get(code=self.code)

    def period(self, code: str) -> Period:
        return Period.objects.get(company__code=self.code, code=code)

    def take(self, **files: str) -> tuple[dict[str, Any], int]:
        """Import these texts as the CSV files of these names."""
        folder = self.folder / f"{self.code}-{next(self._folders)}"
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return run("import_data", str(folder), "--company", self.code)

    def close(self, code: str, *options: str) -> dict[str, Any]:
        """Walk the month; what only warns is acknowledged, what blocks is held back."""
        closed, _status = run(
            *("close_period", code, "--company", self.code, "--as", "ann", "--approve-as", "mo"),
            *("--defer-exceptions", REASON, "--acknowledge-warnings", REASON, *options),
        )
        return closed

    def item(self, number: str) -> OpenItem:
        return OpenItem.objects.get(company__code=self.code, number=number)


def two_months(folder: Path) -> Books:
    books = Books.begin(folder)
    taken, status = books.take(
        customers=CUSTOMERS,
        products=PRODUCTS,
        orders=ORDERS,
        order_lines=LINES,
        deliveries=DELIVERIES,
        payments=PAYMENTS,
    )
    assert (taken["written"], status) == (True, 0), taken
    assert books.close(JANUARY, "--through", "pay")["stopped_at"] is None
    add_by_hand(books, JANUARY, "INV-2026-01-00002", date(2026, 1, 21))
    closed = books.close(JANUARY)
    assert closed["status"] == "locked", closed
    assert books.close(FEBRUARY, "--through", "pay")["stopped_at"] is None
    add_by_hand(books, FEBRUARY, "INV-2026-02-00002", date(2026, 2, 21))
    assert books.close(FEBRUARY, "--through", "reconcile")["stopped_at"] is None
    taken, status = books.take(payments=LATE)
    assert (taken["written"], status) == (True, 0), taken
    with acting("ann"):
        ensure_periods(books.company, date(2026, 3, 1))
    return books


def add_by_hand(books: Books, code: str, invoice: str, day: date) -> None:
    """What no file brings yet: a euro of cash discount, and a cut-off."""
    item, period = books.item(invoice), books.period(code)
    with acting("ann"):
        Deduction.objects.create(
            company_id=item.company_id,
            customer_id=item.customer_id,
            period=period,
            posted_on=day,
            recorded_on=day,
            item=item,
            reason="cash_discount",
            amount=Decimal(1),
            base_amount=Decimal(1),
        )
        PeriodCutOff.objects.create(
            company_id=item.company_id, period=period, cut_off_at=datetime(2026, 3, 1, tzinfo=UTC)
        )


def commit(statement: str, *values: Any) -> None:
    """As if this were all that a transaction did: with what is asked when it ends."""
    with transaction.atomic():
        execute(statement, *values)
        settle_constraints()


def settle_constraints() -> None:
    """What the database asks when a transaction ends."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")


def person(username: str) -> User:
    return User.objects.get(username=username)


def execute(statement: str, *values: Any) -> int:
    """As the serving role, and as one transaction or savepoint; how many rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return int(cursor.rowcount)


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())


def value(statement: str, *values: Any) -> Any:
    ((found,),) = rows(statement, *values)
    return found
