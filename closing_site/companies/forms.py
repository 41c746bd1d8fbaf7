from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Theme


class SignInForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class CodeForm(forms.Form):
    """A code of the app; where one may sign in with it, a recovery code too."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
            }
        ),
    )


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=Theme.choices)


class NamesField(forms.Field):
    """Boxes that were ticked, under one name."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: list[str]) -> list[str]:
        if len(value) > 60 or any(len(name) > 60 for name in value):
            raise ValidationError("")
        return value


class ColumnsForm(forms.Form):
    table = forms.CharField(max_length=60)
    columns = NamesField(required=False)
