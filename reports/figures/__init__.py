"""The reports, by name. Adding one is adding a module here and its line below."""

from reports.figures import (
    accepted,
    completeness,
    customers,
    deferred,
    exceptions,
    payments,
    products,
    receivables,
    revenue,
    tax,
)
from reports.report import Report

REPORTS: dict[str, Report] = {
    module.REPORT.slug: module.REPORT
    for module in (
        *(revenue, customers, products, receivables, payments, tax),
        *(completeness, deferred, accepted, exceptions),
    )
}
