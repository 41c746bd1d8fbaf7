"""Opening a locked month again: for a reason, with a second person, the old close kept."""

from pathlib import Path
from typing import Any

import pytest

from closing_site.periods.models import Seal
from tests.commands import run
from tests.stories.books import (
    COMPANY,
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    part,
    payments,
    placed,
    require_integrity,
    sales,
    view,
)


def begin(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **sales("S1 ACME 2025-01-10 119.00", "S2 ACME 2025-02-05 59.50"))


def reopen(
    month: str, *, reason: str = "Delivery found", by: str = "ann", approver: str = "mo"
) -> tuple[dict[str, Any], int]:
    return run(
        *("reopen_period", month, "--company", COMPANY, "--reason", reason),
        *("--as", by, "--approve-as", approver),
    )


def seals() -> list[tuple[str, int, str]]:
    """Month, place and digest of every seal."""
    chain = Seal.objects.order_by("position")
    return [(seal.period.code, seal.position, seal.digest) for seal in chain]


@pytest.mark.django_db(transaction=True)
def test_reopening_needs_a_reason_and_a_second_person_who_may_approve(tmp_path: Path) -> None:
    begin(tmp_path)
    close("2025-01")
    sealed = seals()
    for refused, status in (
        reopen("2025-01", reason=" "),
        reopen("2025-01", by="mo"),
        reopen("2025-01", approver="ann", by="mo"),
        reopen("2025-01", approver="otto"),
        reopen("2025-01", approver="rita"),
        reopen("2025-01", approver="nobody"),
        reopen("2025-01", by="rita"),
        reopen("2025-01", by="otto"),
        reopen("2025-02"),
    ):
        assert status == 1
        assert refused["refused"]
    assert view("SELECT count(*) FROM v_audit WHERE action = 'reopened'") == [(0,)]
    assert seals() == sealed
    # The first has not been harmed.
    assert reopen("2025-01")[1] == 0


@pytest.mark.django_db(transaction=True)
def test_only_the_last_locked_month_is_reopened(tmp_path: Path) -> None:
    begin(tmp_path)
    close("2025-01")
    close("2025-02")
    refused, status = reopen("2025-01")
    assert status == 1
    assert "2025-02" in refused["refused"]
    assert reopen("2025-02")[1] == 0
    assert reopen("2025-01")[1] == 0
    # Open, it cannot be opened again.
    assert reopen("2025-01")[1] == 1


@pytest.mark.django_db(transaction=True)
def test_a_reopened_month_takes_what_was_found_and_is_sealed_anew(tmp_path: Path) -> None:
    begin(tmp_path)
    close("2025-01")
    ((_, _, first),) = seals()
    reopened, status = reopen("2025-01", reason="Delivery found")
    assert status == 0
    assert part(reopened, "company period status kept_seal reason") == {
        "company": COMPANY,
        "period": "2025-01",
        "status": "open",
        "kept_seal": first,
        "reason": "Delivery found",
    }
    assert view(
        "SELECT actor, after::jsonb ->> 'reason' FROM v_audit"
        " WHERE action = 'reopening' AND document = 'period:2025-01'"
    ) == [("ann", "Delivery found")]
    require_integrity()

    import_files(
        tmp_path,
        **sales("S3 ACME 2025-01-20 238.00"),
        **payments("P1,ACME,2025-01-30,119.00,S1"),
    )
    assert part(
        close("2025-01"), "orders_confirmed invoices_issued last_number gross receivables_closing"
    ) == {
        "orders_confirmed": 2,
        "invoices_issued": 2,
        "last_number": "INV-2025-01-00002",
        "gross": "357.00",
        "receivables_closing": "238.00",
    }
    # In its own month, with nothing late about it.
    assert view("SELECT number, supplied_on, issued_on, gross FROM v_invoices ORDER BY 1") == [
        ("INV-2025-01-00001", "2025-01-10", "2025-01-10", "119"),
        ("INV-2025-01-00002", "2025-01-20", "2025-01-20", "238"),
    ]
    assert findings("2025-01", "prior-period-supply", "prior-period-receipt") == []
    assert part(close("2025-02"), "receivables_opening gross receivables_closing") == {
        "receivables_opening": "238.00",
        "gross": "59.50",
        "receivables_closing": "297.50",
    }

    chain = list(Seal.objects.order_by("position"))
    assert [(seal.period.code, seal.position) for seal in chain] == [
        ("2025-01", 1),
        ("2025-01", 2),
        ("2025-02", 3),
    ]
    assert [seal.previous_id for seal in chain] == [None, chain[0].pk, chain[1].pk]
    assert chain[0].digest == first
    assert len({seal.digest for seal in chain}) == 3
    assert chain[0].totals["gross"] == "119.00"
    assert chain[1].totals["gross"] == "357.00"
    require_integrity()

    checkpoint, status = run("export_checkpoint", "--company", COMPANY)
    assert status == 0
    assert [(seal["period"], seal["digest"]) for seal in checkpoint["seals"]] == [
        (seal.period.code, seal.digest) for seal in chain
    ]
    assert checkpoint["head"] == chain[-1].digest


@pytest.mark.django_db(transaction=True)
def test_closed_again_as_it_was_it_says_the_same(tmp_path: Path) -> None:
    begin(tmp_path)
    before = close("2025-01")
    rows = view("SELECT * FROM v_receivables"), view("SELECT * FROM v_vouchers ORDER BY 3, 6")
    assert reopen("2025-01")[1] == 0
    assert close("2025-01") == before
    assert (
        view("SELECT * FROM v_receivables"),
        view("SELECT * FROM v_vouchers ORDER BY 3, 6"),
    ) == (rows)
    assert len(seals()) == 2
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_what_the_next_month_has_done_meanwhile_stays(tmp_path: Path) -> None:
    begin(tmp_path)
    close("2025-01")
    import_files(
        tmp_path,
        **payments("P1,ACME,2025-02-10,119.00,S1"),
    )
    run(
        *("close_period", "2025-02", "--company", COMPANY, "--as", "ann"),
        *("--through", "pay", "--acknowledge-warnings", "Small"),
    )
    assert placed() == [("P1", "INV-2025-01-00001", "119")]

    # The same invoice is paid in January too, as is now found: February's payment came first.
    assert reopen("2025-01")[1] == 0
    import_files(tmp_path, **payments("P0,ACME,2025-01-28,119.00,S1"))
    assert part(close("2025-01"), "received allocated advances receivables_closing") == {
        "received": "119.00",
        "allocated": "0.00",
        "advances": "119.00",
        "receivables_closing": "119.00",
    }
    assert part(close("2025-02"), "received allocated advances receivables_closing") == {
        "received": "119.00",
        "allocated": "119.00",
        "advances": "119.00",
        "receivables_closing": "59.50",
    }
    require_integrity()
