"""The views of this floor, see CONTRACT."""

VIEWS = {
    "v_audit": """
        SELECT c.code AS company, a.at, a.actor, a.action,
            a.document_kind || ':' || a.document_number AS document, a.before, a.after
        FROM companies_auditentry AS a
        JOIN companies_company AS c ON c.id = a.company_id
    """,
}
