"""Taking in exchange rates, from a file or from a form."""

from itertools import chain

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.kinds import EXCHANGE_RATES
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import Company, ExchangeRate, User
from closing_site.declared import declared
from closing_site.recording import (
    Given,
    recording,
    require_confirmed,
    require_taken,
    stage_rows,
)
from closing_site.staged import Staged, make_table
from closing_site.typed import require_listed

CHANGES = gettext_noop(
    "%(currency)s from %(day)s costs %(before)s: it becomes %(after)s for documents to come."
)
NOT_ONE = gettext_noop("%(base)s is the company's own currency: its rate is 1.")


def record_exchange_rates(company: Company, staged: Staged) -> None:
    """Write ``staged_exchange_rates`` (date, currency, rate: base currency per unit).

    A rate is corrected while no posted document has used it, and its day lies in no locked month
    (each floor's ``rates_used.py`` says by what it may be used, as ``RATES_USED``).
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
        SELECT s.*, r.id AS rate_id, r.rate AS rate_before, (
                SELECT min(later.valid_from) FROM companies_exchangerate AS later
                WHERE later.company_id = %(company)s AND later.currency = s.currency
                    AND later.valid_from > s.date
            ) AS next_date
        FROM {staged.table} AS s
        LEFT JOIN companies_exchangerate AS r
            ON r.company_id = %(company)s AND r.currency = s.currency AND r.valid_from = s.date
        """,
        parameters,
    )
    staged.table = "taken_rates"
    for reason, used in chain.from_iterable(declared("rates_used", "RATES_USED")):
        staged.refuse(
            reason,
            column="rate",
            joins=f"CROSS JOIN LATERAL ({used}) AS used (by)",
            where="s.rate <> s.rate_before",
            says={
                **{"by": "used.by", "currency": "s.currency", "day": "s.date"},
                "before": "trim_scale(s.rate_before)",
            },
            parameters=parameters,
        )
    sql.execute(
        """
        INSERT INTO companies_exchangerate (company_id, currency, valid_from, rate)
        SELECT %(company)s, currency, date, rate FROM taken_rates WHERE rate_id IS NULL
        """,
        parameters,
    )
    staged.note(
        CHANGES,
        column="rate",
        query="""
            SELECT line, rate::text AS value, currency, date AS day,
                trim_scale(rate_before) AS before, trim_scale(rate) AS after
            FROM taken_rates WHERE rate <> rate_before
        """,
        parameters={},
    )
    sql.execute(
        """
        UPDATE companies_exchangerate AS r SET rate = s.rate
        FROM taken_rates AS s WHERE r.id = s.rate_id AND r.rate <> s.rate
        """
    )
    staged.count(new="rate_id IS NULL", changed="rate <> rate_before")


def record_exchange_rate(
    *, company: Company, given: Given, answer: str | None = None, by: User
) -> ExchangeRate:
    """``given`` has the columns of exchange_rates.csv; the same day and currency again corrects it.

    ``answer``: see require_confirmed. Raises NotTaken, Unconfirmed, RoleMayNot.
    """
    require_role(company, by.username, ENTERING)
    with recording(company.pk, by.username):
        require_listed(EXCHANGE_RATES, given)
        staged = stage_rows(EXCHANGE_RATES, [given])
        record_exchange_rates(company, staged)
        require_taken(staged)
        require_confirmed([note.reason for note in staged.notes], answer)
        return ExchangeRate.objects.get(
            company=company,
            currency=(given.get("currency") or "").strip(),
            valid_from=(given.get("date") or "").strip(),
        )
