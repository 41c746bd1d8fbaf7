"""Which URL shows a document of this floor: kind → name, whose parameter is ``number``."""

LINKS = {"order": "order", "delivery": "delivery", "product": "product"}
