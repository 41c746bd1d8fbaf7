from django.contrib import admin
from django.urls import include, path

from closing_site.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("closing_site.companies.urls")),
    path("", include("closing_site.pages.urls")),
    path("", include("closing_site.periods.urls")),
    path("", include("invoicing.urls")),
    path("", include("closing_site.desk.documents.urls")),
    path("", include("closing_site.customers.urls")),
    path("", include("orders.urls")),
    path("", include("payments.urls")),
    path("", include("reconciliation.urls")),
    path("", include("reports.urls")),
]
