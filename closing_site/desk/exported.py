"""What of this floor no exchange file holds. Data."""

from closing_site.exported import Exported, NotCarried

EXPORTED: tuple[Exported, ...] = ()
NOT_CARRIED = tuple(
    NotCarried(name, f"SELECT count(*) FROM {table} WHERE company_id = %(company)s")
    for name, table in {
        "acknowledgements": "desk_acknowledgement",
        "approvals": "desk_approval",
        "attachments": "desk_attachment",
    }.items()
)
