"""The site of controls, for the browser of the end-to-end tests to open."""

from collections.abc import Iterator

import pytest

from tests.e2e.components.site import ComponentSite, component_site


@pytest.fixture
def site() -> Iterator[ComponentSite]:
    """A site that nobody has posted to yet."""
    with component_site() as site:
        yield site
