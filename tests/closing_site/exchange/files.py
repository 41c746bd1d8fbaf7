"""Columns and rows that the tests of orders' files share."""

from orders.models import Order

CUSTOMERS = "code,name,currency\nACME,Acme,\nEURO,Euro AG,EUR\n"
PRODUCTS = "sku,name,tax_rate\nTEA,Tea,5\nBOOK,Book,0\nRUM,Rum,\n"
ORDERS = "number,customer_code,order_date,delivered_on,accepted_on,status\n"
LINES = "order_number,line_number,sku,quantity,unit_price,discount_percent,tax_rate\n"
DELIVERIES = "order_number,line_number,delivered_on,quantity,accepted_on\n"


def order(number: str = "SO-1") -> Order:
    return Order.objects.get(number=number)
