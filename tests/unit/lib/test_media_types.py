"""What a file is, by its content."""

import random

import pytest

from contextualise.lib.media_types import Held, recognise
from tests import media_samples as samples

PNG = samples.picture()


@pytest.mark.parametrize(
    ("data", "media_type", "kind"),
    [
        (PNG, "image/png", "image"),
        (samples.picture(format="JPEG"), "image/jpeg", "image"),
        (samples.photograph("JPEG"), "image/jpeg", "image"),
        (samples.picture(format="GIF"), "image/gif", "image"),
        (samples.picture(format="WEBP"), "image/webp", "image"),
        (samples.picture(format="AVIF"), "image/avif", "image"),
        (samples.picture(format="BMP"), "image/bmp", "file"),
        (samples.picture(format="TIFF"), "image/tiff", "file"),
        (samples.film(), "video/mp4", "video"),
        (samples.film(moov_last=False), "video/mp4", "video"),
        (samples.film((b"vide", b"avc1"), brand=b"qt  "), "video/mp4", "video"),
        (samples.film((b"soun", b"mp4a")), "audio/mp4", "audio"),
        (samples.film((b"vide", b"mp4v")), "application/mp4", "file"),
        (samples.film((b"soun", b"alac")), "application/mp4", "file"),
        (samples.film()[:-100][:520], "application/mp4", "file"),
        (samples.box(b"ftyp", b"heic", bytes(4), b"mif1heic"), "image/heic", "file"),
        (samples.webm(1, 2), "video/webm", "video"),
        (samples.webm(2), "audio/webm", "audio"),
        (samples.webm(1, doc_type=b"matroska"), "application/x-matroska", "file"),
        (samples.webm(), "application/octet-stream", "file"),
        (samples.sound(), "audio/wav", "audio"),
        (samples.sound(0), "application/octet-stream", "file"),
        (samples.mp3(), "audio/mpeg", "audio"),
        (b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + samples.mp3(), "audio/mpeg", "audio"),
        (b"ID3\x04\0\0\0\0\0\x0a" + bytes(10), "application/octet-stream", "file"),
        (samples.ogg(b"OpusHead"), "audio/ogg", "audio"),
        (samples.ogg(b"\x01vorbis"), "audio/ogg", "audio"),
        (samples.ogg(b"\x7fFLAC"), "audio/ogg", "audio"),
        (samples.ogg(b"\x80theora"), "application/ogg", "file"),
        (b"fLaC\0\0\0\x22" + bytes(40), "audio/flac", "audio"),
        (b"FORM\0\0\0\0AIFF", "application/octet-stream", "file"),
        (b"RIFF\0\0\0\0AVI LIST", "application/x-avi", "file"),
        (samples.glb(), "model/gltf-binary", "3d-scene"),
        (samples.glb()[:-4], "application/octet-stream", "file"),
        (samples.glb({"asset": {"version": "1.0"}}), "application/octet-stream", "file"),
        (samples.glb({"asset": {"version": "2.0"}, "images": [{"uri": "https://elsewhere/x.png"}]}), "application/octet-stream", "file"),
        (b'{"asset": {"version": "2.0"}}', "model/gltf+json", "3d-scene"),
        (b'{"asset": {"version": "2.0"}, "buffers": [{"uri": "data:,x"}]}', "model/gltf+json", "3d-scene"),
        (b'{"asset": {"version": "2.0"}, "buffers": [{"uri": "scene.bin"}]}', "application/json", "file"),
        (b'{"asset": {"version": "2.0"}, "extensionsRequired": ["KHR_draco_mesh_compression"]}', "model/gltf+json", "3d-scene"),
        (b'{"asset": {"version": "2.0"}, "extensionsRequired": ["EXT_meshopt_compression"]}', "application/json", "file"),
        (b'{"asset": 3}', "application/json", "file"),
        (b"[1, 2]", "application/json", "file"),
        (b"[1, 2", "text/plain", "file"),
        (b"[" * 100_000, "text/plain", "file"),
        (b"%PDF-1.7\n", "application/pdf", "file"),
        (samples.archive(("a.txt", b"a")), "application/zip", "file"),
        (samples.office("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "file"),
        (samples.office("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "file"),
        (samples.archive(("mimetype", b"application/epub+zip"), method=0), "application/epub+zip", "file"),
        (samples.archive(("mimetype", b"text/html"), method=0), "application/zip", "file"),
        (b"\x1f\x8b\x08\0", "application/gzip", "file"),
        (b"MZ\x90\0", "application/vnd.microsoft.portable-executable", "file"),
        (b"<!DOCTYPE html><title>x</title>", "text/html", "file"),
        (b"\xef\xbb\xbf\n <HTML>", "text/html", "file"),
        (b"<!-- c --><script>alert(1)</script>", "text/html", "file"),
        (b"\xff\xfe" + "<html>".encode("utf-16-le"), "text/html", "file"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml", "file"),
        (b'<?xml version="1.0"?><!-- x --><!DOCTYPE svg [<!ENTITY a "b">]><svg:svg/>', "image/svg+xml", "file"),
        (b'<?xml version="1.0"?><topicMap/>', "application/xml", "file"),
        (b"<topicMap/>", "application/xml", "file"),
        ("Vissi d’arte".encode(), "text/plain", "file"),
        ("Vissi d’arte".encode()[:-1] + b"\xe2", "text/plain", "file"),
        ("Süße Töne".encode("latin-1"), "text/plain", "file"),
        (b"x < y and y > z", "text/plain", "file"),
        (b"<3 opera", "text/plain", "file"),
        (b"", "application/octet-stream", "file"),
        (b"\0", "application/octet-stream", "file"),
        (b"a", "text/plain", "file"),
        (b"GIF89a/*\0\0\0\0*/=1;alert(1)//", "application/octet-stream", "file"),
        (b"\x89PNG\r\n\x1a\n<html>", "application/octet-stream", "file"),
        (b"\xff\xd8\xff<script>", "application/octet-stream", "file"),
    ],
)
async def test_content_tells_what_it_is(data: bytes, media_type: str, kind: str) -> None:
    found = await recognise(Held(data))
    assert (found.media_type, found.kind) == (media_type, kind)


SAMPLES = [
    PNG,
    samples.photograph("JPEG"),
    samples.picture(format="GIF"),
    samples.picture(format="WEBP"),
    samples.film(),
    samples.webm(1, 2),
    samples.sound(0.01),
    samples.mp3(),
    samples.ogg(b"OpusHead"),
    samples.glb(),
    samples.office("word/document.xml"),
    b'<?xml version="1.0"?><svg/>',
]


@pytest.mark.parametrize("data", SAMPLES)
async def test_damaged_files_are_borne(data: bytes) -> None:
    chance = random.Random(7)
    for length in range(0, min(len(data), 300), 3):
        await recognise(Held(data[:length]))
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            changed[chance.randrange(len(changed))] = chance.choice((0, 255, chance.randrange(256)))
        found = await recognise(Held(bytes(changed)))
        assert found.kind in ("image", "audio", "video", "3d-scene", "file")


async def test_remark_tells_what_to_do() -> None:
    found = await recognise(Held(samples.glb({"asset": {"version": "2.0"}, "images": [{"uri": "wood.png"}]})))
    assert "wood.png" in found.remark and "one GLB file" in found.remark
