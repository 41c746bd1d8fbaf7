from django.urls import path

from invoicing import document_views, views

MONTH = "invoices/<str:company>/<str:period>"

urlpatterns = [
    path("invoices/", document_views.invoice_list, name="invoice_list"),
    path("invoices/<int:invoice>.pdf", views.invoice_pdf, name="invoice_pdf"),
    path(f"{MONTH}/files/", views.invoice_files, name="invoice_files"),
    path(
        f"{MONTH}/files/<str:language>/",
        views.invoice_files_progress,
        name="invoice_files_progress",
    ),
    path(f"{MONTH}/<str:language>.zip", views.invoice_archive, name="invoice_archive"),
    path("invoices/<document:number>/", document_views.invoice, name="invoice"),
]
