"""The passwords that are tried first are known in any spelling."""

import pytest

from contextualise.lib.passwords_list import is_common


@pytest.mark.parametrize(
    "password", ["password123", "PassWord123", " qwertyuiop ", "1234567890", "correct horse battery staple", "iloveyou123"]
)
def test_common_password_is_known(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize("password", ["", "tosca and cavaradossi", "password of my own making"])
def test_other_password_is_not(password: str) -> None:
    assert not is_common(password)
