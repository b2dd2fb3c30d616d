"""Lists that must agree with each other, checked without a server."""

import ast
import re
from pathlib import Path

from contextualise.settings import SETTINGS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "contextualise"
TEMPLATES = {path.relative_to(SOURCE / "templates").as_posix() for path in (SOURCE / "templates").rglob("*.html")}


def test_every_setting_is_in_the_readme_with_its_meaning() -> None:
    readme = (ROOT / "README.md").read_text()
    for setting in SETTINGS:
        assert f"| `{setting.name}` |" in readme and setting.meaning in readme, setting.name


def test_compose_and_container_name_only_settings_that_exist() -> None:
    known = {setting.name for setting in SETTINGS}
    known |= {f"{name}_FILE" for name in known}
    compose = (ROOT / "compose.yaml").read_text()
    service = compose.partition("\n  app:")[2]
    service = re.split(r"\n  \w", service)[0]
    assert service, "the service of the application"
    names = set(re.findall(r"^\s+([A-Z][A-Z0-9_]+):", service, flags=re.MULTILINE))
    assert names and names <= known


def strings_of(folder: Path) -> str:
    return "\n".join(
        node.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_template_is_used_and_every_used_one_exists() -> None:
    named = strings_of(SOURCE / "web")
    inside = "\n".join((SOURCE / "templates" / name).read_text() for name in TEMPLATES)
    made = {"errors/403.html", "errors/404.html", "errors/413.html", "errors/429.html", "errors/500.html"}  # by their number
    made |= {f"topics/{name}.html" for name in re.findall(r"\"(_\w+)\"", "\n".join(p.read_text() for p in SOURCE.rglob("statements.py")))}
    unused = [name for name in TEMPLATES if name not in made and name not in named and f'"{name}"' not in inside]
    assert unused == []
    used = set(re.findall(r"[\w/]+\.html", named)) | set(re.findall(r"(?:include|extends|import|from) \"([\w/]+\.html)\"", inside))
    assert {name for name in used if "/" in name and not name.startswith(("/", "folder/"))} - TEMPLATES == set()


def test_every_asset_that_a_template_names_exists() -> None:
    named = {
        asset
        for name in TEMPLATES
        for asset in re.findall(r"asset\(['\"]([\w./-]+)['\"]\)", (SOURCE / "templates" / name).read_text())
        if not asset.startswith("vendor/")  # from npm, at set-up
    }
    assert named
    assert [asset for asset in sorted(named) if not (ROOT / "static" / asset).is_file()] == []


def test_the_ten_thousand_texts_are_really_generated() -> None:
    """The fuzzing of Markdown lives with the renderer; that it runs as often as promised is checked here."""
    tree = ast.parse((ROOT / "tests" / "unit" / "lib" / "markdown" / "test_hostile_texts.py").read_text())
    counts = [
        keyword.value.value
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
        if keyword.arg == "max_examples" and isinstance(keyword.value, ast.Constant)
    ]
    assert sum(counts) >= 10_000


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text()))
    assert listed == {path.name for path in folder.glob("[0-9]*.md")}
