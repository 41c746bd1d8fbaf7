import pytest
from django.db import connection, transaction

from closing_site.acting import acting

pytestmark = pytest.mark.django_db


def actor() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('closing.actor', true), '')")
        (name,) = cursor.fetchone()
        return str(name)


def test_whoever_acted_around_a_block_acts_again_after_it() -> None:
    with acting("ann"):
        with acting("mo"):
            assert actor() == "mo"
        assert actor() == "ann"
    assert actor() == ""


def test_a_block_that_fails_gives_the_name_back() -> None:
    with acting("ann"):
        with pytest.raises(ValueError, match="no"), acting("mo"):
            raise ValueError("no")
        assert actor() == "ann"


@pytest.mark.django_db(transaction=True)
def test_the_name_does_not_outlive_its_transaction() -> None:
    with transaction.atomic(), acting("ann"):
        pass
    assert actor() == ""
