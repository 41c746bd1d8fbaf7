"""Codes that a customer had before: whoever names one means the customer by today's code.

So a file that another system still writes with the old code changes nothing and doubles nobody.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.staged import Staged

#: A code that is a customer's today is that customer's, whoever had it before.
SUCCESSORS = """
    SELECT DISTINCT x.old_code, c.code FROM companies_codechange AS x
    JOIN customers_customer AS c ON c.company_id = x.company_id AND c.id = x.row_id
    WHERE x.company_id = %(company)s AND x.kind = 'customer' AND x.old_code <> c.code
        AND NOT EXISTS (SELECT FROM customers_customer AS own
            WHERE own.company_id = x.company_id AND own.code = x.old_code)
"""
SUCCEEDED = gettext_noop("%(value)s is the former code of customer %(code)s, which is meant.")


def successors(company: Company) -> Mapping[str, str]:
    """Former code → today's."""
    found = sql.rows(SUCCESSORS, {"company": company.pk})
    return {row["old_code"]: row["code"] for row in found}


def current_code(company: Company, code: str) -> str:
    """The customer's code today, of one that it has or had."""
    return successors(company).get(code, code)


def follow_successors(company: Company, staged: Staged, column: str = "customer_code") -> bool:
    """Replace former codes in the rows, with a note on the first row of each. Whether there were
    any."""
    known = successors(company)
    if not known:
        return False
    parameters = {"old": list(known), "new": list(known.values())}
    joined = "unnest(%(old)s::text[], %(new)s::text[]) AS x (old_code, code)"
    staged.note(
        SUCCEEDED,
        column=column,
        query=f"""
            SELECT min(s.line) AS line, x.old_code AS value, x.code
            FROM {staged.table} AS s JOIN {joined} ON x.old_code = s.{column}
            GROUP BY x.old_code, x.code
        """,
        parameters=parameters,
    )
    changed = sql.execute(
        f"UPDATE {staged.table} AS s SET {column} = x.code FROM {joined}"
        f" WHERE x.old_code = s.{column}",
        parameters,
    )
    return changed > 0
