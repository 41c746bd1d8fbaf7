from closing_site.companies.errors import WrongUsage
from closing_site.refusals import Refusal


class NoSuchPath(WrongUsage):
    """There is no file or folder %(path)s."""


class NotReadable(Refusal):
    """%(file)s cannot be read: %(reason)s."""


class NotAnEncoding(WrongUsage):
    """%(encoding)s is no encoding that can be read; there are: %(names)s."""


class NotAMeaning(WrongUsage):
    """%(meaning)s is no meaning of a discount; there are: off, of-price."""


class NoExchangeFile(WrongUsage):
    """There is no exchange file at %(path)s. They are named: %(names)s (.csv, .xlsx)."""


class NotAKind(WrongUsage):
    """%(kind)s is no kind of exchange file; there are: %(kinds)s."""


class TwoOfAKind(WrongUsage):
    """%(first)s and %(second)s are both %(kind)s; keep one of them."""


class BadRowsNotWritten(Refusal):
    """The bad rows could not be written to %(file)s: %(reason)s. Nothing was imported."""


class NothingToImport(Refusal):
    """There is no file to import among these; wanted are: %(suffixes)s, or a .zip of them."""


class SameNameTwice(Refusal):
    """%(name)s is there twice: keep one of them, or give one another name."""


class TooMuchToImport(Refusal):
    """This is more than %(files)s files or %(megabytes)s MB at once: divide it."""


class ImportGoesOn(Refusal):
    """This import goes on already: wait until it has ended."""


class WrittenAlready(Refusal):
    """This import is written already."""


class UploadDeleted(Refusal):
    """The uploaded files were deleted after %(days)s days. Upload them again."""


class FolderHasFiles(Refusal):
    """%(path)s is there already and is not an empty folder: name another one. Nothing was written."""  # noqa: E501


class FolderNotWritten(Refusal):
    """%(path)s cannot be written: %(reason)s. Nothing was kept."""
