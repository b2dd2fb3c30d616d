"""Which topics have turned out to be the same one."""


class TopicUnion:
    """A union-find over topic numbers that costs nothing for topics that were never joined."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}
        self._joined: set[int] = set()

    def root(self, number: int) -> int:
        """The number that now stands for the topic `number`."""
        above = self._above
        if number not in above:
            return number
        root = number
        while root in above:
            root = above[root]
        while number != root:
            above[number], number = root, above[number]
        return root

    def join(self, one: int, other: int) -> bool:
        """Makes two topics one, under the smaller number. Returns whether they were two before."""
        one, other = self.root(one), self.root(other)
        if one == other:
            return False
        if one > other:
            one, other = other, one
        self._above[other] = one
        self._joined |= {one, other}
        return True

    def is_joined(self, number: int) -> bool:
        """Whether the topic has ever been joined with another."""
        return number in self._joined

    def __len__(self) -> int:
        """How many topics have gone into others."""
        return len(self._above)
