from django.urls import path

from closing_site.exchange import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.import_new, name="import_new"),
    path(
        "imports/templates/<slug:kind>.<slug:form>", views.import_template, name="import_template"
    ),
    path("imports/<int:run>/", views.import_run, name="import"),
    path("imports/<int:run>/progress/", views.import_progress, name="import_progress"),
    path("imports/<int:run>/kinds/", views.import_kinds, name="import_kinds"),
    path("imports/<int:run>/write/", views.import_write, name="import_write"),
    path("imports/<int:run>/files/<int:file>/", views.import_file, name="import_file"),
]
