"""System libraries and the virtual environment, each made only when something changed."""

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys

from ops.errors import SetupError
from ops.places import ROOT, venv, venv_python

#: What WeasyPrint loads at run time, and the Debian package that brings it.
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
#: What the program that drives the tests' browser loads.
TEST_LIBRARIES = {"atomic": "libatomic1"}

#: Programs that only the tests need, any of which will do, and the package that brings one.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_PACKAGE = "chromium"


def ensure_system_packages(*, with_tests: bool) -> None:
    """Install missing system libraries with apt; for the tests a browser too.

    Raises SetupError with the exact command where the right to install is lacking.
    """
    libraries = {**LIBRARIES, **(TEST_LIBRARIES if with_tests else {})}
    missing = [package for name, package in libraries.items() if not ctypes.util.find_library(name)]
    try:
        import ensurepip  # noqa: F401, PLC0415 (Debian leaves it out of python3)
    except ImportError:
        missing.append(f"python3.{sys.version_info.minor}-venv")
    if with_tests and not any(map(shutil.which, BROWSERS)):
        missing.append(BROWSER_PACKAGE)
    if missing:
        _apt_install(missing)


def _apt_install(packages: list[str]) -> None:
    command = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(
            f"System packages are missing. Run this as root, then try again: {command}"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["sh", "-c", command], stdout=sys.stderr, env=environment, check=False)
    if done.returncode:
        raise SetupError(f"Installing system packages failed. Run this, then try again: {command}")


def ensure_venv(*, with_tests: bool) -> None:
    """Make the virtual environment, or bring it up to the pinned files when they changed."""
    if not venv_python().exists():
        shutil.rmtree(venv(), ignore_errors=True)
        _checked([sys.executable, "-m", "venv", str(venv())], "The virtual environment")
    _install_pinned("requirements.txt")
    if with_tests:
        _install_pinned("requirements-test.txt")


def _install_pinned(name: str) -> None:
    pinned = ROOT / name
    stamp = venv() / f".{name}.sha256"
    digest = hashlib.sha256(pinned.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"Installing the packages of {name} …", file=sys.stderr)
    pip = [str(venv_python()), "-m", "pip", "--disable-pip-version-check"]
    _checked([*pip, "install", "-q", "--require-hashes", "-r", str(pinned)], f"Installing {name}")
    # A new file: a copy of the environment made with hard links keeps the stamp of what it has.
    stamp.unlink(missing_ok=True)
    stamp.write_text(digest)


def _checked(command: list[str], what: str) -> None:
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        raise SetupError(f"{what} failed (see above). Command: {' '.join(command)}")
