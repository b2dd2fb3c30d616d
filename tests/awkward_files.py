"""Files that are not what they look like, and the answer to each: the data of a test and of the table in docs/files.md."""

from collections.abc import Callable
from dataclasses import dataclass

from tests import media_samples as samples

BROKEN = "damaged or incomplete"


@dataclass(frozen=True)
class Awkward:
    """A file, and what is to become of it; `copies` are the widths of its smaller pictures, `problem` why there are none."""

    what: str
    name: str
    make: Callable[[], bytes]
    kind: str
    media_type: str
    served: str = "attachment"
    served_as: str = ""  # the type in the answer, where it is not the file's own
    kept_name: str | None = None  # where it is not the given one; "" for none
    copies: tuple[int, ...] = ()
    problem: str = ""
    remark: str = ""

    @property
    def type_sent(self) -> str:
        """The type that a browser is told."""
        return self.served_as or self.media_type


def _nested() -> bytes:
    inner = samples.archive(("bomb.txt", b"\0" * 20_000_000))
    for level in range(4):
        inner = samples.archive(*[(f"{level}-{number}.zip", inner) for number in range(4)])
    return inner


UNKNOWN = "application/octet-stream"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"

AWKWARD: tuple[Awkward, ...] = (
    Awkward("no bytes at all", "empty.txt", lambda: b"", "file", UNKNOWN),
    Awkward("one byte", "one.bin", lambda: b"\x01", "file", UNKNOWN),
    Awkward(
        "a PNG of 400 megapixels in a few kilobytes",
        "bomb.png",
        lambda: samples.picture(20_000, 20_000),
        "image",
        "image/png",
        "inline",
        problem="400 megapixels",
    ),
    Awkward(
        "a PNG that claims 2 billion pixels a side",
        "claim.png",
        lambda: samples.png_header(2_000_000_000, 2_000_000_000),
        "image",
        "image/png",
        "inline",
        problem="megapixels",
    ),
    Awkward(
        "a JPEG cut off in the middle",
        "cut.jpg",
        lambda: samples.picture(900, 600, "JPEG", quality=95)[:3000],
        "image",
        "image/jpeg",
        "inline",
        problem=BROKEN,
    ),
    Awkward(
        "a PNG with a ZIP behind it",
        "both.png",
        lambda: samples.picture(400, 300) + samples.archive(("a.txt", b"a")),
        "image",
        "image/png",
        "inline",
        copies=(320,),
    ),
    Awkward(
        "a GIF that is a program as well",
        "both.gif",
        lambda: b"GIF89a/*\0\0\0\0*/=1;alert(1)//",
        "file",
        UNKNOWN,
        remark="begins like a picture but is none",
    ),
    Awkward(
        "a sound GIF with a program in its comment",
        "comment.gif",
        lambda: samples.picture(40, 30, "GIF", comment=b"*/alert(1)/*"),
        "image",
        "image/gif",
        "inline",
    ),
    Awkward("a PDF that is HTML as well", "both.pdf", lambda: b"%PDF-1.7\n" + HTML, "file", "application/pdf"),
    Awkward("an SVG with a script", "drawing.svg", lambda: SVG, "file", "image/svg+xml", served_as=UNKNOWN, remark="can run programs"),
    Awkward("an SVG called a PNG", "drawing.png", lambda: SVG, "file", "image/svg+xml", served_as=UNKNOWN, remark="can run programs"),
    Awkward("HTML", "page.html", lambda: HTML, "file", "text/html", served_as=UNKNOWN),
    Awkward("HTML called a PNG", "page.png", lambda: HTML, "file", "text/html", served_as=UNKNOWN),
    Awkward(
        "HTML in UTF-16",
        "page.txt",
        lambda: "\ufeff<html><script>alert(1)</script>".encode("utf-16"),
        "file",
        "text/html",
        served_as=UNKNOWN,
    ),
    Awkward(
        "a PNG called HTML", "picture.html", lambda: samples.picture(400, 300, colour="navy"), "image", "image/png", "inline", copies=(320,)
    ),
    Awkward(
        "XML with entities that swell",
        "swelling.xml",
        lambda: b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>',
        "file",
        "application/xml",
        served_as=UNKNOWN,
    ),
    Awkward("a ZIP in a ZIP in a ZIP, gigabytes unpacked", "nested.zip", _nested, "file", "application/zip"),
    Awkward(
        "a document of Word",
        "letter.docx",
        lambda: samples.office("word/document.xml"),
        "file",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    Awkward("a program of Windows", "setup.exe", lambda: b"MZ\x90\0" + bytes(60), "file", "application/vnd.microsoft.portable-executable"),
    Awkward("a name with a line break", "two\nlines.txt", lambda: b"two lines", "file", "text/plain", kept_name="two lines.txt"),
    Awkward(
        "a name that turns the direction of writing",
        "invoice\u202egpj.exe",
        lambda: b"turned",
        "file",
        "text/plain",
        kept_name="invoicegpj.exe",
    ),
    Awkward("a name of 255 bytes in UTF-8", "ü" * 125 + "x.txt", lambda: b"long name", "file", "text/plain"),
    Awkward("a name of 400 bytes", "ü" * 198 + ".txt", lambda: b"longer name", "file", "text/plain", kept_name="ü" * 125 + ".txt"),
    Awkward("no name", "", lambda: b"no name", "file", "text/plain", kept_name=""),
    Awkward("a name without an ending", "README", lambda: b"no ending", "file", "text/plain"),
    Awkward("a name that leads elsewhere", "../../etc/passwd", lambda: b"elsewhere", "file", "text/plain", kept_name="passwd"),
    Awkward(
        "a name of Windows with its folders", "C:\\Users\\Ada\\score.txt", lambda: b"folders", "file", "text/plain", kept_name="score.txt"
    ),
    Awkward("a name with NUL", "nul\0.txt", lambda: b"nul", "file", "text/plain", kept_name="nul.txt"),
    Awkward("a 3D scene cut off", "cut.glb", lambda: samples.glb()[:-4], "file", UNKNOWN, remark="damaged or incomplete"),
    Awkward(
        "a 3D scene that needs another file",
        "scene.gltf",
        lambda: b'{"asset": {"version": "2.0"}, "buffers": [{"uri": "scene.bin"}]}',
        "file",
        "application/json",
        remark="needs another file",
    ),
    Awkward(
        "a 3D scene that asks another site",
        "scene.glb",
        lambda: samples.glb({"asset": {"version": "2.0"}, "images": [{"uri": "https://elsewhere.example/x.png"}]}),
        "file",
        UNKNOWN,
        remark="needs another file",
    ),
    Awkward("an MP4 with sound alone", "aria.mp4", lambda: samples.film((b"soun", b"mp4a")), "audio", "audio/mp4", "inline"),
    Awkward(
        "an MP4 that no browser plays",
        "old.mp4",
        lambda: samples.film((b"vide", b"mp4v")),
        "file",
        "application/mp4",
        remark="No browser plays",
    ),
    Awkward(
        "an MP4 cut off before its description", "cut.mp4", lambda: samples.film()[:300], "file", "application/mp4", remark="incomplete"
    ),
    Awkward("a WAV that ends after its header", "silent.wav", lambda: samples.sound(0), "file", UNKNOWN, remark="no sound"),
    Awkward(
        "a Matroska film",
        "film.mkv",
        lambda: samples.webm(1, doc_type=b"matroska"),
        "file",
        "application/x-matroska",
        remark="Few browsers",
    ),
)


def table() -> str:
    """The answers as Markdown."""
    lines = [
        "| File | Kept as | Shown to a browser as | Smaller pictures, or what is told |",
        "|---|---|---|---|",
    ]
    for awkward in AWKWARD:
        name = "" if awkward.kept_name is None else f", called “{_short(awkward.kept_name)}”" if awkward.kept_name else ", without a name"
        kept = f"{awkward.kind}, `{awkward.media_type}`{name}"
        told = (
            f"“…{awkward.problem or awkward.remark}…”" if awkward.problem or awkward.remark else ", ".join(map(str, awkward.copies)) or "–"
        )
        lines.append(f"| {awkward.what} | {kept} | {awkward.served}, `{awkward.type_sent}` | {told} |")
    return "\n".join(lines) + "\n"


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:12]}…{name[-6:]}"
