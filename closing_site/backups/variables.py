"""Every variable of the environment that the program reads: what it means, and as a table.

What a variable takes, and its default, are read from the calls in ``settings.py`` itself, so that
the table cannot say something else. ``tests/closing_site/test_variables.py`` wants an entry here
for each variable that any file of the program reads.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings


@dataclass(frozen=True)
class Variable:
    """``form`` and ``default`` where no call in ``settings.py`` says them."""

    name: str
    says: str
    form: str = ""
    default: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    variables: tuple[Variable, ...]


NEEDED: Final = "**needed**"
SECTIONS: Final = (
    Section(
        "Needed",
        (
            Variable("DATABASE_URL", "the role that serves; it owns no table", default=NEEDED),
            Variable(
                "DATABASE_OWNER_URL",
                "the role that migrates; web and worker do not get it",
                default="for `prepare_database` alone",
            ),
            Variable(
                "CLOSING_DATABASES",
                "other databases by name, and the codes of the companies whose books lie there",
                default="all companies on that of `DATABASE_URL`",
            ),
            Variable(
                "CLOSING_OWNER_DATABASES",
                "the same names with the roles that migrate; web and worker do not get it",
                default="for `--at NAME prepare_database` alone",
            ),
            Variable(
                "CLOSING_AT",
                "the database that a command or worker is for: `--at` sets it",
                default="home",
            ),
            Variable(
                "SECRET_KEY",
                "signs sessions and links; another one signs everybody out",
                default=NEEDED,
            ),
            Variable(
                "SECRET_KEY_FALLBACKS",
                "former keys, with blanks between: what they signed still holds",
                form="texts",
            ),
            Variable("ALLOWED_HOSTS", "the host names that are served", default=NEEDED),
            Variable(
                "CLOSING_SEAL_KEY_FILE",
                "the key that signs seals: `openssl genpkey -algorithm ed25519 -out seal_key.pem`",
                default=NEEDED,
            ),
        ),
    ),
    Section(
        "Serving",
        (
            Variable("DEBUG", "1 shows the program's inside: never where people work"),
            Variable(
                "CLOSING_VAR",
                "where the virtual environment and compiled translations lie",
                default="`var/` in the checkout",
            ),
            Variable(
                "CLOSING_SINGLE_ROLE",
                "1 where one role must serve and own: it could then switch off every rule",
            ),
            Variable(
                "TRUSTED_PROXIES",
                "whose `X-Forwarded-For` is believed; `unix` for a socket in the file system",
                default="nobody",
            ),
            Variable("SESSION_IDLE_MINUTES", "a session ends so long after its last request"),
            Variable("SESSION_MOST_HOURS", "and so long after sign-in, whatever is done in it"),
            Variable(
                "HSTS_SUBDOMAINS",
                "1 where all subdomains of the host are served over TLS too: HSTS then covers them",
            ),
            Variable("CLOSING_MAX_UPLOAD_MB", "what one import may send; any other form 2 MB"),
            Variable("CLOSING_LOG", "the form of log lines", default="json; with DEBUG=1 plain"),
            Variable(
                "CLOSING_ACCEPTED",
                "what `check_configuration` may find wrong and the start goes on all the same:"
                " `demo`, `seal_key`, or the number of one of Django's checks",
                default="nothing",
            ),
            Variable("CLOSING_METRICS_TOKEN", "who has it reads `/metrics`", form="text"),
            Variable(
                "CLOSING_SLOW_STATEMENT_MS",
                "a request's statement that takes longer is noted for *Settings › Installation*",
            ),
            Variable(
                "PROMETHEUS_MULTIPROC_DIR",
                "where several web processes add up their figures; emptied at each start",
                form="folder",
                default="`./run` sets it",
            ),
        ),
    ),
    Section(
        "Backups",
        (
            Variable(
                "CLOSING_BACKUP_DIR",
                "where the nightly backup goes; the `papers` worker must be able to write there",
                default="none is made",
            ),
            Variable("CLOSING_BACKUP_KEEP", "so many nightly backups are kept"),
        ),
    ),
    Section(
        "Mail",
        (
            Variable("EMAIL_HOST", "the SMTP server", form="host", default="no mail is sent"),
            Variable("EMAIL_PORT", "its port: 587 for starttls, 465 for tls"),
            Variable("EMAIL_SECURITY", "how the connection is kept secret"),
            Variable("EMAIL_HOST_USER", "whom the server knows", form="text"),
            Variable("EMAIL_HOST_PASSWORD", "their password", form="text"),
            Variable("EMAIL_FROM", "the sender's address", form="e-mail address"),
        ),
    ),
    Section(
        "Of libraries, where a file in `deploy/` sets them",
        (
            Variable(
                "FORWARDED_ALLOW_IPS",
                "gunicorn: from whom it believes `X-Forwarded-Proto`",
                form="addresses",
                default="127.0.0.1",
            ),
            Variable("PYTHONDONTWRITEBYTECODE", "Python: writes no compiled files", form="1"),
        ),
    ),
    Section(
        "Of `deploy/docker` alone",
        (
            Variable("CLOSING_OWNER_PASSWORD", "of the role that migrates", "text", NEEDED),
            Variable("CLOSING_APP_PASSWORD", "of the role that serves", "text", NEEDED),
        ),
    ),
    Section(
        "Of the tests",
        (
            Variable("CLOSING_FACES", "`./run torture faces` sets it", form="all"),
            Variable(
                "CLOSING_TEST_SUPERUSER_URL", "the superuser of the tests' server", form="address"
            ),
            Variable("PYTEST_XDIST_TESTRUNUID", "pytest-xdist sets it", form="text"),
        ),
    ),
)
#: Of the machine, for every program.
OF_THE_MACHINE: Final = ("PATH", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE")

FORMS: Final = {
    "text": "text",
    "secret": "32 random signs or more: `openssl rand -hex 32`",
    "flag": "1 or 0",
    "hosts": "host names, with commas",
    "names": "names, with commas",
    "networks": "addresses and networks, with commas",
    "folder": "absolute path of a folder",
    "optional_folder": "absolute path of a folder",
    "seal_key_file": "path of an Ed25519 key in PEM",
    "place": "`home`, or a name in `CLOSING_DATABASES`",
    "places": "`NAME:CODE,CODE=postgresql://role:password@host/database`, with blanks",
    "database": "`postgresql://role:password@host/database`",
}
HEAD: Final = """\
# Settings

Every variable of the environment that the program reads. One that is missing or malformed stops
the start with a sentence that names it. `./run` sets what is needed and missing;
`./run manage check_configuration` looks at what is set. This page is written by
`./run manage describe_settings --output docs/settings.md`.
"""


def settings_page() -> str:
    """The table of all variables, in Markdown."""
    calls = {name: call for name, call in variables_read(settings_file()) if call is not None}
    lines = [HEAD]
    for section in SECTIONS:
        lines.append(f"## {section.title}\n")
        lines.append("| Variable | Takes | Default | Is |\n|---|---|---|---|")
        lines += [_row(one, calls.get(one.name)) for one in section.variables]
        lines.append("")
    return "\n".join(lines)


def settings_file() -> Path:
    return Path(settings.BASE_DIR) / "closing_site" / "settings.py"


def declared_variables() -> dict[str, Variable]:
    return {one.name: one for section in SECTIONS for one in section.variables}


def variables_read(path: Path) -> Iterator[tuple[str, ast.Call | None]]:
    """Each variable that this file reads by its name, with the call of one of our readers."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name, call = _read_by(node)
        if name:
            yield name, call


def _read_by(node: ast.AST) -> tuple[str, ast.Call | None]:
    """The variable that this expression reads, blank where it reads none."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        of = ast.unparse(node.func.value)
        if of == "environment":
            return _text(node.args[0]), node
        if of == "os.environ" or (of, node.func.attr) == ("os", "getenv"):
            return _text(node.args[0]), None
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
        return _text(node.slice), None
    if isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "os.environ":
        return _text(node.left), None
    return "", None


def _text(node: ast.expr) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else ""  # type: ignore[attr-defined]


def _row(variable: Variable, call: ast.Call | None) -> str:
    form, default = variable.form, variable.default
    if call is not None and isinstance(call.func, ast.Attribute):
        given = {word.arg: word.value for word in call.keywords}
        form = form or _form(call.func.attr, given)
        default = default or _default(call.func.attr, given)
    return f"| `{variable.name}` | {form} | {default} | {variable.says} |"


def _form(reader: str, given: dict[str | None, ast.expr]) -> str:
    if reader == "number":
        return f"whole number, {_value(given['least'])} to {_value(given['most'])}"
    if reader == "choice":
        return " or ".join(f"`{word}`" for word in _value(given["of"]))
    return FORMS[reader]


def _default(reader: str, given: dict[str | None, ast.expr]) -> str:
    if reader == "flag":
        return "0"
    return str(_value(given["default"])) if "default" in given else ""


def _value(node: ast.expr) -> Any:
    return ast.literal_eval(node)
