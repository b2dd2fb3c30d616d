"""Rules about addresses, passwords, limits and browsers that need no database."""

import pytest
from argon2 import PasswordHasher

from contextualise.domain.accounts import check_email, describe_browser, email_key, hash_token, new_token, passwords
from contextualise.domain.accounts.limits import network_of, sign_in_limits
from contextualise.domain.accounts.people import check_account, check_name
from contextualise.domain.errors import Invalid
from tests.effort import ratios_of_work


@pytest.mark.parametrize("address", ["maria@example.org", "o'neil+maps@mail.example.co.uk", "jörg@münchen.example", "root@localhost"])
def test_ordinary_addresses_are_accepted(address: str) -> None:
    assert check_email(f"  {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "maria",
            "@example.org",
            "maria@",
            "a b@example.org",
            "maria@exa mple.org",
            "a@b@c",
            "maria@example..org",
            "<maria@example.org>",
        ),
        *("<maria@example.org>", "ma\0ria@example.org", "x" * 65 + "@example.org", "a@" + "b" * 300, "ma\u202eria@example.org"),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_email(address)
    assert list(refusal.value.fields) == ["email"]
    assert email_key(address) is None


def test_addresses_are_compared_without_case_and_by_the_encoded_domain() -> None:
    assert email_key("Maria@Example.ORG") == email_key("maria@example.org") == "maria@example.org"
    assert email_key("jörg@MÜNCHEN.example") == email_key("JÖRG@xn--mnchen-3ya.example")
    assert email_key("maria@example.org") != email_key("maria@example.com")


@pytest.mark.parametrize(
    "password", ["nine char", "", "1234567890", "ababababab", "x" * 1025, "é" * 513, "lone\ud800surrogate", "maria.rossi"]
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        passwords.check_password(password, email="Maria.Rossi@example.org")


@pytest.mark.parametrize("password", ["ten chars!", "a quiet lighthouse keeper", "пароль длинный", "🐢🐇🐢🐇🦊🐻🐼🐨🐯🦁", "ab c" * 256])
def test_long_enough_passwords_of_any_script_are_accepted(password: str) -> None:
    passwords.check_password(password, email="maria@example.org")


def test_the_own_address_is_no_password() -> None:
    for password in ("maria@example.org", "MARIA@example.ORG"):
        with pytest.raises(Invalid, match="address"):
            passwords.check_password(password, email="maria@example.org")


async def test_a_password_is_kept_as_argon2id_with_the_chosen_cost() -> None:
    kept = await passwords.hash_password("a quiet lighthouse keeper")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify_password("a quiet lighthouse keeper", kept)
    assert not await passwords.verify_password("a quiet lighthouse keeping", kept)
    assert not passwords.needs_rehash(kept)
    assert passwords.needs_rehash(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x"))


async def test_equal_passwords_typed_in_different_normal_forms_are_one() -> None:
    kept = await passwords.hash_password("Caf\u00e9 au lait ﬁn")
    assert await passwords.verify_password("Cafe\u0301 au lait fin", kept)


async def test_comparing_with_nobody_takes_as_long_and_never_fits() -> None:
    kept = await passwords.hash_password("a quiet lighthouse keeper")
    assert not await passwords.verify_password("somebody", kept) and not await passwords.verify_password("somebody", None)
    ratios = await ratios_of_work(
        {"real": lambda: passwords.verify_password("somebody", kept), "nobody": lambda: passwords.verify_password("somebody", None)}
    )
    assert 0.8 < ratios["real", "nobody"] < 1.25, ratios


async def test_a_damaged_hash_or_an_endless_password_fits_nothing() -> None:
    assert not await passwords.verify_password("x" * 5000, await passwords.hash_password("a quiet lighthouse keeper"))
    assert not await passwords.verify_password("anything", "not a hash")


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "zero\0byte", "bell\x07"])
def test_unusable_names_are_refused(name: str) -> None:
    with pytest.raises(Invalid):
        check_name(name)


def test_a_name_loses_only_surrounding_and_doubled_space() -> None:
    assert check_name("  Maria  Anna\tCallas ") == "Maria Anna Callas"


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        check_account(email="nobody", name="", password="short")
    assert set(refusal.value.fields) == {"email", "name", "password"}


def test_tokens_are_long_random_and_kept_as_hashes() -> None:
    first, second = new_token(), new_token()
    assert first != second
    assert len(first) == 43
    assert len(hash_token(first)) == 32
    assert hash_token("any\ud800thing")


def test_one_ipv6_subscriber_is_one_place() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.7") == network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("not an address") == "unknown"


def test_limits_do_not_keep_what_was_typed_as_address() -> None:
    assert all("maria" not in limit.key for limit in sign_in_limits("maria@example.org", "192.0.2.7"))


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown browser"),
    ],
)
def test_browsers_are_described_in_words(agent: str, words: str) -> None:
    assert describe_browser(agent) == words
