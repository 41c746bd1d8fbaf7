"""A request for a second person's approval, as an address names it."""

from typing import Any

from django.http import Http404

from closing_site.companies.access import CompanyRequest
from closing_site.companies.models import AuditEntry
from closing_site.desk.models import Approval
from closing_site.wizard.errors import RequestWithdrawn


def request_named(request: CompanyRequest, kind: str, period: str, approval: int) -> Approval:
    """Of the company and month. Raises RequestWithdrawn, Http404."""
    found = Approval.objects.select_related("period__company", "requested_by")
    wanted: dict[str, Any] = {"company": request.company, "period__code": period, "kind": kind}
    if asked := found.filter(pk=approval, **wanted).first():
        return asked
    withdrawn = AuditEntry.objects.filter(
        company=request.company,
        document_kind="approval",
        document_id=approval,
        action="withdrawn",
    ).first()
    if withdrawn:
        raise RequestWithdrawn(user=withdrawn.actor)
    raise Http404


def own_request_named(request: CompanyRequest, kind: str, period: str, approval: int) -> Approval:
    """Another person's is not found. Raises RequestWithdrawn, Http404."""
    asked = request_named(request, kind, period, approval)
    if asked.requested_by != request.user:
        raise Http404
    return asked
