"""The public conformance suite of CXTM: what must be read gives the very bytes, what is invalid is refused with a line."""

import io
from pathlib import Path

import pytest

from contextualise.interchange import FolderResolver, InterchangeError, cxtm, read

SUITE = Path(__file__).parents[4] / "shared" / "corpora" / "cxtm"
FORMATS = ("xtm1", "xtm2", "xtm21")


def cases(folder: str) -> list[Path]:
    """The cases that are there; where the suite is absent, one that skips itself by asking for `corpora`."""
    return [path for name in FORMATS for path in sorted((SUITE / name / folder).glob("*.xtm"))] or [SUITE / "xtm1" / folder / "absent.xtm"]


def name_of(path: Path) -> str:
    return f"{path.parts[-3]}/{path.name}"


@pytest.mark.parametrize("case", cases("in"), ids=name_of)
def test_valid_case_gives_its_baseline(case: Path, corpora: Path) -> None:
    reading = read(case, resolver=FolderResolver(case), strict=True)
    out = io.BytesIO()
    cxtm.write(reading.map, out)
    baseline = corpora / "cxtm" / case.parts[-3] / "baseline" / f"{case.name}.cxtm"
    assert out.getvalue() == baseline.read_bytes()


@pytest.mark.parametrize("case", cases("in"), ids=name_of)
def test_lenient_reading_of_a_valid_case_is_the_same(case: Path, corpora: Path) -> None:
    strict, lenient = io.BytesIO(), io.BytesIO()
    cxtm.write(read(case, resolver=FolderResolver(case), strict=True).map, strict)
    cxtm.write(read(case, resolver=FolderResolver(case), strict=False).map, lenient)
    assert lenient.getvalue() == strict.getvalue()


@pytest.mark.parametrize("case", cases("invalid"), ids=name_of)
def test_invalid_case_is_refused_with_a_line(case: Path, corpora: Path) -> None:
    with pytest.raises(InterchangeError) as refusal:
        read(case, resolver=FolderResolver(case), strict=True)
    assert refusal.value.line
    assert str(refusal.value).startswith(f"{case}:{refusal.value.line}: ")
