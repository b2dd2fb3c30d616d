"""Says in words what a change did."""

from typing import Protocol


class Told(Protocol):
    """What must be known of a change to tell it."""

    @property
    def op(self) -> str:
        """The kind of change."""

    @property
    def label(self) -> str:
        """What the thing was called at the time."""

    @property
    def undone_op(self) -> str | None:
        """The kind of what an undo took back."""


_SENTENCES = {
    "topic.create": "made the topic {}",
    "topic.rename": "gave the topic {} another address",
    "topic.types": "changed what {} is",
    "topic.delete": "deleted the topic {}",
    "topic.restore": "brought the topic {} back to an earlier state",
    "topic.merge": "merged the topic {} into this one",
    "identifier.add": "added an identifier to {}",
    "identifier.remove": "removed an identifier from {}",
    "name.add": "added the name {}",
    "name.edit": "changed a name to {}",
    "name.delete": "deleted the name {}",
    "variant.add": "added the name variant {}",
    "variant.edit": "changed a name variant to {}",
    "variant.delete": "deleted the name variant {}",
    "occurrence.add": "added {}",
    "occurrence.edit": "changed {}",
    "occurrence.move": "moved {}",
    "occurrence.delete": "deleted {}",
    "text.save": "wrote the text of {}",
    "text.delete": "deleted a text ({})",
    "note.add": "added the note {}",
    "note.edit": "changed the note {}",
    "note.delete": "deleted the note {}",
    "note.attach": "attached the note {} to a topic",
    "note.detach": "put the note {} back into the inbox",
    "note.convert": "made a topic of the note {}",
    "association.create": "linked {}",
    "association.edit": "changed the link {}",
    "association.delete": "deleted the link {}",
    "tag.add": "added the tag {}",
    "tag.remove": "removed the tag {}",
    "statement.reify": "made {} a topic of its own",
    "statement.unreify": "detached {} from its statement",
    "path.create": "made the path {}",
    "path.edit": "changed the path {}",
    "path.delete": "took the path {} apart",
    "member.mode": "changed what {} may do",
    "member.remove": "removed {} from the map",
    "member.own": "handed the map over to {}",
    "map.create": "made the map {}",
    "map.edit": "changed the settings of the map {}",
    "map.import": "imported {}",
    "map.base": "added base topics",
}
_PLAIN = {
    "map.publish": "published the map",
    "map.unpublish": "made the map private",
    "map.promote": "promoted the map",
    "map.demote": "stopped promoting the map",
    "map.trash": "moved the map to the trash",
    "map.restore": "took the map out of the trash",
    "member.add": "joined the map",
    "member.leave": "left the map",
    "trash.empty": "emptied the trash",
    "map.image": "changed the picture of the map",
}

KINDS = frozenset(_SENTENCES) | frozenset(_PLAIN)
"""The kinds of changes that have words of their own."""


def describe(change: Told) -> str:
    """What was done, to follow the name of whoever did it: “deleted the topic “Tosca””, “undid: added the tag “opera””."""
    if change.op != "undo":
        return _sentence(change.op, change.label)
    if change.undone_op == "undo":
        return f"did again what was undone ({change.label})" if change.label else "did again what was undone"
    what = _sentence(change.undone_op or "", change.label)
    return f"restored {_quoted(change.label)}" if (change.undone_op or "").endswith(".delete") else f"undid: {what}"


def _sentence(op: str, label: str) -> str:
    if op in _PLAIN:
        return _PLAIN[op]
    return _SENTENCES.get(op, "changed {}").format(_quoted(label)).strip()


def _quoted(label: str) -> str:
    return f"“{label}”" if label else ""
