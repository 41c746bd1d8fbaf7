from django.urls import path

from closing_site.customers import views

urlpatterns = [
    path("customers/", views.customer_list, name="customer_list"),
    path("customers/<document:number>/", views.customer, name="customer"),
]
