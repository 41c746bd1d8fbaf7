from django.urls import path

from closing_site.periods.entry_views import posting_hint

urlpatterns = [path("posting/", posting_hint, name="posting_hint")]
