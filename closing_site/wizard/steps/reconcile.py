from django.utils.translation import gettext_noop as _

from closing_site.wizard.previews import documents_to_book
from closing_site.wizard.step import Step, StepRun
from closing_site.wizard.totals import balance_totals
from reconciliation.completeness import make_proof_scope
from reconciliation.runs.vouchers import voucher_run

STEP = Step(
    slug="reconcile",
    position=4,
    title=_("Reconcile and settle"),
    purpose=_("Sales records and finance records agree, customer by customer, to the cent."),
    figures=balance_totals,
    names=("receivables_opening", "receivables_closing", "advances", "vouchers"),
    shown=(
        *("receivables_opening", "rolled_invoiced", "rolled_credited", "rolled_placed"),
        *("rolled_deducted", "rolled_written_off", "rolled_exchange", "receivables_closing"),
        *("advances", "vouchers"),
        *("unbilled_billing", "unbilled_amount_unknown", "unbilled_recognition"),
    ),
    prepare=make_proof_scope,
    runs=(
        StepRun(
            "voucher",
            voucher_run,
            _("Write vouchers"),
            _("Every document of the month that has no voucher gets one, numbered without a gap."),
            _("Vouchers written: %(count)s."),
            documents_to_book,
        ),
    ),
    late=voucher_run,
)
