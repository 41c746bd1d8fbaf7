from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    name = "closing_site.companies"
    label = "companies"
    verbose_name = _("Companies")

    def ready(self) -> None:
        from closing_site.companies.recent_sign_in import note_sign_in  # noqa: PLC0415

        user_logged_in.connect(note_sign_in, dispatch_uid="note_sign_in")
