from closing_site.refusals import Refusal


class WrongUsage(Refusal):
    """This is not how it is used."""


class UnknownCompany(WrongUsage):
    """There is no company %(code)s."""


class CannotBeWritten(Refusal):
    """%(path)s cannot be written: %(reason)s."""


class UnknownUser(Refusal):
    """There is no user %(user)s."""


class NotAMember(Refusal):
    """%(user)s has no role in company %(company)s."""


class RoleMayNot(Refusal):
    """%(user)s is %(role)s in company %(company)s, which does not allow this."""


class OwnDeputy(Refusal):
    """Nobody is their own deputy. Name another approver."""


class EndsBeforeItBegins(Refusal):
    """The last day %(ends_on)s is before the first day %(starts_on)s. Correct one of the two."""


class BeginsInThePast(Refusal):
    """%(day)s is past. A deputy stands in from today at the earliest."""


class NoDeputyToEnd(Refusal):
    """%(user)s has no deputy now or later."""


class CompanyExists(Refusal):
    """There is a company %(code)s already."""


class CompanyElsewhere(WrongUsage):
    """The books of %(code)s belong on database %(place)s. Run the command with --at %(place)s."""


class BooksMoved(Refusal):
    """The books of %(code)s lie on database %(place)s now. Nothing was changed in the old ones."""


class NameOfAnother(Refusal):
    """On database %(place)s %(user)s is somebody else. Choose a name that is free on both."""


class UnknownRole(WrongUsage):
    """%(role)s is no role; there are: %(roles)s."""


class NotACompanyCode(WrongUsage):
    """%(code)s is no company code: up to 20 letters, digits, points, hyphens and underscores."""


class NotACompany(WrongUsage):
    """A company cannot be made of this: %(reason)s"""


class NotACurrency(WrongUsage):
    """%(currency)s is no currency: three letters are needed, as in CNY."""


class NotACountry(WrongUsage):
    """%(country)s is no country: two letters are needed, as in CN."""


class NotALanguage(WrongUsage):
    """%(language)s is no language of this program; there are: %(languages)s."""


class NotAUsername(WrongUsage):
    """%(user)s cannot be a user's name: letters, digits and @/./+/-/_ are."""


class MemberAlready(Refusal):
    """%(user)s works in %(company)s already: its administrator can change the role."""


class InvitationClosed(Refusal):
    """This invitation was used, withdrawn or has expired: ask the administrator for a new one."""


class NameTaken(Refusal):
    """The user name %(user)s is taken: choose another one."""


class WrongCode(Refusal):
    """The code is wrong, or was used already: take the one that the app shows now."""


class SecondFactorNeeded(Refusal):
    """%(company)s requires two-step sign-in of those who approve: it stays on."""


class LastAdministrator(Refusal):
    """%(user)s is the only administrator: make another one first."""


class WorksElsewhere(Refusal):
    """%(user)s works in another company too, or supports the installation: ask who runs it."""


class NotYourselfAlone(Refusal):
    """Who locks themselves out cannot let themselves in again."""


class NotSupport(Refusal):
    """%(user)s does not support this installation: only its staff ask for support access."""


class WorksHereAlready(Refusal):
    """You work in %(company)s as a member already, and need no support access there."""


class AskedAlready(Refusal):
    """You have asked %(company)s already: its administrator has not answered yet."""


class NotSoManyHours(Refusal):
    """Support access is granted for 1 to %(most)s hours."""


class OwnSupportAccess(Refusal):
    """Nobody grants support access to themselves: another administrator answers."""


class AnsweredAlready(Refusal):
    """This request for support access was answered already."""


class NotYoursToEnd(Refusal):
    """Support access is ended by an administrator of the company or by whoever asked for it."""
