"""``./run messages``: what has to be translated, gathered from the code into the catalogue.

In place of makemessages, which needs gettext installed and does not see that the docstring of a
refusal is its message.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ops.places import ROOT

CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
APPS = ("closing_site", "orders", "invoicing", "payments", "reconciliation", "reports")

#: Functions that mark a text, and how many of their first arguments are texts.
MARKERS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), 1),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), 2),
}
#: A text in a template: of ``{% translate %}``, or of ``_()`` in any other tag.
TEMPLATE_TEXT = re.compile(r"""(?:{%-?\s*(?:translate|trans)\s+|\b_\()("[^"]*"|'[^']*')""")
TEMPLATE_BLOCK = re.compile(r"{%\s*blocktranslate\b([^%]*)%}(.*?){%\s*endblocktranslate\s*%}", re.S)
VARIABLE = re.compile(r"{{\s*(\w+)[^}]*}}")

REFUSAL = "Refusal"


class Message(NamedTuple):
    text: str
    plural: str = ""


def messages() -> dict[Message, list[str]]:
    """Every text with the files it stands in, in the order they are read."""
    found: dict[Message, list[str]] = {}
    modules = {path: ast.parse(path.read_text()) for path in _files("*.py", APPS)}
    refusals = _subclasses(modules.values())
    for path, tree in modules.items():
        _add(found, path, in_module(tree, refusals))
    for path in _files("*.html", ("templates",)):
        _add(found, path, in_template(path.read_text()))
    return found


def _files(pattern: str, folders: Iterable[str]) -> list[Path]:
    every = (path for folder in folders for path in (ROOT / folder).rglob(pattern))
    return sorted(path for path in every if "migrations" not in path.parts)


def _add(found: dict[Message, list[str]], path: Path, texts: Iterable[Message]) -> None:
    for text in texts:
        places = found.setdefault(text, [])
        name = str(path.relative_to(ROOT))
        if name not in places:
            places.append(name)


def in_module(tree: ast.Module, refusals: set[str]) -> Iterator[Message]:
    """Its marked texts, and the docstrings of the classes with these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _marked(node)
        elif isinstance(node, ast.ClassDef) and node.name in refusals:
            text = ast.get_docstring(node)
            if text:
                yield Message(text)


def _marked(call: ast.Call) -> Iterator[Message]:
    name = str(getattr(call.func, "id", "") or getattr(call.func, "attr", ""))
    first = call.args[: MARKERS.get(name, 0)]
    texts = [a.value for a in first if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if texts:
        yield Message(*texts)


def _subclasses(trees: Iterable[ast.Module]) -> set[str]:
    """The names of all classes below Refusal, itself included, wherever they stand."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = {c.name: {b.id for b in c.bases if isinstance(b, ast.Name)} for c in classes}
    found = {REFUSAL}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def in_template(source: str) -> Iterator[Message]:
    # Django doubles the percent signs of templates, whose texts it formats.
    for quoted in TEMPLATE_TEXT.findall(source):
        yield Message(quoted[1:-1].replace("%", "%%"))
    for options, body in TEMPLATE_BLOCK.findall(source):
        text = VARIABLE.sub(r"%(\1)s", body.replace("%", "%%"))
        if "trimmed" in options:
            text = " ".join(line.strip() for line in text.strip().splitlines())
        yield Message(text)


def main() -> int:
    """Add what is new, drop what is gone, name what has no translation yet."""
    import polib  # noqa: PLC0415 (of the virtual environment; gathering alone does without)

    old = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else []
    known = {Message(entry.msgid, entry.msgid_plural): entry for entry in old}
    catalogue = polib.POFile(wrapwidth=98)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for message, places in messages().items():
        entry = known.get(message)
        if entry is None:
            plurals = {0: ""} if message.plural else {}
            entry = polib.POEntry(
                msgid=message.text, msgid_plural=message.plural, msgstr_plural=plurals
            )
        entry.occurrences = [(place, "") for place in places]
        catalogue.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    waiting = [entry.msgid for entry in catalogue if not entry.translated()]
    for text in waiting:
        print(text)
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
