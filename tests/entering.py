"""Books for tests of what people enter: a month locked, the next open, one person a role."""

from datetime import date

from closing_site.companies.models import Company, Role, User
from closing_site.customers.actions import record_customer
from closing_site.customers.models import Customer
from closing_site.customers.sales_reps import name_sales_rep
from closing_site.periods.actions import period_by_code
from closing_site.wizard.opening_books import open_books
from orders.actions.basics import record_product
from orders.actions.delivering import deliver_order
from orders.actions.ordering import record_order
from orders.models import Order
from tests.closing_site.exchange.conftest import lock

LINE = {"line_number": "1", "sku": "TEA", "quantity": "2", "unit_price": "50", "tax_rate": "13"}


def the_shop() -> Company:
    """As the fixture ``shop_books`` has it in the test's database."""
    return Company.objects.get(code="NW")


def make_shop() -> Company:
    """NW, yuan, from January 2026, which is locked. R1 is the rep ``sales_rep``, R2 no one's."""
    company = open_books(
        code="NW",
        name="Northwind",
        currency="CNY",
        country="CN",
        first_period="2026-01",
        members=[(str(role), str(role)) for role in Role],
        by="test",
    ).company
    lock(company, "2026-01")
    period_by_code(company, "2026-02")
    rep = person("sales_rep")
    name_sales_rep(company=company, code="R1", name="Rep", user=rep, by="test")
    name_sales_rep(company=company, code="R2", name="Other", user=None, by="test")
    finance = person("finance")
    record_customer(
        company=company, given={"code": "ACME", "name": "Acme", "sales_rep": "R1"}, by=finance
    )
    record_customer(
        company=company, given={"code": "BETA", "name": "Beta", "sales_rep": "R2"}, by=finance
    )
    record_product(company=company, given={"sku": "TEA", "name": "Tea"}, by=finance)
    return company


def person(role: str) -> User:
    return User.objects.get(username=role)


def customer(company: Company, code: str = "ACME") -> Customer:
    return Customer.objects.get(company=company, code=code)


def order(company: Company, number: str = "SO-1", day: str = "2026-02-03", **given: str) -> Order:
    """Of ACME, by R1, one line of 100.00 and 13.00 tax, not delivered."""
    row = {"number": number, "customer_code": "ACME", "order_date": day, "sales_rep": "R1"}
    return record_order(company=company, given={**row, **given}, lines=[LINE], by=person("finance"))


def delivered(company: Company, number: str = "SO-1", day: str = "2026-02-05") -> Order:
    return deliver_order(
        order=order(company, number),
        delivered_on=date.fromisoformat(day),
        accepted_on=None,
        by=person("finance"),
    )
