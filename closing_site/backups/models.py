from django.db import models
from django.utils.translation import gettext_lazy as _


class Backup(models.Model):
    """A backup of the whole installation that was made; where the file went is not kept."""

    name = models.CharField(_("file"), max_length=255)
    size = models.BigIntegerField(_("bytes"))
    digest = models.CharField(_("SHA-256 of the dump"), max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="backups_backup_made_at")]

    def __str__(self) -> str:
        return self.name
