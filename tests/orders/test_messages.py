"""What the checks of orders say, in words and with amounts as they are written everywhere."""

from closing_site.desk.registry import message_of


def test_amounts_have_thousands_and_the_digits_of_their_currency() -> None:
    stated = {"stated": "7905.7", "computed": "7785.7"}
    said = message_of("stated-total", stated, "CNY")
    assert said == "The order states 7,905.70, its lines make 7,785.70."
    negative = {"gross": "-1200", "sold": "800", "discounts": "2000"}
    said = message_of("negative-total", negative, "JPY")
    assert said == "Discounts of 2,000 exceed sales of 800: the total is -1,200."


def test_each_line_says_both_figures_and_long_lists_are_cut() -> None:
    beyond = [{"line": n, "delivered": "82", "ordered": "80.5"} for n in range(1, 13)]
    said = message_of("delivered-beyond-order", {"lines": beyond[:1]})
    assert "line 1: 82 delivered, 80.5 ordered" in said
    assert "and 2 more" in message_of("delivered-beyond-order", {"lines": beyond})
    # As an older version kept it.
    assert message_of("delivered-beyond-order", {"lines": "3, 4"}).endswith("3, 4.")


def test_a_kind_of_zero_is_named_by_its_word() -> None:
    said = message_of("zero-rate-without-reason", {"category": "zero_rated"})
    assert "taken as zero-rated" in said
    assert "taken as other" in message_of("zero-rate-without-reason", {"category": "other"})
