from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """One file or several."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, (list, tuple)) else [data]
        clean = super().clean
        return [clean(one, initial) for one in given] if given else [clean(None, initial)]


class UploadForm(forms.Form):
    files = FilesField(  # type: ignore[assignment]
        label=_("Files"),
        help_text=_("CSV files, workbooks (.xlsx), or a .zip of them; several at once."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["files"].widget.attrs["accept"] = ".csv,.xlsx,.zip"
