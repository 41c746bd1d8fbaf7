from django.urls import path

from orders import basics_entry_views as basics
from orders import closing_entry_views as closing
from orders import confirming_entry_views as confirming
from orders import deferral_entry_views as deferring
from orders import delivery_entry_views as deliveries
from orders import entry_views as views
from orders.my_orders import my_orders

urlpatterns = [
    path("products/new/", basics.product_new, name="product_new"),
    path("products/<document:number>/change/", basics.product_change, name="product_change"),
    path("tax-rates/", basics.tax_rates, name="tax_rates"),
    path("tax-rates/new/", basics.tax_rate_new, name="tax_rate_new"),
    path("tax-rates/<int:rate>/", basics.tax_rate_change, name="tax_rate_change"),
    path("suggest/products/", basics.suggest_products, name="suggest_products"),
    path("my-orders/", my_orders, name="my_orders"),
    path("orders/new/", views.order_new, name="order_new"),
    path("orders/totals/", views.order_totals, name="order_totals"),
    path("orders/<document:number>/change/", views.order_change, name="order_change"),
    path("orders/<document:number>/cancel/", views.order_cancel, name="order_cancel"),
    path("orders/<document:number>/close/", closing.order_close, name="order_close"),
    path("orders/<document:number>/reopen/", closing.order_reopen, name="order_reopen"),
    path("orders/<document:number>/deliver/", deliveries.order_deliver, name="order_deliver"),
    path(
        "orders/<document:number>/deliver-lines/",
        deliveries.order_deliver_lines,
        name="order_deliver_lines",
    ),
    path("orders/<document:number>/accept/", deliveries.order_accept, name="order_accept"),
    path("orders/<document:number>/undeliver/", deliveries.order_undeliver, name="order_undeliver"),
    path("orders/<document:number>/take-back/", confirming.order_take_back, name="order_take_back"),
    path("orders/<document:number>/confirm/", confirming.order_confirm, name="order_confirm"),
    path("orders/<document:number>/defer/", deferring.order_defer, name="order_defer"),
    path("orders/<document:number>/release/", deferring.order_release, name="order_release"),
]
