"""What belongs to an import: its files and what became of them, as working files of its run."""

import hashlib
import mimetypes
from typing import Final

from django.db.models import QuerySet

from closing_site.companies.models import User
from closing_site.desk.models import Run, WorkingFile

#: Kinds of documents that these files belong to.
UPLOADED: Final = "import"
REPORT: Final = "import_report"
COUNTS: Final = "import_counts"
CHOSEN: Final = "import_kinds"
ANSWERS: Final = "import_answers"
OPTIONS: Final = "import_options"
BAD_ROWS: Final = "import_bad_rows"


def keep(run: Run, kind: str, name: str, content: bytes, by: User) -> None:
    """The same content twice is kept once."""
    WorkingFile.objects.get_or_create(
        company_id=run.company_id,
        document_kind=kind,
        document_id=run.pk,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "document_number": str(run.pk),
            "name": name[:200],
            "content_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "content": content,
            "added_by": by,
        },
    )


def attached(run: Run, kind: str) -> QuerySet[WorkingFile]:
    return WorkingFile.objects.filter(
        company=run.company_id, document_kind=kind, document_id=run.pk
    ).order_by("name", "id")
