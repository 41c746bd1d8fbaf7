from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "closing_site.pages"
    label = "pages"
