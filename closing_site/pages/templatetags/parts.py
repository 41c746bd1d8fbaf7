"""The parts of the house style, for ``{% load parts %}``. docs/pages.md shows each in use."""

from django import template

from closing_site.pages.part_tags import blocks, forms, values

register = template.Library()
for part in (values, forms, blocks):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
