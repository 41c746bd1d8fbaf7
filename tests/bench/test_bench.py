"""The benchmark, once, with next to nothing to do: the bare SQL must keep up with the schema."""

import subprocess
import sys
from pathlib import Path

from bench.operations import NAMES
from ops.places import ROOT


def test_the_bare_sql_writes_the_same_rows_as_the_program(tmp_path: Path) -> None:
    """The benchmark itself refuses to go on where the two have left different numbers of rows."""
    results = tmp_path / "results.md"
    command = [sys.executable, "-m", "bench", "--sizes", "8", "--history", "1", "--repeat", "1"]
    done = subprocess.run(
        [*command, "--output", str(results)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for name in NAMES:
        assert f" {name} " in done.stdout
    assert "## 8 orders, 1 months of history" in results.read_text()


def test_an_operation_that_is_none_is_wrong_usage() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "dance"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "dance" in done.stderr
