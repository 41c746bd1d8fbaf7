"""A document's number in an address: whatever signs it has, and back."""

from urllib.parse import unquote

import pytest
from django.urls import resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

from closing_site.pages.converters import NumberConverter


@pytest.mark.parametrize(
    "number",
    ["SO-1", "SO/12", "a?b#c", "100%", "~41", "new", "..", ".", "订单 7", "a\\b", "x;y", "A\nB"],
)
def test_any_number_has_an_address_and_is_read_from_it(number: str) -> None:
    address = reverse("order", kwargs={"number": number})
    found = resolve(reverse_quoted(address))
    assert (found.url_name, found.kwargs) == ("order", {"number": number})


@given(st.text(min_size=1, max_size=80).filter(lambda text: "\0" not in text))
def test_what_is_written_is_read(number: str) -> None:
    try:
        number.encode()
    except UnicodeEncodeError:
        return
    written = NumberConverter().to_url(number)
    assert "/" not in written
    assert NumberConverter().to_python(written) == number


def test_what_is_no_text_is_not_found() -> None:
    with pytest.raises(ValueError, match="decode"):
        NumberConverter().to_python("~FF")


def reverse_quoted(address: str) -> str:
    return unquote(address)
