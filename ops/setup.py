"""What every command needs before its own work: state folder, packages, translations, database."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ops import children, locks, sources
from ops.environment import own_addresses, places, with_database
from ops.errors import Failed
from ops.packages import ensure_system_packages, ensure_venv
from ops.places import ROOT, ensure_var, var, venv_python
from ops.postgres.cluster import Cluster

MANAGE = str(ROOT / "manage.py")

#: polib, because msgfmt may not be installed; run where polib is, which is not here.
COMPILE = "import polib, sys; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])"


@dataclass(frozen=True)
class Ready:
    """A machine on which the program's parts can be started."""

    environment: dict[str, str]
    share: int | None

    def manage(self, *arguments: str, quiet: bool = False) -> int:
        command = [str(venv_python()), MANAGE, *arguments]
        return children.run(command, self.environment, share=self.share, quiet=quiet)


def ensure_packages(*, with_tests: bool) -> None:
    ensure_var()
    with locks.exclusive(var() / ".setup.lock"):
        ensure_system_packages(with_tests=with_tests)
        ensure_venv(with_tests=with_tests)
        _compile_translations()


@contextmanager
def database_ready(cluster: Cluster, *, with_tests: bool = False) -> Iterator[Ready]:
    """Packages and a database, which may be empty or of an older version."""
    own_addresses()  # What is set wrongly is said before anything is installed.
    ensure_packages(with_tests=with_tests)
    with with_database(cluster) as (environment, share):
        yield Ready(environment, share)


def prepare(ready: Ready, cluster: Cluster) -> None:
    """Migrate, install the rules and grant, unless our own server is known to have it all already.

    Raises Failed with the exit status where it went wrong, after the program said why.
    """
    for place in places():
        # One that is away keeps nobody from the others: the command said what is wrong.
        ready.manage("--at", place, "prepare_database", quiet=True)
    digest = sources.digest()
    is_own = ready.share is not None
    if is_own and cluster.is_prepared(digest):
        return
    if status := ready.manage("prepare_database", quiet=True):
        raise Failed(status)
    if is_own:
        cluster.remember_prepared(digest)


def _compile_translations() -> None:
    """Compile what changed, into the state folder: the checkout may be read-only."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = (var() / source.relative_to(ROOT)).with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        command = [str(venv_python()), "-c", COMPILE, str(source), str(partial)]
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
            raise Failed(2)
        partial.replace(target)
