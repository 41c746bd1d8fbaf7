"""Files beside documents, and when they are sealed."""

from closing_site import sql
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters

TO_SEAL = """
    UPDATE desk_attachmentmonth SET period_id = %(period)s
    WHERE company_id = %(company)s AND period_id IS NULL
"""
#: Of an upload that is not finished nothing is deleted.
OLD_FILES = """
    DELETE FROM desk_workingfile AS f USING companies_company AS c
    WHERE c.id = f.company_id AND f.added_at < now() - c.working_file_days * interval '1 day'
        AND NOT EXISTS (SELECT FROM desk_run AS r
            WHERE r.id = f.document_id AND r.state IN ('queued', 'running'))
"""


def take_attachments(period: Period) -> int:
    """Every file attached to a document of the company and not sealed yet goes into this month's
    seal; returns how many. Called by the lock, before it seals."""
    return sql.execute(TO_SEAL, period_parameters(period))


def delete_old_files() -> int:
    """Delete uploads, previews and bad rows that are older than their company keeps them."""
    return sql.execute(OLD_FILES)
