from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from closing_site.health import healthz
from closing_site.observing.views import livez, metrics

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("livez", livez, name="livez"),
    path("metrics", metrics, name="metrics"),
    # In place of the admin's own, which would be a second door with fewer locks.
    path("admin/login/", RedirectView.as_view(pattern_name="sign_in"), name="admin_sign_in"),
    path(
        "admin/password_change/",
        RedirectView.as_view(pattern_name="preferences"),
        name="admin_password",
    ),
    path("admin/", admin.site.urls),
    # Before the documents' own pages: "new" is no number of theirs.
    path("", include("closing_site.periods.entry_urls")),
    path("", include("closing_site.customers.entry_urls")),
    path("", include("orders.entry_urls")),
    path("", include("closing_site.desk.administration.urls")),
    path("", include("closing_site.backups.urls")),
    path("", include("closing_site.exchange.urls")),
    path("", include("payments.entry_urls")),
    path("", include("closing_site.companies.urls")),
    path("", include("closing_site.pages.urls")),
    path("", include("closing_site.periods.urls")),
    path("", include("closing_site.desk.documents.urls")),
    path("", include("closing_site.customers.urls")),
    path("", include("orders.urls")),
    path("", include("invoicing.urls")),
    path("", include("payments.urls")),
    path("", include("reconciliation.urls")),
    path("", include("reports.urls")),
    path("", include("closing_site.wizard.urls")),
]

handler404 = "closing_site.companies.missing.not_found"
handler500 = "closing_site.observing.views.server_error"
