from django import template
from django.utils.translation import get_language

from closing_site.companies.models import Company

register = template.Library()


@register.filter
def name_here(company: Company) -> str:
    """The company's name in the reader's language, where it has one."""
    is_chinese = (get_language() or "").startswith("zh")
    return company.name_zh if is_chinese and company.name_zh else company.name
