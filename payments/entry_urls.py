from django.urls import path

from payments import entry_views as views
from payments import placing_entry_views as placing
from payments import refund_entry_views as refunding

urlpatterns = [
    path("payments/new/", views.payment_new, name="payment_new"),
    path("payments/<document:number>/change/", views.payment_change, name="payment_change"),
    path("payments/<document:number>/customer/", views.payment_customer, name="payment_customer"),
    path("payments/<document:number>/place/", placing.payment_place, name="payment_place"),
    path("payments/<document:number>/undo/", placing.payment_undo, name="payment_undo"),
    path("payments/<document:number>/refund/", refunding.payment_refund, name="payment_refund"),
    path(
        "invoices/<document:number>/refund/",
        refunding.credit_note_refund,
        name="credit_note_refund",
    ),
    path("allocations/<int:allocation>/undo/", placing.allocation_undo, name="allocation_undo"),
]
