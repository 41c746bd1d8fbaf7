from closing_site.refusals import Refusal


class WrongUsage(Refusal):
    """This is not how it is used."""


class UnknownCompany(WrongUsage):
    """There is no company %(code)s."""


class UnknownUser(Refusal):
    """There is no user %(user)s."""


class NotAMember(Refusal):
    """%(user)s has no role in company %(company)s."""


class RoleMayNot(Refusal):
    """%(user)s is %(role)s in company %(company)s, which does not allow this."""


class CompanyExists(Refusal):
    """There is a company %(code)s already."""


class UnknownRole(WrongUsage):
    """%(role)s is no role; there are: %(roles)s."""
