"""How a law is declared, and the SQL that each declaration becomes.

Every app declares its laws in ``laws.py`` as ``LAWS``; ``database_objects.install`` makes the
triggers. All are ``ENABLE ALWAYS``, run with the owner's rights and a fixed search path,
and raise ``check_violation`` with the trigger's name as constraint.
"""

from closing_site.laws.audited import Audited
from closing_site.laws.final import Belongs, Immutable, PartOf
from closing_site.laws.guarded import Exempt, Guarded
from closing_site.laws.keyed import Keyed
from closing_site.laws.numbered import Numbered
from closing_site.laws.trigger import Law, Trigger, no_truncate, quoted

AnyLaw = Guarded | Exempt | Immutable | PartOf | Belongs | Numbered | Audited | Keyed | Law

__all__ = [
    "AnyLaw",
    "Audited",
    "Belongs",
    "Exempt",
    "Guarded",
    "Immutable",
    "Keyed",
    "Law",
    "Numbered",
    "PartOf",
    "Trigger",
    "no_truncate",
    "quoted",
]
