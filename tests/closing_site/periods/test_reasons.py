import pytest

from closing_site.periods.errors import ReasonNeeded, ReasonTooLong
from closing_site.periods.reasons import reason_given


def test_signs_that_no_one_sees_are_left_out() -> None:
    assert reason_given(" ok \u202e\u8bf4\x00\n\u2066yes\u2069 ") == "ok \u8bf4\nyes"


@pytest.mark.parametrize("text", ["", "  ", "\u202e\u200f"])
def test_a_reason_says_something(text: str) -> None:
    with pytest.raises(ReasonNeeded):
        reason_given(text)
    assert reason_given(text, is_needed=False) == ""


def test_a_long_reason_is_refused_and_not_cut() -> None:
    assert len(reason_given("x" * 500)) == 500
    with pytest.raises(ReasonTooLong, match="501 characters"):
        reason_given("x" * 501)
