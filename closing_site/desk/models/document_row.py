"""The base of rows about documents."""

from django.db import models

from closing_site.rows import CompanyRow


class DocumentRow(CompanyRow):
    """A row about one document of a higher floor: a soft reference."""

    document_kind = models.CharField(max_length=30)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=80)

    class Meta:
        abstract = True

    @property
    def document(self) -> str:
        return f"{self.document_kind}:{self.document_number}"
