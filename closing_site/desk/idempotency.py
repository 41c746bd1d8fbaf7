"""Law 7: the same request sent twice has one effect; the same key with other content is refused."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from closing_site import sql
from closing_site.companies.access import CompanyRequest
from closing_site.companies.models import Company, User
from closing_site.desk.errors import KeyMissing, KeyOfAnotherRequest, KeyOfOtherContent
from closing_site.desk.models import IdempotencyKey
from closing_site.pages.refused import NOT_CONTENT

#: Where another request holds the key, this waits until it has committed, or given up.
TAKE = """
    INSERT INTO desk_idempotencykey (company_id, key, action, used_by_id, content, answer, used_at)
    VALUES (%(company)s, %(key)s, %(action)s, %(by)s, %(content)s, '{}', now())
    ON CONFLICT (company_id, key) DO NOTHING
"""
#: Keys are kept this long; a form that is sent again later has its effect a second time.
KEPT_DAYS: Final = 30
PRUNE = """
    DELETE FROM desk_idempotencykey WHERE used_at < now() - make_interval(days => %(days)s)
"""
Answer = dict[str, Any]


def run_once(
    *, company: Company, key: str, action: str, content: str, by: User, do: Callable[[], Answer]
) -> Answer:
    """What ``do`` gives, JSON; with the same key and content again the answer that it gave then.

    ``content``: a digest of all that was sent (``content_digest``). The key is kept in the
    transaction of the effect: where ``do`` raises, neither is there, and the key can be used again.
    Of two at once the second waits and gets the first's answer. Raises KeyMissing,
    KeyOfAnotherRequest, KeyOfOtherContent, and whatever ``do`` does.
    """
    if not key or len(key) > 64:
        raise KeyMissing()
    with transaction.atomic():
        taken = {
            "company": company.pk,
            "key": key,
            "action": action,
            "by": by.pk,
            "content": content,
        }
        if not sql.execute(TAKE, taken):
            return _kept(company, key, action, content, by)
        answer = do()
        IdempotencyKey.objects.filter(company=company, key=key).update(answer=answer)
        return answer


def once(request: CompanyRequest, action: str, do: Callable[[], Answer]) -> Answer:
    """``run_once`` for a form that carries its key (``parts/form_key.html``)."""
    key = request.POST.get("idempotency_key", "")
    return run_once(
        company=request.company,
        key=key,
        action=action,
        content=content_of(request),
        by=request.user,
        do=do,
    )


def content_of(request: CompanyRequest) -> str:
    """Digest of where the form was sent and all that it carried, files included."""
    fields = {name: values for name, values in request.POST.lists() if name not in NOT_CONTENT}
    files = {name: [_file_digest(file) for file in found] for name, found in request.FILES.lists()}
    return content_digest({"path": request.path, "fields": fields, "files": files})


def content_digest(content: Any) -> str:
    """SHA-256 over JSON, in hex."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def prune_keys() -> int:
    """Delete the keys that are older than ``KEPT_DAYS``; return how many."""
    return sql.execute(PRUNE, {"days": KEPT_DAYS})


def _file_digest(file: UploadedFile[Any]) -> list[str]:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return [file.name or "", digest.hexdigest()]


def _kept(company: Company, key: str, action: str, content: str, by: User) -> Answer:
    kept = IdempotencyKey.objects.get(company=company, key=key)
    if (kept.action, kept.used_by_id) != (action, by.pk):
        raise KeyOfAnotherRequest()
    # A key from before contents were kept says nothing of its own.
    if kept.content not in ("", content):
        raise KeyOfOtherContent()
    answer: Answer = kept.answer
    return answer
