from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import (
    PasswordChangeForm,
    SetPasswordForm,
    SetPasswordMixin,
    UsernameField,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from closing_site.companies.access import SignedInRequest
from closing_site.companies.actions import change_password
from closing_site.companies.errors import WrongCode
from closing_site.companies.forms import CodeForm
from closing_site.companies.models import Company, Role, Theme, User, ZeroCategory
from closing_site.companies.recent_sign_in import confirm_password
from closing_site.companies.second_step import confirm_code
from closing_site.companies.settings_actions import CHANGEABLE
from closing_site.desk.models import Severity
from closing_site.desk.registry import Check


class InvitationForm(forms.Form):
    person = forms.CharField(
        label=_("For whom"),
        max_length=80,
        help_text=_("Name or e-mail address, for you to know. They choose a user name themselves."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class NewPersonForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]
    """Whoever accepts an invitation and is new to the program."""

    username = UsernameField(
        label=_("User name"),
        max_length=150,
        validators=[User.username_validator],
        help_text=_("You sign in with it. Letters, digits and @/./+/-/_ only."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    last_name = forms.CharField(label=_("Family name"), max_length=150, required=False)
    first_name = forms.CharField(label=_("Given name"), max_length=150, required=False)
    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, company: Company, data: Any = None) -> None:
        super().__init__(data)
        self.company = company

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = {n: cleaned.get(n, "") for n in ("username", "last_name", "first_name")}
        user = User(**names)
        user.joining = self.company
        self.validate_password_for_user(user)
        return cleaned


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class PreferencesForm(forms.ModelForm[User]):
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("as the browser wishes")), *settings.LANGUAGES],
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)

    class Meta:
        model = User
        fields = ("last_name", "first_name", "language", "theme")
        labels = {"last_name": _("Family name"), "first_name": _("Given name")}


class OwnPasswordForm(PasswordChangeForm):
    """The old password is an attempt to sign in: too many wrong ones lock out here too."""

    def __init__(self, request: SignedInRequest, data: Any = None) -> None:
        super().__init__(request.user, data)
        self.request = request
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        if request.user.second_factor_since is not None:
            code = CodeForm.base_fields["code"]
            self.fields["code"] = forms.CharField(
                label=code.label,
                max_length=20,
                widget=forms.TextInput(
                    attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
                ),
            )

    def clean(self) -> dict[str, Any]:
        """The code last, when all else is right: it is used by being checked."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "code" not in self.fields or self.errors:
            return cleaned
        if not confirm_code(self.request, self.request.user, cleaned["code"]):
            self.add_error("code", WrongCode().message)
        return cleaned

    def clean_old_password(self) -> str:
        given: str = self.cleaned_data["old_password"]
        if not confirm_password(self.request, given):
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return given


class FirstPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    def save(self, commit: bool = True) -> User:
        user: User = self.user
        change_password(user=user, password=self.cleaned_data["new_password1"])
        return user


class CompanyForm(forms.Form):
    """What may change of a company's settings."""

    name = forms.CharField(label=_("Name"))
    name_zh = forms.CharField(label=_("Name in Chinese"), required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of documents and of texts that no one in particular reads."),
    )
    tax_id = forms.CharField(label=_("Tax number"), required=False)
    address = forms.CharField(label=_("Address"), required=False)
    bank = forms.CharField(label=_("Bank"), required=False)
    requires_acceptance = forms.BooleanField(
        label=_("A supply counts once the customer has accepted it"),
        required=False,
        help_text=_("Else on delivery, and a missing acceptance is a note."),
    )
    default_tax_rate = forms.DecimalField(
        label=_("Default tax rate"),
        required=False,
        max_digits=9,
        decimal_places=4,
        widget=forms.TextInput,
        help_text=_("Percent, for lines and products without one. It holds for orders to come."),
    )
    zero_category = forms.ChoiceField(
        label=_("A rate of zero is"),
        choices=ZeroCategory.choices,
        help_text=_("Where a line does not say why."),
    )
    invoice_prefix = forms.CharField(
        label=_("Prefix of invoices"),
        help_text=_("A month that has invoices keeps the prefix they began with."),
    )
    credit_note_prefix = forms.CharField(label=_("Prefix of credit notes"))
    early_close = forms.BooleanField(
        label=_("Allow early close"),
        required=False,
        help_text=_(
            "A month may be locked before it has ended, with a reason that its seal and close pack"
            " show. What happens later in it is posted on the first open day."
        ),
    )
    second_factor_for_approvers = forms.BooleanField(
        label=_("Approvers use two-step sign-in"),
        required=False,
        help_text=_(
            "Managers and administrators open nothing of this company before they have set it up."
        ),
    )
    working_file_days = forms.IntegerField(
        label=_("Days that uploads are kept"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=_("Uploaded files, their previews and bad rows are deleted after that."),
    )
    single_person = forms.BooleanField(
        label=_("One person may prepare and approve"),
        required=False,
        help_text=_(
            "Only where no second person works in the company. The date and the reason are shown"
            " on each seal and close pack."
        ),
    )
    single_person_reason = forms.CharField(
        label=_("Why one person does both"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, company: Company, **options: Any) -> None:
        super().__init__(initial=shown_of(company), **options)

    def clean_working_file_days(self) -> int:
        """Left empty, it stays."""
        days: int = self.cleaned_data["working_file_days"] or self.initial["working_file_days"]
        return days


def shown_of(company: Company) -> dict[str, Any]:
    """What the form shows of a company."""
    shown = {name: getattr(company, name) for name in CHANGEABLE}
    shown["single_person"] = company.single_person_since is not None
    shown["single_person_reason"] = company.single_person_reason
    if company.default_tax_rate is not None:
        shown["default_tax_rate"] = f"{company.default_tax_rate.normalize():f}"
    return shown


class SeveritiesForm(forms.Form):
    """How strict each check is that may be let stand; ``holding``: which warnings hold an order
    until answered, of those in ``may_hold``."""

    holding = forms.MultipleChoiceField(
        label=_("Hold an order out of confirmation until answered"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As long as the check warns. What blocks holds anyway, a note never does."),
    )

    def __init__(
        self,
        company: Company,
        checks: list[Check],
        *,
        may_hold: Sequence[tuple[str, str]] = (),
        holding: Sequence[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(**options)
        field: Any = self.fields["holding"]
        field.choices, field.initial = may_hold, list(holding)
        for check in checks:
            own = _("as usual: %(severity)s") % {"severity": Severity(check.severity).label}
            self.fields[check.slug] = forms.ChoiceField(
                label=_(check.title),
                required=False,
                choices=[("", own), *Severity.choices],
                initial=company.severities.get(check.slug, ""),
            )
