"""Contents are named by the hash of their bytes."""

import hashlib
import io

from contextualise.objects import chunks_of, hash_stream

CONTENT = b"x" * 1_000_000 + b"end"


async def test_hash_and_length_of_a_file_which_stays_at_its_beginning() -> None:
    file = io.BytesIO(CONTENT)
    file.seek(5)
    assert await hash_stream(file) == (hashlib.sha256(CONTENT).digest(), len(CONTENT))
    assert file.tell() == 0


async def test_chunks_are_the_file() -> None:
    assert b"".join([chunk async for chunk in chunks_of(io.BytesIO(CONTENT))]) == CONTENT
