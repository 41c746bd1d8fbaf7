"""The page of the installation, for its staff."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from closing_site.backups.installation import installation, retry_job
from closing_site.companies.access import SignedInRequest
from closing_site.pages.addresses import keys_of
from closing_site.placing import HOME


def installation_page(request: SignedInRequest) -> HttpResponse:
    """A POST retries (``retry``) a failed job."""
    if request.method == "POST":
        (key,) = keys_of([request.POST.get("retry", "")]) or (0,)
        place = request.POST.get("at", HOME)
        if retry_job(key, place=place, by=request.user):
            messages.success(request, _("The job is queued again."))
        else:
            messages.error(
                request, _("This job cannot be retried here: an administrator of its company can.")
            )
        return redirect("installation")
    return render(request, "installation/installation.html", installation())
