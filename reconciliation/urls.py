from django.urls import path

from reconciliation import views

urlpatterns = [
    path("reconciliation/", views.roll_forward, name="reconciliation"),
    path("reconciliation/ageing/", views.ageing, name="ageing"),
    path("reconciliation/completeness/", views.completeness, name="completeness"),
    path("reconciliation/open-items/", views.open_items, name="open_items"),
    path("vouchers/", views.voucher_list, name="voucher_list"),
    path("vouchers/<document:number>/", views.voucher, name="voucher"),
]
