"""How this floor's documents are asked for, by kind."""

from payments.models import Payment

SEEN = {"payment": Payment.objects.seen_by}
