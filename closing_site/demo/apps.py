from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    name = "closing_site.demo"
    label = "demo"
    verbose_name = _("Demo company")

    def ready(self) -> None:
        from closing_site.demo import deployment_check  # noqa: F401, PLC0415 (it registers itself)
