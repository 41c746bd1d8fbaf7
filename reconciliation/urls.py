from django.urls import path

from reconciliation import code_entry_views, views

urlpatterns = [
    path("codes/", code_entry_views.code_changes, name="code_changes"),
    path("codes/change/", code_entry_views.code_change, name="code_change"),
    path(
        "codes/change/customer/<document:number>/",
        code_entry_views.customer_code_change,
        name="customer_code_change",
    ),
    path("reconciliation/", views.roll_forward, name="reconciliation"),
    path("reconciliation/ageing/", views.ageing, name="ageing"),
    path("reconciliation/completeness/", views.completeness, name="completeness"),
    path("reconciliation/open-items/", views.open_items, name="open_items"),
    path("vouchers/", views.voucher_list, name="voucher_list"),
    path("vouchers/<document:number>/", views.voucher, name="voucher"),
    path("vouchers/<document:number>/voucher.pdf", views.voucher_file, name="voucher_file"),
]
