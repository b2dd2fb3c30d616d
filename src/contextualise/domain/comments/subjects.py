"""What a comment can be about, in one word each."""

from contextualise.lib.kinds import Kind, kind_of_content, kind_of_value
from contextualise.repository.comments.subjects import Subject

_WORDS = {
    Kind.TEXT: "text",
    Kind.NOTE: "note",
    Kind.IMAGE: "picture",
    Kind.AUDIO: "recording",
    Kind.VIDEO: "film",
    Kind.SCENE: "scene",
    Kind.FILE: "file",
    Kind.LINK: "link",
    Kind.DATE: "date",
    Kind.PLACE: "place",
    Kind.FACT: "fact",
}
KINDS = ("topic", "name", "connection", *_WORDS.values())
CALLED = {"scene": "3D scene"}
"""What a kind is called where that is not its own word."""


def kind_of(subject: Subject) -> str:
    """One of `KINDS`."""
    if subject.table != "occurrence":
        return {"topic": "topic", "name": "name", "association": "connection"}[subject.table]
    if subject.media_type is not None:
        return _WORDS[kind_of_content(subject.media_type, is_text=subject.is_text, is_note=subject.is_note)]
    return _WORDS[kind_of_value(subject.datatype, is_film=subject.is_film)]


def described(kind: str, quote: str) -> str:
    """The thing in a sentence: the name “Tosca”."""
    words = CALLED.get(kind, kind)
    return f"the {words} “{quote}”" if quote else f"the {words}"
