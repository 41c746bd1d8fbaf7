"""Law 7: the same request sent twice has one effect."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone

from closing_site.companies.models import Company, ExchangeRate, User
from closing_site.desk import idempotency
from closing_site.desk.errors import KeyMissing, KeyOfAnotherRequest, KeyOfOtherContent
from closing_site.desk.idempotency import KEPT_DAYS, run_once
from closing_site.desk.models import IdempotencyKey
from closing_site.desk.tasks import prune_idempotency_keys
from closing_site.wizard.opening_books import open_books
from tests.laws.racing import Racer

KEY = "k-1"


@pytest.fixture
def company(transactional_db: None) -> Company:
    return open_books(
        code="NW",
        name="NW Ltd",
        currency="CNY",
        country="CN",
        first_period="2026-01",
        members=[("ann", "finance"), ("bob", "manager")],
        by="test",
    ).company


@pytest.fixture
def effect(company: Company) -> Callable[[], dict[str, Any]]:
    """A row more each time it takes effect."""

    def record() -> dict[str, Any]:
        day = f"2026-01-{ExchangeRate.objects.count() + 1:02}"
        rate = ExchangeRate.objects.create(
            company=company, currency="EUR", valid_from=day, rate="7.8"
        )
        return {"rate": rate.pk}

    return record


def send(company: Company, do: Callable[[], dict[str, Any]], **changes: Any) -> dict[str, Any]:
    by = User.objects.get(username=changes.pop("username", "ann"))
    asked: dict[str, Any] = {
        "company": company,
        "key": KEY,
        "action": "rate",
        "content": "a",
        "by": by,
        "do": do,
    }
    return run_once(**asked | changes)


def effects() -> int:
    return ExchangeRate.objects.count()


def test_the_second_gets_the_first_s_answer(
    company: Company, effect: Callable[[], dict[str, Any]]
) -> None:
    first = send(company, effect)
    assert send(company, effect) == first
    assert effects() == 1
    assert send(company, effect, key="k-2") != first
    assert effects() == 2


def test_what_failed_can_be_sent_again(
    company: Company, effect: Callable[[], dict[str, Any]]
) -> None:
    def fails() -> dict[str, Any]:
        effect()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        send(company, fails)
    assert (effects(), IdempotencyKey.objects.count()) == (0, 0)
    send(company, effect)
    assert effects() == 1


def test_a_key_belongs_to_one_request(
    company: Company, effect: Callable[[], dict[str, Any]]
) -> None:
    send(company, effect)
    for changes in ({"action": "other"}, {"username": "bob"}):
        with pytest.raises(KeyOfAnotherRequest):
            send(company, effect, **changes)
    for key in ("", "x" * 65):
        with pytest.raises(KeyMissing):
            send(company, effect, key=key)
    assert effects() == 1


def test_a_key_is_bound_to_its_content(
    company: Company, effect: Callable[[], dict[str, Any]]
) -> None:
    first = send(company, effect)
    with pytest.raises(KeyOfOtherContent):
        send(company, effect, content="b")
    assert send(company, effect) == first
    assert effects() == 1


def test_a_key_from_before_contents_were_kept_still_gives_its_answer(
    company: Company, effect: Callable[[], dict[str, Any]]
) -> None:
    first = send(company, effect)
    IdempotencyKey.objects.update(content="")
    assert send(company, effect) == first
    assert effects() == 1


def test_of_two_at_once_with_other_content_the_second_is_refused(
    company: Company, effect: Callable[[], dict[str, Any]], owner_cursor: psycopg.Cursor[Any]
) -> None:
    with transaction.atomic():
        send(company, effect)
        second = Racer(owner_cursor, lambda: send(company, effect, content="b"))
        assert second.waits()
    assert isinstance(second.ends().error, KeyOfOtherContent)
    assert effects() == 1


def test_old_keys_are_pruned_and_new_ones_kept(
    company: Company, effect: Callable[[], dict[str, Any]]
) -> None:
    now = timezone.now()
    for key, days in (("old", KEPT_DAYS + 1), ("young", KEPT_DAYS - 1)):
        send(company, effect, key=key)
        IdempotencyKey.objects.filter(key=key).update(used_at=now - timedelta(days=days))
    prune_idempotency_keys.func(0)
    assert [one.key for one in IdempotencyKey.objects.all()] == ["young"]


def race(company: Company, effect: Callable[[], dict[str, Any]], watcher: Any) -> tuple[Any, Racer]:
    """Two at once: the second starts while the first has not committed."""
    with transaction.atomic():
        first = send(company, effect)
        second = Racer(watcher, lambda: send(company, effect))
        second.waits()
    return first, second.ends()


def test_of_two_at_once_one_waits_and_gets_the_other_s_answer(
    company: Company, effect: Callable[[], dict[str, Any]], owner_cursor: psycopg.Cursor[Any]
) -> None:
    first, second = race(company, effect, owner_cursor)
    assert (second.error, second.result) == (None, first)
    assert effects() == 1


def test_of_two_at_once_the_second_acts_where_the_first_gave_up(
    company: Company, effect: Callable[[], dict[str, Any]], owner_cursor: psycopg.Cursor[Any]
) -> None:
    with transaction.atomic():
        send(company, effect)
        second = Racer(owner_cursor, lambda: send(company, effect))
        assert second.waits()
        transaction.set_rollback(True)
    assert second.ends().error is None
    assert effects() == 1
    assert IdempotencyKey.objects.get().answer == second.result


def test_a_key_that_is_looked_up_before_it_is_taken_is_caught(
    company: Company,
    effect: Callable[[], dict[str, Any]],
    owner_cursor: psycopg.Cursor[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The mutant: a look and a later insert, as one writes it without thinking of two at once."""

    def looks_first(
        *, company: Company, key: str, action: str, content: str, by: User, do: Any
    ) -> Any:
        kept = IdempotencyKey.objects.filter(company=company, key=key).first()
        if kept:
            return kept.answer
        answer = do()
        with transaction.atomic():
            IdempotencyKey.objects.get_or_create(
                company=company, key=key, defaults={"action": action, "used_by": by}
            )
        return answer

    monkeypatch.setitem(globals(), "run_once", looks_first)
    monkeypatch.setattr(idempotency, "run_once", looks_first)
    _first, second = race(company, lambda: json.loads('{"n": 1}') | effect(), owner_cursor)
    assert second.error is not None or effects() == 2
