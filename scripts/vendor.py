"""Copies what pages use from node_modules to static/vendor: scripts, the fonts the style sheets name, the icons listed."""

import hashlib
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import outline

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"

SCRIPTS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "model-viewer.min.js": "@google/model-viewer/dist/model-viewer.min.js",
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "decoders/draco_wasm_wrapper.js": "three/examples/jsm/libs/draco/gltf/draco_wasm_wrapper.js",
    "decoders/basis_transcoder.js": "three/examples/jsm/libs/basis/basis_transcoder.js",
    "topojson-client.min.js": "topojson-client/dist/topojson-client.min.js",
    "d3/d3-dispatch.min.js": "d3-dispatch/dist/d3-dispatch.min.js",
    "d3/d3-force.min.js": "d3-force/dist/d3-force.min.js",
    "d3/d3-quadtree.min.js": "d3-quadtree/dist/d3-quadtree.min.js",
    "d3/d3-timer.min.js": "d3-timer/dist/d3-timer.min.js",
}
COPIES = {
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/images": "leaflet/dist/images",
    "decoders/draco_decoder.wasm": "three/examples/jsm/libs/draco/gltf/draco_decoder.wasm",
    "decoders/basis_transcoder.wasm": "three/examples/jsm/libs/basis/basis_transcoder.wasm",
    "world/countries-50m.json": "world-atlas/countries-50m.json",
}
FONT_PACKAGES = ("@fontsource-variable/inter", "@fontsource-variable/source-serif-4")
ICON_PACKAGE = "lucide-static"
LICENCES = (
    "htmx.org",
    *FONT_PACKAGES,
    ICON_PACKAGE,
    "@google/model-viewer",
    "three",
    "leaflet",
    "topojson-client",
    "world-atlas",
    "d3-dispatch",
    "d3-force",
    "d3-quadtree",
    "d3-timer",
)


def main() -> None:
    value = stamp()
    if (VENDOR / ".stamp").exists() and (VENDOR / ".stamp").read_text() == value:
        return
    VENDOR.parent.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="vendor.", dir=STATIC))
    try:
        fill(fresh)
        (fresh / ".stamp").write_text(value)
        fresh.chmod(0o755)
        shutil.rmtree(VENDOR, ignore_errors=True)
        fresh.rename(VENDOR)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def stamp() -> str:
    """What the copies are made from: the lock, this script, and the two lists of what is used."""
    total = hashlib.sha256()
    for path in (
        ROOT / "package-lock.json",
        Path(__file__),
        Path(outline.__file__),
        STATIC / "icons" / "icons.txt",
        STATIC / "css" / "fonts.css",
    ):
        total.update(path.read_bytes())
    return total.hexdigest()


def fill(folder: Path) -> None:
    for name, source in SCRIPTS.items():
        script = (NODE_MODULES / source).read_text()
        (folder / name).parent.mkdir(exist_ok=True)
        # The map it names is not served; browsers' tools would ask for it in vain.
        (folder / name).write_text(re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", script))
    for name, source in COPIES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        copy = shutil.copytree if (NODE_MODULES / source).is_dir() else shutil.copyfile
        copy(NODE_MODULES / source, folder / name)
    (folder / "fonts").mkdir()
    for name in fonts_used():
        shutil.copyfile(find_font(name), folder / "fonts" / name)
    (folder / "icons.svg").write_text(sprite(icons_used()))
    (folder / "world.svg").write_text(outline.drawing(NODE_MODULES))
    (folder / "licences").mkdir()
    for package in LICENCES:
        licence = next((NODE_MODULES / package).glob("*LICEN[CS]E*"))
        shutil.copyfile(licence, folder / "licences" / f"{package.replace('@', '').replace('/', '-')}.txt")


def fonts_used() -> list[str]:
    """The font files that static/css/fonts.css names: what is not named is not carried."""
    return sorted(set(re.findall(r"vendor/fonts/([\w.-]+\.woff2)", (STATIC / "css" / "fonts.css").read_text())))


def find_font(name: str) -> Path:
    for package in FONT_PACKAGES:
        path = NODE_MODULES / package / "files" / name
        if path.exists():
            return path
    sys.exit(f"static/css/fonts.css names {name}, which is in none of {', '.join(FONT_PACKAGES)}")


def icons_used() -> list[str]:
    """The icons of static/icons/icons.txt, one name a line; lines that begin with # are comments."""
    lines = (STATIC / "icons" / "icons.txt").read_text().splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def sprite(names: list[str]) -> str:
    """One SVG with a symbol for each icon, its id the icon's name."""
    symbols = [f'<symbol id="{name}" viewBox="0 0 24 24">{drawing(name)}</symbol>' for name in names]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def drawing(name: str) -> str:
    path = NODE_MODULES / ICON_PACKAGE / "icons" / f"{name}.svg"
    if not path.exists():
        sys.exit(f"static/icons/icons.txt names {name}, which {ICON_PACKAGE} does not have")
    inside = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(), re.DOTALL)
    if inside is None:
        sys.exit(f"{path} is not an SVG file")
    return re.sub(r"\s+", " ", inside[1]).strip()


if __name__ == "__main__":
    main()
