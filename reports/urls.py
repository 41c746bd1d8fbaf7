from django.urls import path

from reports import views

MONTH = "reports/<str:company>/<str:period>"

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path(f"{MONTH}/", views.reports_of_month, name="reports_of_month"),
    path(f"{MONTH}/packs/", views.report_packs, name="report_packs"),
    path(f"{MONTH}/packs/<str:language>/", views.report_pack_progress, name="report_pack_progress"),
    path(f"{MONTH}/pack.pdf", views.report_pack, name="report_pack"),
    path(f"{MONTH}/packs/<int:pack>.pdf", views.old_pack, name="old_pack"),
    path(f"{MONTH}/<slug:name>/", views.report, name="report"),
    path(f"{MONTH}/<slug:name>.<slug:wanted>", views.report_file, name="report_file"),
]
