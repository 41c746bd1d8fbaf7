from django.urls import path

from closing_site.customers import entry_views as views
from closing_site.customers import rep_views

urlpatterns = [
    path("customers/new/", views.customer_new, name="customer_new"),
    path("customers/<document:number>/change/", views.customer_change, name="customer_change"),
    path("exchange-rates/", views.exchange_rates, name="exchange_rates"),
    path("exchange-rates/new/", views.exchange_rate_new, name="exchange_rate_new"),
    path("sales-reps/", rep_views.sales_reps, name="sales_reps"),
    path("sales-reps/new/", rep_views.sales_rep_new, name="sales_rep_new"),
    path("sales-reps/<document:number>/", rep_views.sales_rep_change, name="sales_rep_change"),
    path("suggest/customers/", views.suggest_customers, name="suggest_customers"),
]
