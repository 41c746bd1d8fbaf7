from reconciliation.chart import DEFAULT_CHART
from reconciliation.models import AccountRole


def test_every_role_has_one_account_of_its_own() -> None:
    assert set(DEFAULT_CHART) == set(AccountRole)
    assert len({account.code for account in DEFAULT_CHART.values()}) == len(AccountRole)
