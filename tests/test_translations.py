"""Chinese is complete: every text of the code is in the catalogue, with the same figures in it."""

import ast
import re

import polib
import pytest
from django.utils import translation

from closing_site.companies.errors import UnknownCompany
from ops.messages import CATALOGUE, Message, in_module, in_template, messages

PLACEHOLDER = re.compile(r"%\((\w+)\)([srd])")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_text_is_translated(catalogue: polib.POFile) -> None:
    """``./run messages`` adds what is new and names what waits for its translation."""
    translated = {(entry.msgid, entry.msgid_plural) for entry in catalogue if entry.translated()}
    assert [message for message in messages() if message not in translated] == []


def test_nothing_is_translated_that_is_gone(catalogue: polib.POFile) -> None:
    used = messages()
    assert [e.msgid for e in catalogue if (e.msgid, e.msgid_plural) not in used] == []


def test_a_translation_has_the_placeholders_of_its_text(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        for said in [entry.msgstr, *entry.msgstr_plural.values()]:
            if said:
                assert set(PLACEHOLDER.findall(said)) == set(PLACEHOLDER.findall(entry.msgid))


def test_what_is_shown_is_chinese() -> None:
    with translation.override("zh-hans"):
        assert UnknownCompany(code="NW").message == "没有公司 NW。"


def test_marked_texts_and_docstrings_of_refusals_are_found() -> None:
    source = '''
class Far(Near):
    """%(what)s is
    far."""

class Other:
    """No message."""

TEXT = _("one " "text")
many(ngettext("%(n)s row", "%(n)s rows", 3))
translation.gettext("said")
other("not marked")
'''
    found = set(in_module(ast.parse(source), {"Near", "Far"}))
    assert found == {
        Message("%(what)s is\nfar."),
        Message("one text"),
        Message("%(n)s row", "%(n)s rows"),
        Message("said"),
    }


def test_texts_of_templates_are_found() -> None:
    source = """
    {% translate "100 %" %} {% translate 'single' as name %} {% firstof x _("in a tag") %}
    {% blocktranslate trimmed %}
      Wait {{ minutes }}
      minutes.
    {% endblocktranslate %}
    """
    assert {message.text for message in in_template(source)} == {
        "100 %%",
        "single",
        "in a tag",
        "Wait %(minutes)s minutes.",
    }
