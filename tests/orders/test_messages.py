"""What the checks of orders say, in words and with amounts as they are written everywhere."""

from closing_site.desk.registry import message_of


def test_amounts_have_thousands_and_the_digits_of_their_currency() -> None:
    stated = {"stated": "7905.7", "computed": "7785.7"}
    said = message_of("stated-total", stated, "CNY")
    assert said == "The order states 7,905.70, its lines make 7,785.70."
    said = message_of("negative-total", {"gross": "-1200"}, "JPY")
    assert said == "The lines make -1,200 in all."


def test_a_kind_of_zero_is_named_by_its_word() -> None:
    said = message_of("zero-rate-without-reason", {"category": "zero_rated"})
    assert "taken as zero-rated" in said
    assert "taken as other" in message_of("zero-rate-without-reason", {"category": "other"})
