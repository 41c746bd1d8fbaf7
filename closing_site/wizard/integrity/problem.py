from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One broken law, by its number in DESIGN.md; the row's table, key, number; what is wrong."""

    law: int
    table: str
    key: int | None
    number: str
    problem: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
