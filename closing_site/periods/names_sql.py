"""How customers, products and others are called in a month's reports.

A locked month's reports show the names that its lock kept (``PeriodName``): they do not change when
a customer is renamed. An open month's, and those of a month locked before names were kept, show
today's.
"""

KEPT = """
    SELECT n.key AS id, n.code, n.name, n.name_zh, n.category, n.rep
    FROM periods_periodname AS n
    JOIN periods_period AS locked ON locked.id = n.period_id AND locked.status = 'locked'
    WHERE n.company_id = %(company)s AND n.period_id = %(period)s
"""


def names(kind: str, today: str) -> str:
    """A relation of id, code, name, name_zh, category and rep of each of this kind in the month.

    ``today``: SELECT of the same columns of the company's rows as they are now.
    """
    return f"""(
        {KEPT} AND n.kind = '{kind}'
        UNION ALL
        SELECT today.* FROM ({today}) AS today WHERE NOT EXISTS ({KEPT})
    )"""
