"""How this floor's documents are asked for, by kind."""

from closing_site.customers.models import Customer

SEEN = {"customer": Customer.objects.seen_by}
