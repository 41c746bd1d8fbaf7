"""What rows about a customer's money may not lack: a customer we know, a rate, and no more decimals
than the currency has."""

from django.utils.translation import gettext_noop

from closing_site.companies.models import Company
from closing_site.currencies import CURRENCIES
from closing_site.staged import Staged
from closing_site.typed import NO_CURRENCY

NO_CUSTOMER = gettext_noop("There is no customer %(value)s.")
NO_RATE = gettext_noop("There is no exchange rate of %(currency)s on or before %(value)s.")
DECIMALS = gettext_noop("%(currency)s has only %(digits)s decimals.")
TOO_LARGE = gettext_noop("In the company's currency it is more than an amount can hold.")


def refuse_unknown_customers(company: Company, staged: Staged, customers: Staged) -> None:
    """A row whose ``customer_code`` is neither in the books nor in the file of customers."""
    staged.refuse_strays(
        NO_CUSTOMER,
        column="customer_code",
        where="s.customer_code IS NOT NULL AND NOT EXISTS (SELECT FROM customers_customer AS c"
        " WHERE c.company_id = %(company)s AND c.code = s.customer_code)",
        parent=customers,
        parent_key="s.customer_code",
        parameters={"company": company.pk},
    )


def refuse_amounts(staged: Staged, *, amount: str, day: str) -> None:
    """``amount`` and ``day``: the columns that say them; the table has ``currency``,
    ``exchange_rate`` and ``base_amount`` as they would be."""
    staged.refuse(
        NO_CURRENCY,
        column="currency",
        where="s.exchange_rate IS NULL AND s.currency <> ALL (%(currencies)s)",
        parameters={"currencies": list(CURRENCIES)},
    )
    staged.refuse(
        NO_RATE,
        column=day,
        where="s.exchange_rate IS NULL",
        says={"currency": "s.currency"},
    )
    staged.refuse(
        DECIMALS,
        column=amount,
        where=f"s.{amount} <> round(s.{amount}, currency_digits(s.currency))",
        says={"currency": "s.currency", "digits": "currency_digits(s.currency)"},
    )
    staged.refuse(TOO_LARGE, column=amount, where="abs(s.base_amount) >= 1e15")
