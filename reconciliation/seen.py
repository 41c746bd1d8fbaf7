"""How this floor's documents are asked for, by kind."""

from reconciliation.models import Voucher

SEEN = {"voucher": Voucher.objects.seen_by}
