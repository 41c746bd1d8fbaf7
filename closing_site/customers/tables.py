"""The columns of the list of customers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from closing_site.pages.columns import (
    Column,
    DocumentColumn,
    FlagColumn,
    MoneyColumn,
    NumberColumn,
)
from closing_site.pages.table import Table


def rep_of(row: Any) -> str:
    """The name, else the code, of the rep of a customer or an order."""
    rep = row.sales_rep
    return (rep.name or rep.code) if rep else ""


class CustomerTable(Table):
    name = "customers"
    default_sort = "code"
    code = DocumentColumn(_("Code"), kind="customer", sort=True)
    customer_name = Column(_("Name"), "name", sort="name")
    city = Column(_("City"))
    country = Column(_("Country"), phone=False)
    sales_rep = Column(_("Sales rep"), rep_of)
    currency = Column(_("Currency"), phone=False)
    payment_terms_days = NumberColumn(_("Days to pay"), phone=False)
    credit_limit = MoneyColumn(_("Credit limit"), phone=False)
    is_on_hold = FlagColumn(_("On hold"))
    tax_id = Column(_("Tax number"), hidden=True)
    email = Column(_("E-mail"), hidden=True)
    phone_number = Column(_("Telephone"), "phone", hidden=True)
    address = Column(_("Address"), hidden=True)
