from django.urls import include, path

from closing_site.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("", include("closing_site.companies.urls")),
]
