"""Maps that people have made."""

import resource
import time
from pathlib import Path

import pytest

from contextualise.interchange import FolderResolver, InterchangeError, Reading, read
from tests.unit.interchange.support import canonical

COUNTS = ("topics", "names", "variants", "occurrences", "associations", "roles")


def read_map(path: Path, *, strict: bool = True) -> Reading:
    return read(path, resolver=FolderResolver(path), strict=strict)


def counts(found: Reading) -> tuple[int, ...]:
    return tuple(len(getattr(found.map, kind)) for kind in COUNTS)


def test_mondial_is_read_whole_fast_and_small(corpora: Path) -> None:
    start = time.process_time()
    found = read_map(corpora / "maps" / "mondial.xtm.gz")
    seconds = time.process_time() - start
    assert counts(found) == (5976, 6150, 0, 9647, 21927, 43854)
    assert found.warnings == []
    assert seconds < 6
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 500_000


def test_xml_tools_have_their_variants(corpora: Path) -> None:
    found = read_map(corpora / "maps" / "xmltools-tm.xtm")
    assert counts(found) == (607, 677, 242, 1223, 1485, 2970)
    assert found.warnings == []


def test_map_of_an_ontology_editor_is_read_when_lenient(corpora: Path) -> None:
    path = corpora / "maps" / "JillsMusic.xtm"
    with pytest.raises(InterchangeError, match=r":14: <instanceOf> is not allowed in <baseName>"):
        read_map(path)
    found = read_map(path, strict=False)
    assert counts(found) == (277, 257, 0, 227, 1061, 2117)
    assert found.warnings == []
    assert canonical(found.map) == canonical(read_map(path, strict=False).map)
