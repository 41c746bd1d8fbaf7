"""A checkpoint that is not ours, or not as we wrote it, is refused with a sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands import run
from tests.laws.books import CODE, Books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other(books: Books) -> Books:
    return Books.begin(books.folder, code="OTHER")


Spoil = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda c: c["seals"][0]["documents"].pop(), id="a document left out"),
        pytest.param(lambda c: c["seals"].clear(), id="no seals"),
        pytest.param(lambda c: c.update(exported_at="2020-01-01"), id="another day"),
        pytest.param(lambda c: c.update(signature="0" * 128), id="another signature"),
    ],
)
def test_a_checkpoint_that_was_changed_is_refused(
    books: Books, checkpoint: Path, spoil: Spoil
) -> None:
    content = json.loads(checkpoint.read_text())
    spoil(content)
    checkpoint.write_text(json.dumps(content))
    assert refused(checkpoint).endswith("it is not signed with this installation's key.")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"text"', "{}", '{"signature": 1}', '{"key": "", "signature": ""}',
     '{"format": "closing-checkpoint-1", "company": "LAW", "key": null, "signature": null}',
     '{"format": "closing-checkpoint-1", "company": "LAW", "key": "", "signature": {}}'],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(books: Books, checkpoint: Path, text: str) -> None:
    checkpoint.write_text(text)
    assert f"{checkpoint} is no checkpoint of {CODE}: " in refused(checkpoint)


def test_a_file_that_is_none_is_refused(books: Books, tmp_path: Path) -> None:
    assert "there is no such file" in refused(tmp_path / "missing.json")
    assert "is no checkpoint of" in refused(tmp_path)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    assert "it has another form" in refused(tmp_path / "bytes")


def test_another_companys_checkpoint_is_refused(other: Books, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    run("export_checkpoint", "--company", other.code, "--output", str(path))
    assert refused(path).endswith("it is another company's.")


def refused(path: Path) -> str:
    result, status = run("verify_integrity", "--company", CODE, "--checkpoint", str(path))
    assert status == 1
    return str(result["refused"])
