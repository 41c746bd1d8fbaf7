import json

import pytest
from django.utils import translation

from closing_site import cells
from closing_site.told import Told, kept, told, told_again


def test_a_sentence_is_told_again_in_the_language_of_who_reads_it() -> None:
    with translation.override("en"):
        inner = told(cells.BLANK)
        before = told("%(column)s: %(reason)s", column="code", reason=inner)
    stored = json.loads(json.dumps(kept(before)))
    with translation.override("zh-hans"):
        again = told_again(stored)
        assert again == f"code: {told(cells.BLANK)}"
    assert again != before == "code: It must not be blank."


@pytest.mark.parametrize("text", ["plain", Told("plain")])
def test_a_plain_text_stays_what_it_is(text: str) -> None:
    assert told_again(json.loads(json.dumps(kept(text)))) == "plain"
