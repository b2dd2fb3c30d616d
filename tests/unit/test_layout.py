"""How the sources are laid out: small modules, no foreign hosts, nothing that a content policy would have to allow."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "contextualise"
TEMPLATES = sorted((SOURCE / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
LONGEST_MODULE = 300
# Names of vocabularies and subjects, which nobody fetches, and the reserved names of examples.
NAMES_ONLY = re.compile(r"https?://(www\.w3\.org/|www\.wikidata\.org/entity/|example\.(org|com)|(www\.)?example\.|host\b|…|\.\.\.)")
ADDRESS = re.compile(r"(?:https?:)?//[a-zA-Z0-9][^\s\"'<>)]*")


def of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES, *SCRIPTS], ids=of)
def test_nothing_is_loaded_from_another_host(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/|\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    found = [address for address in ADDRESS.findall(text) if address.startswith("http") and not NAMES_ONLY.match(address)]
    loaded = re.findall(r"(?:src|href|action)=[\"']//|url\(\s*[\"']?//|@import\s+[\"']//|from\s+[\"']//", text)
    assert found + loaded == []


@pytest.mark.parametrize("path", TEMPLATES, ids=of)
def test_no_page_needs_an_exception_from_the_policy(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == [], "handlers in attributes"
    assert re.findall(r"\shx-on\b|\shx-on:|js:|hx-trigger=\"[^\"]*\[", text) == [], "what htmx would evaluate"
    assert re.findall(r"\sstyle\s*=\s*[\"']|<style", text) == [], "styles in the page"
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag] == [], "scripts in the page"
    variables = re.findall(r"[^\"']\|safe", text.replace(" ", ""))  # a constant of the template's own is no danger
    assert variables == [] or path.name in SAFE, "unescaped text"


# Where HTML that was cleaned when it was written, or made by our own markup, is put into the page.
SAFE = {
    "_comment.html",
    "_texts.html",
    "_notes.html",
    "_note.html",
    "note.html",
    "show.html",
    "ui.html",
    "text.html",
    "_results.html",
    "options.html",
}


def test_scripts_evaluate_nothing() -> None:
    for path in SCRIPTS:
        text = path.read_text()
        assert not re.search(r"\beval\(|new Function\(|document\.write|setTimeout\(\s*[\"'`]", text), of(path)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=of)
def test_modules_are_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE


def test_every_module_says_what_it_is_for() -> None:
    silent = [of(path) for path in SOURCE.rglob("*.py") if path.read_text().strip() and not path.read_text().lstrip().startswith('"""')]
    assert [name for name in silent if "/migrations/" not in name] == []


def test_nothing_is_left_to_be_done() -> None:
    marks = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|coming soon)\b")
    left = [of(path) for path in [*SOURCE.rglob("*.py"), *TEMPLATES, *STYLES, *SCRIPTS] if marks.search(path.read_text())]
    assert left == []
