"""The same request sent twice has one effect (law 7)."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from closing_site import sql
from closing_site.companies.access import CompanyRequest
from closing_site.companies.models import Company, User
from closing_site.desk.errors import KeyMissing, KeyOfAnotherRequest
from closing_site.desk.models import IdempotencyKey

#: Where another request holds the key, this waits until it has committed, or given up.
TAKE = """
    INSERT INTO desk_idempotencykey (company_id, key, action, used_by_id, answer, used_at)
    VALUES (%(company)s, %(key)s, %(action)s, %(by)s, '{}', now())
    ON CONFLICT (company_id, key) DO NOTHING
"""

Answer = dict[str, Any]


def run_once(
    *, company: Company, key: str, action: str, by: User, do: Callable[[], Answer]
) -> Answer:
    """What ``do`` gives, JSON; with the same key again the answer that it gave then.

    The key is kept in the transaction of the effect: where ``do`` raises, neither is there, and the
    key can be used again. Of two at once the second waits and gets the first's answer. Raises
    KeyMissing, KeyOfAnotherRequest, and whatever ``do`` does.
    """
    if not key or len(key) > 64:
        raise KeyMissing()
    with transaction.atomic():
        taken = {"company": company.pk, "key": key, "action": action, "by": by.pk}
        if not sql.execute(TAKE, taken):
            return _kept(company, key, action, by)
        answer = do()
        IdempotencyKey.objects.filter(company=company, key=key).update(answer=answer)
        return answer


def once(request: CompanyRequest, action: str, do: Callable[[], Answer]) -> Answer:
    """``run_once`` for a form that carries its key (``parts/form_key.html``)."""
    key = request.POST.get("idempotency_key", "")
    return run_once(company=request.company, key=key, action=action, by=request.user, do=do)


def _kept(company: Company, key: str, action: str, by: User) -> Answer:
    kept = IdempotencyKey.objects.get(company=company, key=key)
    if (kept.action, kept.used_by_id) != (action, by.pk):
        raise KeyOfAnotherRequest()
    answer: Answer = kept.answer
    return answer
