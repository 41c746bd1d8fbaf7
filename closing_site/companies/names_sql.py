"""People and companies by name, as the names of a locked month keep them."""

#: Columns as of ``periods.names_sql``.
PEOPLE_TODAY = """
    SELECT u.id, u.username AS code, btrim(u.first_name || ' ' || u.last_name) AS name,
        '' AS name_zh, '' AS category, '' AS rep
    FROM companies_user AS u
"""
COMPANY_TODAY = """
    SELECT c.id, c.code, c.name, c.name_zh, '' AS category, '' AS rep
    FROM companies_company AS c WHERE c.id = %(company)s
"""
