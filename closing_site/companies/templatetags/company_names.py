from django import template

from closing_site.companies.language import reads_chinese
from closing_site.companies.models import Company

register = template.Library()


@register.filter
def name_here(company: Company) -> str:
    """The company's name in the reader's language, where it has one."""
    return company.name_zh if company.name_zh and reads_chinese() else company.name
