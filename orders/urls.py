from django.urls import path

from orders import views

urlpatterns = [
    path("orders/", views.order_list, name="order_list"),
    path("orders/<document:number>/", views.order, name="order"),
    path("deliveries/", views.delivery_list, name="delivery_list"),
    path("deliveries/<document:number>/", views.delivery, name="delivery"),
    path("products/", views.product_list, name="product_list"),
    path("products/<document:number>/", views.product, name="product"),
]
