import tomllib

from ops.places import ROOT


def test_every_module_of_the_house_stands_on_a_floor() -> None:
    """A module that pyproject.toml does not name could import from anywhere."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = settings["contracts"][0]["layers"]
    named = {module.strip() for layer in layers for module in layer.split(":")}
    found = {
        f"closing_site.{path.stem}"
        for path in (ROOT / "closing_site").iterdir()
        if path.stem != "__init__" and (path.suffix == ".py" or (path / "__init__.py").exists())
    }
    assert found <= named
