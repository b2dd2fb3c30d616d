"""Addresses that run code are told from those that may be followed."""

import pytest

from contextualise.lib.addresses import is_safe, leads_away, scheme_of


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a?b#c",
        "HTTP://example.org",
        "mailto:a@example.org",
        "geo:41.9,12.5",
        "/maps/1",
        "topics/tosca",
        "?scope=1",
        "#act-1",
        "a/b:c",
        "//example.org/x",
        "",
    ],
)
def test_ordinary_addresses_are_safe(address: str) -> None:
    assert is_safe(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " \x01javascript:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>",
        "blob:https://x",
        "file:///etc/passwd",
        "view-source:https://x",
        ":x",
    ],
)
def test_addresses_that_run_or_open_something_are_not(address: str) -> None:
    assert not is_safe(address)


def test_scheme_is_read_as_a_browser_reads_it() -> None:
    assert scheme_of("  Java\rScript:x") == "javascript"
    assert scheme_of("/a:b") is None


@pytest.mark.parametrize("address", ["https://other.org", "//other.org", "/\\other.org", "mailto:a@b.c", " https://x"])
def test_addresses_that_leave_the_site(address: str) -> None:
    assert leads_away(address, "https://maps.example")


@pytest.mark.parametrize("address", ["/maps", "https://maps.example/maps", "https://maps.example", "#a", "maps"])
def test_addresses_that_stay(address: str) -> None:
    assert not leads_away(address, "https://maps.example")


def test_longer_host_is_another_site() -> None:
    assert leads_away("https://maps.example.evil.org", "https://maps.example")
