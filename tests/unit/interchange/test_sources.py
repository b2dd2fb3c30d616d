"""Where documents come from, and where they must not come from."""

import gzip
import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from contextualise.interchange import FolderResolver, InterchangeError, Limits, Reading, read
from tests.unit.interchange.support import BASE, canonical, canonical_of, reading, xtm1, xtm20

A_NAME = "<name><value>{}</value></name>"


def merging(*targets: str) -> str:
    return xtm20("".join(f'<mergeMap href="{target}"/>' for target in targets) + '<topic id="t"/>')


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.xtm").write_text(text)
    return folder / "main.xtm"


def read_file(path: Path) -> Reading:
    return read(path, resolver=FolderResolver(path), strict=True)


def names(found: Reading) -> list[str]:
    return sorted(name.value for name in found.map.names)


def bundle(files: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


class Pipe(io.RawIOBase):
    """Bytes that can be read once and in small pieces, as from another program."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        piece = self._data.read(min(len(buffer), 1000))
        buffer[: len(piece)] = piece
        return len(piece)


# Merged documents


def test_documents_beside_the_file_are_merged(tmp_path: Path) -> None:
    main = written(tmp_path, main=merging("b.xtm"), b=xtm20('<topic id="x">' + A_NAME.format("B") + "</topic>"))
    found = read_file(main)
    assert names(found) == ["B"]
    assert found.warnings == []


def test_each_document_is_read_once_and_circles_end(tmp_path: Path) -> None:
    main = written(tmp_path, main=merging("b.xtm", "b.xtm#x", "main.xtm"), b=merging("main.xtm", "c.xtm"), c=merging("b.xtm"))
    assert len(read_file(main).map.topics) == 3


def test_versions_may_be_mixed(tmp_path: Path) -> None:
    old = xtm1('<topic id="x"><baseName><baseNameString>old</baseNameString></baseName></topic>')
    assert names(read_file(written(tmp_path, main=merging("b.xtm"), b=old))) == ["old"]


@pytest.mark.parametrize(
    "target",
    [
        "../b.xtm",
        "sub/b.xtm",
        "http://example.org/b.xtm",
        "file:///etc/passwd",
        "%2e%2e/b.xtm",
        "absent.xtm",
        "link.xtm",
        "sub",
        "b%00.xtm",
        "//host/b.xtm",
    ],
)
def test_documents_elsewhere_are_not_merged_but_reported(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    for place in (tmp_path, folder / "sub"):
        (place / "b.xtm").write_text(xtm20('<topic id="x">' + A_NAME.format("stolen") + "</topic>"))
    (folder / "link.xtm").symlink_to(tmp_path / "b.xtm")
    found = read_file(written(folder, main=merging(target)))
    assert names(found) == []
    [warning] = found.warnings
    assert str(warning).startswith(f"{folder / 'main.xtm'}:2: ")
    assert "is not merged" in warning.text


def test_error_in_a_merged_document_names_it(tmp_path: Path) -> None:
    main = written(tmp_path, main=merging("b.xtm"), b=xtm20("\n<topic/>"))
    with pytest.raises(InterchangeError) as refusal:
        read_file(main)
    assert str(refusal.value) == f"{tmp_path / 'b.xtm'}:3: <topic> has no id"


def test_map_that_merges_without_end_is_refused(tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / f"{number}.xtm").write_text(merging(f"{number + 1}.xtm"))
    with pytest.raises(InterchangeError, match="merges more than 100 documents"):
        read_file(tmp_path / "0.xtm")


def test_themes_of_merge_map_scope_everything_that_is_merged(tmp_path: Path) -> None:
    part = xtm1(
        """<topic id="x"><instanceOf><topicRef xlink:href="#k"/></instanceOf>
      <baseName><scope><topicRef xlink:href="#s"/></scope><baseNameString>N</baseNameString>
        <variant><parameters><topicRef xlink:href="#p"/></parameters>
          <variantName><resourceData>v</resourceData></variantName></variant></baseName>
      <occurrence><resourceData>o</resourceData></occurrence></topic>
      <association><member><topicRef xlink:href="#x"/></member></association>"""
    )
    middle = xtm1('<mergeMap xlink:href="part.xtm"><subjectIndicatorRef xlink:href="urn:middle"/></mergeMap>')
    top = xtm1(
        '<mergeMap xlink:href="middle.xtm"><topicRef xlink:href="#theme"/><resourceRef xlink:href="urn:doc"/></mergeMap>'
        '<topic id="own"><baseName><baseNameString>own</baseNameString></baseName></topic>'
    )
    found = read_file(written(tmp_path, main=top, middle=middle, part=part)).map
    label = {t.id: (t.item_identifiers + t.subject_identifiers + t.subject_locators)[0].rpartition("/")[2] for t in found.topics}
    added = {"main.xtm#theme", "urn:doc", "urn:middle"}

    def scopes(statements) -> list[set[str]]:
        return [{label[theme] for theme in statement.scope} for statement in statements]

    assert scopes(found.names) == [set(), added | {"part.xtm#s"}]
    assert scopes(found.variants) == [added | {"part.xtm#s", "part.xtm#p"}]
    assert scopes(found.occurrences) == [added]
    assert scopes(found.associations) == [added, added]


def test_same_document_under_other_themes_is_read_again(tmp_path: Path) -> None:
    part = xtm1('<topic id="x"><baseName><baseNameString>N</baseNameString></baseName></topic>')
    top = xtm1("".join(f'<mergeMap xlink:href="part.xtm"><topicRef xlink:href="#{theme}"/></mergeMap>' for theme in "aba"))
    assert len(read_file(written(tmp_path, main=top, part=part)).map.names) == 2


def test_reifier_of_a_merged_map_does_not_reify_the_whole(tmp_path: Path) -> None:
    part = xtm20('<itemIdentity href="#part"/>', ' reifier="#r"')
    old = xtm1('<topic id="r"><subjectIdentity><subjectIndicatorRef xlink:href="#old"/></subjectIdentity></topic>', ' id="old"')
    found = read_file(written(tmp_path, main=merging("part.xtm", "old.xtm"), part=part, old=old)).map
    assert found.reifier is None
    assert [iri.rpartition("/")[2] for iri in found.item_identifiers] == ["part.xtm#part", "old.xtm#old"]


def test_reference_of_xtm1_into_another_document_reads_it(tmp_path: Path) -> None:
    top = xtm1('<topic id="x"><instanceOf><topicRef xlink:href="b.xtm#kind"/></instanceOf></topic>')
    part = xtm1('<topic id="kind"><baseName><baseNameString>kind</baseNameString></baseName></topic>')
    found = read_file(written(tmp_path, main=top, b=part))
    assert names(found) == ["kind"]
    assert sum("b.xtm#kind" in iri for t in found.map.topics for iri in t.item_identifiers) == 1


def test_reference_of_xtm1_into_a_document_merged_with_themes_does_not_read_it_again(tmp_path: Path) -> None:
    top = xtm1(
        '<topic id="x"><instanceOf><topicRef xlink:href="b.xtm#kind"/></instanceOf></topic>'
        '<mergeMap xlink:href="b.xtm"><topicRef xlink:href="#theme"/></mergeMap>'
    )
    part = xtm1('<topic id="kind"><baseName><baseNameString>kind</baseNameString></baseName></topic>')
    assert names(read_file(written(tmp_path, main=top, b=part))) == ["kind"]


@pytest.mark.parametrize("content", ["<html><p>not a map", "", "{}"])
def test_reference_of_xtm1_to_what_is_no_map_is_a_warning(tmp_path: Path, content: str) -> None:
    main = written(tmp_path, main=xtm1('<topic id="x"><instanceOf><topicRef xlink:href="page.html#kind"/></instanceOf></topic>'))
    (tmp_path / "page.html").write_text(content)
    [warning] = read_file(main).warnings
    assert "page.html is not read" in warning.text


def test_reference_of_xtm2_into_another_document_does_not_read_it(tmp_path: Path) -> None:
    top = xtm20('<topic id="x"><instanceOf><topicRef href="b.xtm#kind"/></instanceOf></topic>')
    found = read_file(written(tmp_path, main=top, b="not even XML"))
    assert found.warnings == []


def test_nothing_is_merged_without_a_resolver() -> None:
    [warning] = reading(merging("b.xtm")).warnings
    assert warning.text == "http://example.org/maps/b.xtm is not merged: other documents are not read here"


def test_warnings_do_not_grow_without_end() -> None:
    warnings = reading(
        xtm1("".join(f'<topic id="t"><subjectIdentity><topicRef xlink:href="urn:x{n}"/></subjectIdentity></topic>' for n in range(2000)))
    ).warnings
    assert len(warnings) == 501
    assert "more like this" in warnings[-1].text


# Files


def test_content_tells_gzip_not_the_name(tmp_path: Path) -> None:
    text = xtm20('<topic id="x"/>')
    (tmp_path / "map.xtm").write_bytes(gzip.compress(text.encode()[:50]) + gzip.compress(text.encode()[50:]))
    (tmp_path / "plain.gz").write_text(text)
    assert canonical(read_file(tmp_path / "map.xtm").map) == canonical(read_file(tmp_path / "plain.gz").map) == canonical_of(text)


@pytest.mark.parametrize("cut", [1, 2, 5, 12, -1, -4, -9])
def test_gzip_that_ends_early_is_refused(cut: int) -> None:
    with pytest.raises(InterchangeError):
        reading(gzip.compress(xtm20().encode())[:cut])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda p: p / "absent.xtm", "No such file"),
        (lambda p: p, "Is a directory"),
        (lambda p: (p / "empty.xtm", (p / "empty.xtm").touch())[0], "the file is empty"),
    ],
)
def test_what_is_no_readable_file_is_refused(tmp_path: Path, make, reason: str) -> None:
    path = make(tmp_path)
    with pytest.raises(InterchangeError, match=f"^{path}: {reason}"):
        read_file(path)


def test_progress_tells_bytes_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "map.xtm"
    path.write_text(xtm20(f"<!--{'x' * 3_000_000}-->"))
    told: list[tuple[int, int | None]] = []
    read(path, progress=lambda done, total: told.append((done, total)))
    size = path.stat().st_size
    assert told[-1] == (size, size)
    assert len(told) > 2
    assert told == sorted(told)


def test_progress_of_a_stream_knows_no_total() -> None:
    told: list[tuple[int, int | None]] = []
    text = xtm20().encode()
    read(io.BytesIO(text), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(text), None)


# Bundles


def test_bundle_merges_its_own_documents() -> None:
    found = reading(bundle({"a.xtm": merging("parts/b.xtm"), "parts/b.xtm": xtm20('<topic id="x">' + A_NAME.format("B") + "</topic>")}))
    assert names(found) == ["B"]
    assert {iri for t in found.map.topics for iri in t.item_identifiers} == {f"{BASE}/a.xtm#t", f"{BASE}/parts/b.xtm#x"}


def test_bundle_reads_nothing_outside_itself(tmp_path: Path) -> None:
    (tmp_path / "b.xtm").write_text(xtm20('<topic id="x">' + A_NAME.format("stolen") + "</topic>"))
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle({"main.xtm": merging("../b.xtm", "b.xtm", (tmp_path / "b.xtm").as_uri())}))
    found = read_file(path)
    assert names(found) == []
    assert [warning.text.partition(": ")[2] for warning in found.warnings] == ["it is not in the bundle"] * 2


def test_bundle_comes_through_a_pipe() -> None:
    data = bundle(
        {"main.xtm": merging("b.xtm"), "b.xtm": xtm20('<topic id="x">' + A_NAME.format("B") + "</topic>"), "big.bin": b"\0" * 100_000}, 0
    )
    found = read(io.BufferedReader(Pipe(data)), base=BASE, file="-")
    assert names(found) == ["B"]


@pytest.mark.parametrize(
    ("files", "main"),
    [
        (["b.xtm", "main.xtm"], "main.xtm"),
        (["b.xtm", "index.xtm"], "index.xtm"),
        (["b.xtm", "map.xtm"], "map.xtm"),
        (["deep/main.xtm", "b.xtm"], "b.xtm"),
        (["readme.txt", "folder/only.XTM"], "folder/only.XTM"),
        (["__MACOSX/._b.xtm", "folder/b.xtm"], "folder/b.xtm"),
    ],
)
def test_bundle_begins_with_the_document_that_stands_out(files: list[str], main: str) -> None:
    found = reading(bundle({name: xtm20(f'<topic id="x">{A_NAME.format(name)}</topic>') for name in files}))
    assert names(found) == [main]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"a.xtm": "", "b.xtm": ""}, "2 topic maps side by side: call the one to begin with main.xtm"),
        ({"readme.txt": ""}, "no file that ends in .xtm"),
        ({}, "no file that ends in .xtm"),
        ({"a.xtm": xtm20(), "../evil": ""}, "leads out of it"),
        ({"/a.xtm": xtm20()}, "leads out of it"),
        ({"c:/a.xtm": xtm20()}, "leads out of it"),
        ({"a\\b.xtm": xtm20()}, "leads out of it"),
        ({"a.xtm": xtm20()} | {str(n): "" for n in range(1000)}, "more than 1,000 files"),
        ({"a.xtm": " " * (3 << 20)}, "unpacks to more than 200 times its size"),
        ({"a.xtm": ""}, "the file is empty"),
    ],
)
def test_bundle_that_is_not_right_is_refused(files: dict[str, str | bytes], reason: str) -> None:
    with pytest.raises(InterchangeError, match=reason):
        reading(bundle(files))


def test_damaged_bundle_is_refused() -> None:
    data = bundle({"a.xtm": xtm20("<topic id='x'/>" * 50)})
    for damaged in (data[:40], data[:-10], data[:60] + b"\xff" * 20 + data[80:], data[:-30] + b"\xff" * 30):
        with pytest.raises(InterchangeError):
            reading(damaged)


def test_encrypted_member_is_refused() -> None:
    data = bytearray(bundle({"a.xtm": xtm20()}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InterchangeError, match="encrypted"):
        reading(bytes(data))


def test_gzip_bomb_is_refused_before_it_has_unpacked() -> None:
    with pytest.raises(InterchangeError, match="200 times"):
        reading(gzip.compress(b" " * (8 << 20)))


def test_size_of_a_bundle_from_a_pipe_is_bounded() -> None:
    data = bundle({"a.xtm": xtm20(), "big.bin": b"x" * 5000}, 0)
    with pytest.raises(InterchangeError, match="the file is larger than 0 MB"):
        read(io.BufferedReader(Pipe(data)), limits=Limits(bytes=1000))


def test_compressed_size_is_bounded_as_well() -> None:
    nothing = gzip.compress(b"") * 100
    with pytest.raises(InterchangeError, match="the file is larger than 0 MB"):
        reading(nothing + gzip.compress(xtm20().encode()), limits=Limits(bytes=1000))


def test_size_is_bounded_over_all_documents_together(tmp_path: Path) -> None:
    filler = "<!--" + "x" * 700 + "-->"
    main = written(tmp_path, main=xtm20('<mergeMap href="b.xtm"/>' + filler), b=xtm20(filler))
    limits = Limits(bytes=1000)
    with pytest.raises(InterchangeError, match=r"b.xtm: the topic map is larger"):
        read(main, resolver=FolderResolver(main), limits=limits)


def test_stream_that_breaks_is_refused() -> None:
    def broken(size: int = -1) -> bytes:
        raise OSError(5, "Input/output error")

    with pytest.raises(InterchangeError, match="Input/output error"):
        read(SimpleNamespace(read=broken, name="x"))  # type: ignore[arg-type]


def test_a_folder_reached_by_a_link_is_the_folder_of_the_file(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "other.xtm").write_text("<x/>")
    (real / "main.xtm").write_text("<x/>")
    (tmp_path / "link").symlink_to(real)
    main = tmp_path / "link" / "main.xtm"
    found = FolderResolver(main).open((main.parent / "other.xtm").as_uri())
    with found.stream:
        assert found.stream.read() == b"<x/>"
