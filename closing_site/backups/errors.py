from closing_site.companies.errors import WrongUsage
from closing_site.refusals import Refusal


class FileExists(Refusal):
    """%(path)s exists already: name another file. Nothing was written."""


class NoSuchFolder(Refusal):
    """%(path)s cannot be written: %(reason)s."""


class ToolMissing(Refusal):
    """%(tool)s was not found: install the PostgreSQL client programs of the server's version."""


class DumpFailed(Refusal):
    """The database could not be dumped: %(reason)s. No file was written."""


class NotABackup(Refusal):
    """%(path)s is no backup of this program: %(reason)s."""


class BackupIsNewer(Refusal):
    """%(path)s was made by a newer version of the program (%(missing)s is unknown here): restore it with that version."""  # noqa: E501


class DatabaseInUse(Refusal):
    """The database has %(tables)s tables: a backup is restored into an empty database only. Make an empty one and name it, or empty the program's own with ./run restore FILE --fresh."""  # noqa: E501


class RestoreFailed(Refusal):
    """The backup could not be restored: %(reason)s. The database is as empty as before."""


class NoMailServer(WrongUsage):
    """EMAIL_HOST is not set: there is no mail server to ask."""


class NotAnAddress(WrongUsage):
    """%(address)s is not an e-mail address."""
