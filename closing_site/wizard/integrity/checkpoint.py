"""A checkpoint: the signed head of the seal chain with every document's hash, kept elsewhere.

It names what was changed even where someone changed the hashes in the database as well.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from closing_site import sql
from closing_site.companies.audit_chain import chain_audit
from closing_site.companies.models import Company
from closing_site.periods import sealing
from closing_site.periods.models import Period, Reopening
from closing_site.wizard.errors import NotACheckpoint
from closing_site.wizard.integrity.broken_audit import broken_anchor
from closing_site.wizard.integrity.broken_seals import LAW
from closing_site.wizard.integrity.problem import Problem

FORMAT = "closing-checkpoint-1"

KEPT_HASHES = """
    SELECT c.kind, listed.id, listed.number,
        encode(substring(c.digests FROM ((listed.place - 1) * 32 + 1)::integer FOR 32), 'hex')
            AS digest
    FROM periods_sealedchunk AS c
    CROSS JOIN LATERAL unnest(c.document_ids, c.numbers) WITH ORDINALITY
        AS listed (id, number, place)
    WHERE c.seal_id = %(seal)s ORDER BY c.kind, c.position, listed.place
"""


def export_checkpoint(company: Company) -> dict[str, Any]:
    """The chain with the hashes of each seal's documents, signed with the key outside."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "company": company.code,
        "exported_at": timezone.now().isoformat(),
        "seals": [
            {
                "period": seal.period.code,
                "position": seal.position,
                "version": seal.version,
                "digest": seal.digest,
                "signature": seal.signature,
                "documents": [
                    [row["kind"], row["id"], row["number"], row["digest"]]
                    for row in sql.rows(KEPT_HASHES, {"seal": seal.pk})
                ],
            }
            for seal in sealing.seals_of(company.pk)
        ],
    }
    content["audit"] = chain_audit(company.pk)._asdict()
    content["head"] = content["seals"][-1]["digest"] if content["seals"] else ""
    return {**content, "signature": sealing.sign(_digest(content)), "key": sealing.public_key()}


def read_checkpoint(path: Path, company: Company) -> dict[str, Any]:
    """Raises NotACheckpoint where it cannot be read, is another company's, or is not signed."""

    def refuse(reason: str) -> NotACheckpoint:
        return NotACheckpoint(path=path, company=company.code, reason=reason)

    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        signature, content = str(found.pop("signature")), found
        content.pop("key")
        is_ours = content["format"] == FORMAT and content["company"] == company.code
    except FileNotFoundError as error:
        raise refuse(_("there is no such file")) from error
    except OSError as error:
        raise refuse(_("it cannot be read")) from error
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise refuse(_("it has another form")) from error
    if not is_ours:
        raise refuse(_("it is another company's"))
    if not sealing.is_signed(_digest(content), signature, sealing.public_key()):
        raise refuse(_("it is not signed with this installation's key"))
    return content


def compare(
    company: Company, checkpoint: dict[str, Any], period: Period | None
) -> Iterator[Problem]:
    """What is no longer as the checkpoint has it; of months reopened since, only what is final."""
    if audit := checkpoint.get("audit"):
        yield from broken_anchor(company, **audit, kept_in="the checkpoint")
    seals = {seal.position: seal for seal in sealing.seals_of(company.pk)}
    reopened = set(
        Reopening.objects.filter(company=company).values_list("seal__position", flat=True)
    )
    for kept in checkpoint["seals"]:
        if period is not None and kept["period"] != period.code:
            continue
        seal = seals.get(kept["position"])
        if seal is None or seal.digest != kept["digest"]:
            yield Problem(
                LAW,
                "periods_seal",
                seal.pk if seal else None,
                kept["period"],
                "the seal is not the one in the checkpoint",
            )
        month = Period.objects.filter(company=company, code=kept["period"]).first()
        if month is not None:
            is_reopened = kept["position"] in reopened
            yield from _compare_documents(month, kept, is_reopened=is_reopened)


def _compare_documents(
    month: Period, kept: dict[str, Any], *, is_reopened: bool
) -> Iterator[Problem]:
    kinds = sealing.sealed_kinds()
    final = [kind for kind in kinds.values() if kind.is_final] if is_reopened else None
    # Checkpoints of version 1 do not name their seals' version.
    sealing.hash_documents(month, kept.get("version", 1), final)
    now = {
        (row["kind"], row["id"]): (row["number"], row["digest"])
        for row in sql.rows(
            "SELECT kind, id, number, encode(digest, 'hex') AS digest FROM sealed_now"
        )
    }
    for kind, key, number, digest in kept["documents"]:
        if is_reopened and not kinds[kind].holds_final(number):
            continue
        _number, found = now.pop((kind, key), (None, None))
        if found != digest:
            how = "deleted" if found is None else "changed"
            problem = f"{how} since the checkpoint"
            yield Problem(LAW, kinds[kind].table, key, number or "", problem)
    if is_reopened:
        return
    for (kind, key), (number, _digest_now) in now.items():
        problem = "inserted since the checkpoint"
        yield Problem(LAW, kinds[kind].table, key, number or "", problem)


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(sealing.canonical(content)).hexdigest()
