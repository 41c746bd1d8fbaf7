"""Taking in exchange rates from a file."""

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.staged import Staged, make_table

NOT_ONE = gettext_noop("%(base)s is the company's own currency: its rate is 1.")


def record_exchange_rates(company: Company, staged: Staged) -> None:
    """Write ``staged_exchange_rates`` (date, currency, rate: base currency per unit).

    A rate that is corrected holds for documents to come; issued ones keep theirs.
    """
    parameters = {"company": company.pk, "base": company.currency}
    staged.refuse(
        NOT_ONE,
        column="rate",
        where="s.currency = %(base)s AND s.rate <> 1",
        says={"base": "%(base)s"},
        parameters=parameters,
    )
    make_table(
        "taken_rates",
        f"""
        SELECT s.*, r.id AS rate_id, r.rate AS rate_before FROM {staged.table} AS s
        LEFT JOIN companies_exchangerate AS r
            ON r.company_id = %(company)s AND r.currency = s.currency AND r.valid_from = s.date
        """,
        parameters,
    )
    staged.table = "taken_rates"
    sql.execute(
        """
        INSERT INTO companies_exchangerate (company_id, currency, valid_from, rate)
        SELECT %(company)s, currency, date, rate FROM taken_rates WHERE rate_id IS NULL
        """,
        parameters,
    )
    sql.execute(
        """
        UPDATE companies_exchangerate AS r SET rate = s.rate
        FROM taken_rates AS s WHERE r.id = s.rate_id AND r.rate <> s.rate
        """
    )
    staged.count(new="rate_id IS NULL", changed="rate <> rate_before")
