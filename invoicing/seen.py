"""How this floor's documents are asked for, by kind."""

from invoicing.models import Invoice

SEEN = dict.fromkeys(("invoice", "credit_note", "deposit"), Invoice.objects.seen_by)
