"""The views of this floor, see CONTRACT."""

VIEWS = {
    # A finding that is resolved says when; one that is acknowledged, or whose document is held
    # back for the month, by whom and why.
    "v_findings": """
        SELECT c.code AS company, p.code AS period, f.step, f.check_slug, f.severity,
            f.document_kind || ':' || f.document_number AS document, f.amount, f.currency,
            f.parameters, f.found_at, f.resolved_at,
            coalesce(u.username, nullif(f.deferred_by, '')) AS acknowledged_by,
            a.acknowledged_at, coalesce(a.reason, nullif(f.deferred_reason, '')) AS reason
        FROM desk_finding AS f
        JOIN companies_company AS c ON c.id = f.company_id
        JOIN periods_period AS p ON p.id = f.period_id
        LEFT JOIN desk_acknowledgement AS a ON a.company_id = f.company_id
            AND a.check_slug = f.check_slug AND a.document_kind = f.document_kind
            AND a.document_id = f.document_id AND a.digest = f.digest
        LEFT JOIN companies_user AS u ON u.id = a.acknowledged_by_id
    """,
}
