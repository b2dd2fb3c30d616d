"""A certificate that certifies itself (RFC 5280), made anew for each test: none lies about that would expire."""

import ipaddress
from base64 import b64encode
from datetime import UTC, datetime, timedelta

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS
from Crypto.Util.asn1 import DerBitString, DerInteger, DerObjectId, DerOctetString, DerSequence, DerSetOf


def make_certificate(*names: str) -> str:
    """Certificate and key in PEM, for these host names and addresses."""
    key = ECC.generate(curve="P-256")
    algorithm = DerSequence([DerObjectId("1.2.840.10045.4.3.2")]).encode()  # ECDSA with SHA-256
    name = DerSequence([DerSetOf([DerSequence([DerObjectId("2.5.4.3"), _utf8(names[0])]).encode()]).encode()]).encode()
    now = datetime.now(UTC)
    validity = DerSequence([_time(now - timedelta(days=1)), _time(now + timedelta(days=2))]).encode()
    extensions = DerSequence(
        [_extension("2.5.29.17", _alternatives(names)), _extension("2.5.29.19", DerSequence([b"\x01\x01\xff"]).encode())]
    )
    body = DerSequence(
        [
            _tagged(0xA0, DerInteger(2).encode()),
            DerInteger(int(now.timestamp())).encode(),
            algorithm,
            name,
            validity,
            name,
            key.public_key().export_key(format="DER"),
            _tagged(0xA3, extensions.encode()),
        ]
    ).encode()
    signature = DSS.new(key, "fips-186-3", encoding="der").sign(SHA256.new(body))
    certificate = DerSequence([body, algorithm, DerBitString(signature).encode()]).encode()
    return _pem(certificate) + key.export_key(format="PEM") + "\n"


def _alternatives(names: tuple[str, ...]) -> bytes:
    return DerSequence([_alternative(name) for name in names]).encode()


def _alternative(name: str) -> bytes:
    try:
        return _tagged(0x87, ipaddress.ip_address(name).packed)
    except ValueError:
        return _tagged(0x82, name.encode())


def _extension(identifier: str, value: bytes) -> bytes:
    return DerSequence([DerObjectId(identifier), DerOctetString(value).encode()]).encode()


def _utf8(text: str) -> bytes:
    return _tagged(0x0C, text.encode())


def _time(moment: datetime) -> bytes:
    return _tagged(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def _tagged(tag: int, content: bytes) -> bytes:
    encoded: bytes = DerOctetString(content).encode()  # with the right length, whatever the tag
    return bytes([tag]) + encoded[1:]


def _pem(der: bytes) -> str:
    lines = b64encode(der).decode()
    return "\n".join(
        ["-----BEGIN CERTIFICATE-----", *(lines[at : at + 64] for at in range(0, len(lines), 64)), "-----END CERTIFICATE-----", ""]
    )
