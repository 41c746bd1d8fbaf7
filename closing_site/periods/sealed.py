"""What a seal holds of this app: the month's own days, and who signed for what."""

from closing_site.periods.sealing import SealedKind

SEALED = [
    SealedKind(
        kind="period",
        table="periods_period",
        since=2,
        key="p.id",
        number="p.code",
        is_final=True,
        content="ROW(p.company_id, p.code, p.starts_on, p.ends_on)::text",
        source="""
        FROM periods_period AS p WHERE p.company_id = %(company)s AND p.id = %(period)s
        """,
    ),
    SealedKind(
        kind="name",
        table="periods_periodname",
        since=2,
        key="n.id",
        number="n.kind || ' ' || n.code",
        content="""ROW(n.company_id, n.kind, n.key, n.code, n.name, n.name_zh, n.category,
            n.rep)::text""",
        source="""
        FROM periods_periodname AS n
        WHERE n.company_id = %(company)s AND n.period_id = %(period)s
        """,
    ),
    SealedKind(
        kind="sign_off",
        table="periods_signoff",
        since=2,
        key="s.id",
        number="s.step",
        is_final=True,
        content="""ROW(s.company_id, s.step, s.signed_by_id, s.signed_at, s.figures,
            s.digest)::text""",
        source="""
        FROM periods_signoff AS s
        WHERE s.company_id = %(company)s AND s.period_id = %(period)s
        """,
    ),
]
