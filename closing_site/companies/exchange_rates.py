"""Taking in exchange rates, from a file or from a form."""

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.kinds import EXCHANGE_RATES
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import Company, ExchangeRate, User
from closing_site.recording import Given, recording, require_taken, stage_rows
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


def record_exchange_rate(*, company: Company, given: Given, by: User) -> ExchangeRate:
    """``given`` has the columns of exchange_rates.csv; the same day and currency again corrects it.

    Raises NotTaken, RoleMayNot.
    """
    require_role(company, by.username, ENTERING)
    with recording(company.pk, by.username):
        staged = stage_rows(EXCHANGE_RATES, [given])
        record_exchange_rates(company, staged)
        require_taken(staged)
        return ExchangeRate.objects.get(
            company=company,
            currency=(given.get("currency") or "").strip(),
            valid_from=(given.get("date") or "").strip(),
        )
