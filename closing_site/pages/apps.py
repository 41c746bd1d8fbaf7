from django.apps import AppConfig

from closing_site.pages.converters import register


class PagesConfig(AppConfig):
    name = "closing_site.pages"
    label = "pages"

    def ready(self) -> None:
        register()
