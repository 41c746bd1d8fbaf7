from django.urls import path

from payments import views

urlpatterns = [
    path("payments/", views.payment_list, name="payment_list"),
    path("payments/<document:number>/", views.payment, name="payment"),
]
