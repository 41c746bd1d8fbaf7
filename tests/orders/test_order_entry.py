"""Orders, deliveries and confirmations through their pages."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from closing_site.companies.models import Company
from closing_site.desk.models import Finding
from closing_site.periods.actions import period_by_code
from closing_site.periods.cut_off import set_cut_off
from closing_site.wizard.checking import ask_checks
from closing_site.wizard.previews import orders_to_confirm
from closing_site.wizard.steps import all_steps
from invoicing.runs.issue import invoice_run
from orders.models import Deferral, Delivery, Order, Product, TaxRate
from tests.entering import delivered, order, the_shop
from tests.pages_of_entry import client_of, formset, key_of, said, send

pytestmark = pytest.mark.django_db

HEAD = {
    "number": "SO-9",
    "customer_code": "ACME",
    "order_date": "2026-02-03",
    "prices_include_tax": "0",
    "sales_rep": "R1",
}
LINE = {"sku": "TEA", "quantity": "2", "unit_price": "50", "tax_rate": "13"}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def test_an_order_with_lines_is_entered_once_however_often_it_is_sent(shop: Company) -> None:
    finance = client_of("finance")
    key = key_of(finance.get("/orders/new/"))
    data = {**HEAD, **formset(LINE, {**LINE, "quantity": "1"}, {})}
    answers = [send(finance, "/orders/new/", data, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    made = Order.objects.get()
    assert (made.number, made.gross) == ("SO-9", 169.5)
    assert [line.line_number for line in made.lines.order_by("line_number")] == [1, 2]


def test_the_form_proposes_the_next_number_and_a_day_of_the_open_month(shop: Company) -> None:
    order(shop, "SO-0099")
    page = client_of("finance").get("/orders/new/").content.decode()
    assert 'value="SO-0100"' in page
    assert 'value="2026-02-' in page


def test_what_is_refused_stands_beside_its_field(shop: Company) -> None:
    order(shop, "SO-9")
    finance = client_of("finance")
    page = said(send(finance, "/orders/new/", {**HEAD, **formset(LINE)}))
    assert "There is an order SO-9 already." in page
    data = {**HEAD, "number": "SO-10", **formset(LINE, {**LINE, "quantity": "-1"})}
    answer = send(finance, "/orders/new/", data)
    assert "It must not be negative." in said(answer)
    assert 'id="id_lines-1-quantity_error"' in answer.content.decode()
    assert 'id="id_lines-0-quantity_error"' not in answer.content.decode()
    answer = send(finance, "/orders/new/", {**HEAD, "number": "", **formset(LINE)})
    assert 'id="id_number_error"' in answer.content.decode()


def test_totals_are_computed_while_one_types(shop: Company) -> None:
    finance = client_of("finance")
    line = {**LINE, "discount_percent": "10"}
    page = said(finance.post("/orders/totals/", {**HEAD, **formset(line, {"sku": "NEW"})}))
    assert "90.00 11.70 101.70" in page
    assert "is no product yet" in page
    included = {**HEAD, "prices_include_tax": "1", **formset({**LINE, "unit_price": "56.5"})}
    assert "100.00 13.00 113.00" in said(finance.post("/orders/totals/", included))


def test_an_order_is_changed_and_a_line_removed(shop: Company) -> None:
    order(shop)
    finance = client_of("finance")
    kept = {**LINE, "line_number": "1", "is_removed": "on"}
    data = {**HEAD, "note": "call first", **formset(kept, {**LINE, "quantity": "5"}, initial=1)}
    assert send(finance, "/orders/SO-1/change/", data).status_code == 302
    made = Order.objects.get()
    assert (made.note, [line.line_number for line in made.lines.all()]) == ("call first", [2])


def test_an_order_of_many_lines_is_one_form(shop: Company) -> None:
    finance = client_of("finance")
    full = {**LINE, "description": "", "unit": "box", "discount_percent": "0"}
    lines = [{**full, "line_number": ""}] * 150
    answer = send(finance, "/orders/new/", {**HEAD, **formset(*lines)})
    assert answer.status_code == 302, said(answer)
    again = [{**full, "line_number": str(place + 1)} for place in range(150)]
    data = {**HEAD, "note": "by phone", **formset(*again, initial=150)}
    assert send(finance, "/orders/SO-9/change/", data).status_code == 302
    made = Order.objects.get()
    assert (made.note, made.lines.count(), made.gross) == ("by phone", 150, 16950)


def test_an_order_sent_as_it_was_is_told_to_be_unchanged(shop: Company) -> None:
    order(shop)
    finance = client_of("finance")
    as_it_is = {**HEAD, **formset({**LINE, "line_number": "1"}, initial=1)}
    answer = send(finance, "/orders/SO-1/change/", {**as_it_is, "currency": "CNY"})
    assert "Nothing was changed." in said(finance.get(answer.headers["Location"]))
    answer = send(finance, "/orders/SO-1/change/", {**as_it_is, "note": "call first"})
    assert "Order SO-1 is changed." in said(finance.get(answer.headers["Location"]))


def test_what_someone_has_changed_meanwhile_is_not_overwritten(shop: Company) -> None:
    order(shop)
    finance = client_of("finance")
    page = finance.get("/orders/SO-1/change/")
    seen = page.context["form"]["seen"].value()
    mine = {
        **HEAD,
        "note": "mine",
        "seen": seen,
        **formset({**LINE, "line_number": "1"}, initial=1),
    }
    theirs = {**mine, "note": "theirs"}
    assert send(finance, "/orders/SO-1/change/", theirs).status_code == 302
    answer = send(finance, "/orders/SO-1/change/", mine, key_of(page))
    assert "Someone has changed this since you opened the page" in said(answer)
    assert Order.objects.get().note == "theirs"


def test_a_change_that_is_sent_twice_is_made_once(shop: Company) -> None:
    order(shop)
    finance = client_of("finance")
    page = finance.get("/orders/SO-1/change/")
    seen = page.context["form"]["seen"].value()
    mine = {
        **HEAD,
        "note": "mine",
        "seen": seen,
        **formset({**LINE, "line_number": "1"}, initial=1),
    }
    key = key_of(page)
    answers = [send(finance, "/orders/SO-1/change/", mine, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Order.objects.get().note == "mine"


def test_what_is_confirmed_offers_no_change_and_says_why(shop: Company) -> None:
    delivered(shop)
    finance = client_of("finance")
    assert send(finance, "/orders/SO-1/confirm/", {}).status_code == 302
    for page in ("change", "cancel", "deliver"):
        answer = finance.get(f"/orders/SO-1/{page}/")
        assert answer.status_code == 409
        assert "is confirmed in period 2026-02" in said(answer)


def test_an_order_is_cancelled_with_a_reason(shop: Company) -> None:
    order(shop)
    finance = client_of("finance")
    empty = send(finance, "/orders/SO-1/cancel/", {"cancelled_on": "2026-02-04", "reason": ""})
    assert empty.status_code == 200
    send(finance, "/orders/SO-1/cancel/", {"cancelled_on": "2026-02-04", "reason": "twice"})
    assert Order.objects.get().cancel_reason == "twice"


def test_a_day_says_in_which_month_it_will_be_posted(shop: Company) -> None:
    finance = client_of("finance")
    late = finance.get("/posting/", {"received_on": "2026-01-20"}).content.decode()
    assert late.startswith("2026-01 is locked: it is posted on 2026-02-01")
    assert "2026-02" in finance.get("/posting/", {"day": "2026-02-20"}).content.decode()
    assert finance.get("/posting/", {"day": "soon"}).content == b""


def test_a_rep_says_what_was_delivered_accepted_and_confirmed_on_their_phone(shop: Company) -> None:
    order(shop)
    rep = client_of("sales_rep")
    assert "SO-1" in said(rep.get("/my-orders/"))
    days = {"delivered_on": "2026-02-05", "accepted_on": ""}
    assert send(rep, "/orders/SO-1/deliver/", days).headers["Location"] == "/c/NW/my-orders/"
    delivery = Delivery.objects.get()
    accepted = {"delivery": delivery.pk, "accepted_on": "2026-02-06"}
    assert send(rep, "/orders/SO-1/accept/", accepted).status_code == 302
    assert send(rep, "/orders/SO-1/confirm/", {}).status_code == 302
    delivery.refresh_from_db()
    assert (delivery.accepted_on, delivery.posted_on) == (date(2026, 2, 6), date(2026, 2, 5))
    assert "Nothing waits for you" in said(rep.get("/my-orders/"))


def test_a_rep_defers_an_order_and_finance_releases_it(shop: Company) -> None:
    order(shop)
    rep = client_of("sales_rep")
    data = {"kind": "billing", "reason": "no truck", "expected_on": "2026-03-01"}
    assert send(rep, "/orders/SO-1/defer/", data).status_code == 302
    page = said(rep.get("/my-orders/"))
    assert "no truck" in page
    assert "deferred" in page
    deferral = Deferral.objects.get()
    assert (deferral.deferred_by.username, deferral.expected_on) == (
        "sales_rep",
        date(2026, 3, 1),
    )
    # Finance reads the reason, and releases it.
    finance = client_of("finance")
    assert "no truck" in said(finance.get("/orders/SO-1/"))
    data = {"deferral": str(deferral.pk), "reason": "truck came"}
    assert send(finance, "/orders/SO-1/release/", data).status_code == 302
    deferral.refresh_from_db()
    assert (str(deferral.released_by), deferral.release_reason) == ("finance", "truck came")
    assert rep.get("/orders/SO-1/release/").status_code == 409


def test_what_blocks_a_confirmation_is_said(shop: Company) -> None:
    delivered(shop).lines.update(unit_price=None)
    answer = send(client_of("finance"), "/orders/SO-1/confirm/", {})
    assert "Lines without a unit price: 1." in said(answer)


def test_what_a_later_step_found_blocks_no_confirmation(shop: Company) -> None:
    """Reconcile says of an order still to be confirmed that it is neither invoiced nor listed."""
    waiting = delivered(shop)
    month = period_by_code(shop, "2026-02")
    (reconcile,) = (step for step in all_steps() if step.slug == "reconcile")
    ask_checks(month, reconcile)
    found = Finding.objects.filter(document_kind="order", document_id=waiting.pk, resolved_at=None)
    assert list(found.values_list("step", "severity")) == [("reconcile", "block")]
    (to_confirm, *_others) = orders_to_confirm(month)
    assert to_confirm.value == 1
    assert send(client_of("finance"), "/orders/SO-1/confirm/", {}).status_code == 302
    assert Delivery.objects.get().period == month


def test_a_confirmation_is_taken_back_with_a_reason_until_it_is_invoiced(shop: Company) -> None:
    delivered(shop)
    finance = client_of("finance")
    assert finance.get("/orders/SO-1/take-back/").status_code == 409
    send(finance, "/orders/SO-1/confirm/", {})
    month = period_by_code(shop, "2026-02")
    data = {"period": month.pk, "reason": "wrong price"}
    assert send(finance, "/orders/SO-1/take-back/", data).status_code == 302
    assert Delivery.objects.get().period is None
    send(finance, "/orders/SO-1/confirm/", {})
    invoice_run(month, by="finance")
    assert "invoiced" in said(send(finance, "/orders/SO-1/take-back/", data))
    assert client_of("sales_rep").get("/orders/SO-1/take-back/").status_code == 403


def test_a_form_without_its_key_changes_nothing(shop: Company) -> None:
    delivered(shop)
    answer = client_of("finance").post("/orders/SO-1/confirm/")
    assert "without its key" in said(answer)
    assert Delivery.objects.get().period is None


def test_parts_are_entered_by_line_and_wrong_ones_named(shop: Company) -> None:
    order(shop)
    finance = client_of("finance")
    url = "/orders/SO-1/deliver-lines/"
    wrong = send(finance, url, {"delivered_on": "2026-02-05", "line_1": "x"})
    assert 'id="id_line_1_error"' in wrong.content.decode()
    assert send(finance, url, {"delivered_on": "2026-02-05", "line_1": "1"}).status_code == 302
    (line,) = finance.get(url).context["form"].fields["line_1"].help_text.split(": ", 1)[1:]
    assert [part.rpartition(" ")[2] for part in line.split("; ")][1:] == ["1", "1"]
    taken = send(finance, url, {"delivered_on": "2026-02-05", "line_1": "1"})
    assert "has a delivery of 2026-02-05 already" in said(taken)
    back = {"delivery": Delivery.objects.get().pk}
    assert send(finance, "/orders/SO-1/undeliver/", back).status_code == 302
    assert not Delivery.objects.exists()


def test_more_than_was_ordered_is_asked_first(shop: Company) -> None:
    order(shop)
    finance, url = client_of("finance"), "/orders/SO-1/deliver-lines/"
    given = {"delivered_on": "2026-02-05", "line_1": "2000"}
    asked = send(finance, url, given)
    assert "Of line 1 2,000 are delivered in all, and 2 ordered" in said(asked)
    assert not Delivery.objects.exists()
    given["confirmed"] = asked.context["form"].asked.answer
    assert send(finance, url, given).status_code == 302
    assert Delivery.objects.exists()


def test_an_old_form_delivers_nothing_that_is_delivered_meanwhile(shop: Company) -> None:
    order(shop)
    rep, url = client_of("sales_rep"), "/orders/SO-1/deliver/"
    key, old_key = key_of(rep.get(url)), key_of(rep.get(url))
    parts = rep.get("/orders/SO-1/deliver-lines/")
    seen = parts.context["form"]["seen"].value()
    first = {"delivered_on": "2026-02-05", "accepted_on": ""}
    assert [send(rep, url, first, key).status_code for _ in range(2)] == [302, 302]
    late = {"delivered_on": "2026-02-09", "accepted_on": ""}
    assert "is delivered already, on 2026-02-05" in said(send(rep, url, late, old_key))
    assert "is delivered already" in said(rep.get(url))
    answer = send(rep, "/orders/SO-1/deliver-lines/", {**late, "line_1": "1", "seen": seen})
    assert "Someone has changed this since you opened the page" in said(answer)
    assert Delivery.objects.get().delivered_on == date(2026, 2, 5)


@pytest.mark.parametrize(
    "page", ["change", "cancel", "deliver", "deliver-lines", "accept", "confirm", "wait"]
)
def test_another_reps_order_is_not_found(shop: Company, page: str) -> None:
    order(shop, "SO-2", customer_code="BETA", sales_rep="R2")
    rep = client_of("sales_rep")
    assert rep.get(f"/orders/SO-2/{page}/").status_code == 404
    assert rep.post(f"/orders/SO-2/{page}/", {"idempotency_key": "k"}).status_code == 404
    assert "SO-2" not in said(rep.get("/my-orders/"))


def test_after_the_cut_off_a_rep_is_told_to_ask_finance(shop: Company) -> None:
    order(shop)
    period = period_by_code(shop, "2026-02")
    set_cut_off(period=period, at=timezone.now() - timedelta(hours=1), by="test")
    answer = send(client_of("sales_rep"), "/orders/SO-1/deliver/", {"delivered_on": "2026-02-05"})
    assert "please ask finance" in said(answer)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("role", ["manager", "auditor", "admin"])
def test_who_does_not_enter_orders_may_not_open_the_form(shop: Company, role: str) -> None:
    assert client_of(role).get("/orders/new/").status_code == 403


def test_a_product_is_entered_changed_and_not_twice(shop: Company) -> None:
    finance = client_of("finance")
    new = {"sku": "CUP", "name": "Cup", "unit_price": "3.5", "tax_rate": "13"}
    assert send(finance, "/products/new/", new).status_code == 302
    assert "There is a product CUP already." in said(send(finance, "/products/new/", new))
    wrong = {"sku": "POT", "name": "Pot", "unit_price": "much"}
    assert 'id="id_unit_price_error"' in send(finance, "/products/new/", wrong).content.decode()
    send(finance, "/products/CUP/change/", {"sku": "x", "name": "Mug", "unit_price": "4"})
    assert Product.objects.get(sku="CUP").name == "Mug"


def test_a_tax_rate_is_entered_and_a_zero_explained(shop: Company) -> None:
    finance = client_of("finance")
    url = "/tax-rates/new/"
    assert send(finance, url, {"category": "standard", "percent": "9"}).status_code == 302
    twice = send(finance, url, {"category": "standard", "percent": "9"})
    assert "There is such a rate already." in said(twice)
    wrong = send(finance, url, {"category": "standard", "percent": "0"})
    assert "A rate of zero needs" in said(wrong)
    send(finance, url, {"category": "exempt", "percent": "0"})
    rate = TaxRate.objects.get(category="exempt")
    send(finance, f"/tax-rates/{rate.pk}/", {"reason": "article 15"})
    assert "article 15" in said(finance.get("/tax-rates/"))
