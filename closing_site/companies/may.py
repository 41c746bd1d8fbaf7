"""Whether a page offers what leads to another page's writing."""

from closing_site.companies.access import CompanyRequest
from closing_site.companies.policy import Roles, rule_for


def may_write(request: CompanyRequest, url_name: str) -> bool:
    rule = rule_for(url_name)
    return isinstance(rule, Roles) and request.membership.role in rule.write
