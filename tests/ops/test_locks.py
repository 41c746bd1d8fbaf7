import os
from pathlib import Path

from ops import locks


def test_a_shared_lock_is_not_free_until_its_last_share_is_given_back(tmp_path: Path) -> None:
    first, second = locks.share(tmp_path / "lock"), locks.share(tmp_path / "lock")
    assert not locks.is_only(first)
    os.close(second)
    assert locks.is_only(first)
    assert not locks.is_free(tmp_path / "lock")
    os.close(first)
    assert locks.is_free(tmp_path / "lock")
