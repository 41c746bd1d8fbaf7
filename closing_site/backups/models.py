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


class RequestFailure(models.Model):
    """A request that ended with an error of the program: under which number the log has it, and
    where it came from. Neither its message nor an address is kept: they may name a customer."""

    number = models.CharField(max_length=16)
    failed_at = models.DateTimeField(auto_now_add=True)
    route = models.CharField(max_length=80)
    method = models.CharField(max_length=10)
    company = models.CharField(max_length=20, blank=True)
    error = models.CharField(max_length=120)
    place = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["failed_at"], name="backups_requestfailure_at")]

    def __str__(self) -> str:
        return self.number


class SlowStatement(models.Model):
    """A statement of requests that took long, without its parameters, and how often it did."""

    digest = models.CharField(max_length=64, unique=True)
    statement = models.TextField()
    route = models.CharField(max_length=80)
    times = models.PositiveIntegerField()
    total_ms = models.BigIntegerField()
    longest_ms = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-total_ms"], name="backups_slowstatement_total")]

    def __str__(self) -> str:
        return self.digest
