"""Which URL shows a document of this floor: kind → name, whose parameter is ``number``."""

LINKS = {"payment": "payment", "refund": "payment"}
