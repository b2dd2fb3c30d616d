import pytest

from contextualise.lib.byte_ranges import parse_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, 100)),
        ("bytes = 10 - 19", (10, 10)),
        ("bytes=90-200", (90, 10)),
        ("bytes=-10", (90, 10)),
        ("bytes=-1000", (0, 100)),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=1-2,4-5", None),
        ("bytes", None),
        ("pages=1-2", None),
        ("bytes=x-y", None),
    ],
)
def test_reads_one_range(header: str, part: tuple[int, int] | None) -> None:
    assert parse_range(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_refuses_a_range_outside(header: str) -> None:
    with pytest.raises(ValueError, match="range"):
        parse_range(header, 100)
