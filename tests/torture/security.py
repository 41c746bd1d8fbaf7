"""``./run torture security``: attacks as someone with the source at hand would make them, counted.

Each attack works in a clone of the demo company's books beside those of another company
(tests/access), says how much it tried, and names what went through. Exit status 1 where anything
did.
"""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.torture.attack import Attack, Tried
from tests.torture.database_attacks import statements
from tests.torture.file_attacks import files, large_files
from tests.torture.page_attacks import addresses, forgeries, roles, sign_in
from tests.torture.script_attacks import scripts

if TYPE_CHECKING:
    from tests.databases import Databases

ATTACKS: Final[dict[str, Attack]] = {
    "roles": roles,
    "forgeries": forgeries,
    "scripts": scripts,
    "statements": statements,
    "addresses": addresses,
    "files": files,
    "large_files": large_files,
    "sign_in": sign_in,
}


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run torture security", description=__doc__)
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help=", ".join(ATTACKS))
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write what files cost, as tables of Markdown"
    )
    arguments = parser.parse_args(given)
    chosen = arguments.attacks or [*ATTACKS]
    if unknown := set(chosen) - ATTACKS.keys():
        parser.error(f"there is no attack {', '.join(sorted(unknown))}")

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closing_site.settings")
    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.test.utils import setup_test_environment

    from tests.access.conftest import make_foreign_books
    from tests.conftest import make_demo_books
    from tests.databases import Databases
    from tests.posting import request_as_a_page

    settings.DEBUG = False
    # Each refusal would be a line, or a traceback.
    logging.disable(logging.ERROR)
    setup_test_environment(debug=False)
    Client.request = request_as_a_page(Client.request)  # type: ignore[method-assign]
    databases = Databases()
    databases.point_django_at_clone()
    faults = 0
    report: list[str] = []
    try:
        make_demo_books()
        with tempfile.TemporaryDirectory() as folder:
            make_foreign_books(Path(folder))
        with databases.prepared():
            for name in chosen:
                found, lines = _carried_out(name, databases)
                faults += len(found)
                report += lines
    finally:
        databases.close()
    if arguments.report:
        arguments.report.write_text("\n".join(report))
    print(f"{faults} faults")
    return 1 if faults else 0


def _carried_out(name: str, databases: "Databases") -> tuple[list[str], list[str]]:
    """What went through, and the lines of the report."""
    tried = Tried()
    found = list(ATTACKS[name](tried))
    said = ", ".join(f"{count:,} {what}" for what, count in tried.items())
    print(f"{name}: {said}; {len(found)} went through", flush=True)
    for fault in found:
        print(f"    {fault}", flush=True)
    for line in tried.report:
        print(line, flush=True)
    databases.renew()
    return found, tried.report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
