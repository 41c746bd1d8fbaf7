"""Tax rates that a file states as such, with the reason of each."""

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.staged import Staged, make_table
from orders.models import STANDARD

NOT_A_RATE = gettext_noop("A standard rate is above 0 %%, and every other category is of 0 %%.")


def record_stated_rates(company: Company, staged: Staged) -> None:
    """Write ``staged_tax_rates``. A rate that the company has keeps its percent; its reason may
    change, and whoever states a rate has seen it."""
    parameters = {"company": company.pk, "standard": STANDARD}
    staged.refuse(
        NOT_A_RATE,
        column="percent",
        where="(s.category = %(standard)s) <> (s.percent > 0)",
        parameters=parameters,
    )
    reason = "coalesce(s.reason, '')" if "reason" in staged.given else "coalesce(r.reason, '')"
    make_table(
        "taken_tax_rates",
        f"""
        SELECT s.line, s.category, s.percent, {reason} AS reason, r.id AS rate_id,
            r.id IS NOT NULL AND (r.reason <> {reason} OR r.is_unexpected) AS is_other
        FROM {staged.table} AS s LEFT JOIN orders_taxrate AS r ON r.company_id = %(company)s
            AND r.category = s.category AND r.percent = s.percent
        """,
        parameters,
    )
    staged.table = "taken_tax_rates"
    sql.execute(
        """
        INSERT INTO orders_taxrate (company_id, category, percent, reason)
        SELECT %(company)s, category, percent, reason FROM taken_tax_rates WHERE rate_id IS NULL
        """,
        parameters,
    )
    sql.execute(
        """
        UPDATE orders_taxrate AS r SET reason = s.reason, is_unexpected = false
        FROM taken_tax_rates AS s WHERE r.id = s.rate_id AND s.is_other
        """
    )
    staged.count(new="rate_id IS NULL", changed="is_other")
