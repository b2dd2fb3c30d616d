"""3D scenes: glTF 2.0 as JSON, and GLB, which holds everything in one file (Khronos glTF 2.0, 3 and 4)."""

import json
import struct
from typing import Any

from contextualise.lib.media_types.source import Recognised, Source
from contextualise.lib.media_types.words import text_of

BINARY, TEXT = "model/gltf-binary", "model/gltf+json"
LONGEST_JSON = 16 << 20
_JSON, _BIN = 0x4E4F534A, 0x004E4942
# The decoder for these would have to be fetched from another site; those for Draco and Basis Universal are served from here.
_COMPRESSED = {"EXT_meshopt_compression": "meshopt", "KHR_meshopt_compression": "meshopt"}
_CUT = Recognised("application/octet-stream", remark="This 3D scene is damaged or incomplete. Export it again.")


async def recognise_binary(source: Source, head: bytes) -> Recognised | None:
    """A sound GLB that needs nothing else; a damaged one is but a file."""
    if not head.startswith(b"glTF"):
        return None
    if len(head) < 20:
        return _CUT
    version, whole, length, kind = struct.unpack_from("<IIII", head, 4)
    if version != 2 or whole != source.size or kind != _JSON or length > LONGEST_JSON or 20 + length > whole:
        return _CUT
    offset = 20 + length
    while offset < whole:
        header = await source.read(offset, 8)
        if len(header) < 8:
            return _CUT
        offset += 8 + int.from_bytes(header[:4], "little")
    scene = _parsed(await source.read(20, length))
    return _CUT if offset != whole or scene is None else _judged(scene, BINARY)


async def recognise_text(source: Source, head: bytes) -> Recognised | None:
    """JSON: a scene, or something else; None for what is no JSON."""
    text = text_of(head)
    if text is None or not text.lstrip().startswith(("{", "[")) or source.size > LONGEST_JSON:
        return None
    try:
        value = json.loads(await source.read(0, source.size))
    except (ValueError, RecursionError):
        return None
    scene = _scene(value)
    return Recognised("application/json") if scene is None else _judged(scene, TEXT)


def _parsed(data: bytes) -> dict[str, Any] | None:
    try:
        return _scene(json.loads(data))
    except (ValueError, RecursionError):
        return None


def _scene(value: object) -> dict[str, Any] | None:
    asset = value.get("asset") if isinstance(value, dict) else None
    version = asset.get("version") if isinstance(asset, dict) else None
    return value if isinstance(value, dict) and isinstance(version, str) and version.startswith("2.") else None


def _judged(scene: dict[str, Any], media_type: str) -> Recognised:
    needed = scene.get("extensionsRequired")
    names = needed if isinstance(needed, list) else []
    packed = next((_COMPRESSED[name] for name in names if isinstance(name, str) and name in _COMPRESSED), "")
    plain = "application/json" if media_type == TEXT else "application/octet-stream"
    if packed:
        remark = f"This 3D scene is compressed with {packed}, which cannot be shown here. Export it without to see it."
        return Recognised(plain, remark=remark)
    outside = _outside(scene)
    if outside:
        remark = f"This 3D scene needs another file, “{outside[:80]}”. Export it as one GLB file to see it here."
        return Recognised(plain, remark=remark)
    return Recognised(media_type, "3d-scene")


def _outside(scene: dict[str, Any]) -> str:
    """The first file that the scene names besides itself."""
    parts = [part for name in ("buffers", "images") if isinstance(scene.get(name), list) for part in scene[name]]
    uris = (part["uri"] for part in parts if isinstance(part, dict) and isinstance(part.get("uri"), str))
    return next((uri for uri in uris if not uri.startswith("data:")), "")
