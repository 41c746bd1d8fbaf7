"""What is asked for beside a button: a reason, mostly."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Auditors will read it. Say what was agreed, and with whom."),
    )


class NoteForm(forms.Form):
    reason = forms.CharField(
        label=_("Note to who approves"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EarlyForm(NoteForm):
    """Asks for the lock of a month that has not ended, so the reason is required."""

    reason = forms.CharField(
        label=_("Reason for locking early"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The approver sees it; the seal and the close pack show it."),
    )


class EstimateForm(forms.Form):
    estimate = forms.DecimalField(
        label=_("Estimate, net"),
        min_value=0,
        max_digits=20,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("In the order's currency. Zero accrues nothing, for the reason given."),
    )


class DecisionForm(forms.Form):
    """A yes or a no to what was seen; a no says why (the action asks for it)."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to send it back; a yes may go without."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *, digest: str) -> None:
        super().__init__(initial={"seen": digest})
