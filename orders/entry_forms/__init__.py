"""The forms of products and tax rates, of orders, and of what was handed over of them."""
