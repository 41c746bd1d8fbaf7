"""The pack of a lock is kept as it was handed out."""

from closing_site.laws import Exempt, Immutable

LAWS = [
    Immutable("reports_closepack", says="was handed out: it stays as it is"),
    Exempt("reports_closepack", "Rendered after the lock, bound to its seal."),
]
