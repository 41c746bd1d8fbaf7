"""How this floor's documents are asked for, by kind."""

from payments.models import Payment

SEEN = dict.fromkeys(("payment", "refund"), Payment.objects.seen_by)
