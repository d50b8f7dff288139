"""A Merkle tree kept in tiles of 256 hashes, as in transparency logs: how it grows, its roots, and its proofs.

A tile of level L holds the hashes of complete subtrees of 256^L leaves (https://c2sp.org/tlog-tiles). All is as in RFC
9162, section 2.1.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from shared.audit.offline import EMPTY_ROOT, HASH, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILE_BYTES = WIDTH * HASH
MOST_HELD = 64
"""Tiles that a tree keeps in memory."""

TileId = tuple[int, int]
"""Level and number."""
Tiles = Callable[[int, int], bytes]
"""Gives the hashes of a tile by level and number: all there are, 256 or fewer. Raises LookupError."""


def folded(hashes: bytes) -> bytes:
    """The root of a complete subtree over these hashes, a power of two of them."""
    while len(hashes) > HASH:
        hashes = _paired(hashes)
    return hashes


def grown(size: int, edge: Mapping[int, bytes], leaves: Sequence[bytes]) -> dict[TileId, bytes]:
    """The tiles that are new or longer once `leaves` follow a tree of `size`, whose incomplete tiles are in `edge`."""
    changed: dict[TileId, bytes] = {}
    level, count, coming = 0, size, leaves
    while coming:
        number, held = count // WIDTH, edge.get(level, b"") + b"".join(coming)
        coming = []
        for at in range(0, len(held), TILE_BYTES):
            piece = held[at : at + TILE_BYTES]
            changed[level, number] = piece
            number += 1
            if len(piece) == TILE_BYTES:
                coming.append(folded(piece))
        level, count = level + 1, count // WIDTH
    return changed


def edge_of(size: int) -> list[TileId]:
    """The incomplete tiles of a tree of `size`."""
    levels = []
    level = 0
    while size:
        if size % WIDTH:
            levels.append((level, size // WIDTH))
        size //= WIDTH
        level += 1
    return levels


class Tree:
    """The first `size` leaves of a tree. It remembers what it needed last, so that the next proofs cost less."""

    def __init__(self, size: int, tiles: Tiles) -> None:
        self.size = size
        self._tiles = tiles
        self._held: dict[TileId, list[bytes]] = {}
        self._edge: dict[int, bytes] = {}

    def root(self) -> bytes:
        """The root."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """The hash of one leaf."""
        return self._complete(0, index)

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that a leaf is in the tree (2.1.3.1). Raises IndexError for a leaf beyond it."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        proof = []
        first, end = 0, self.size
        while end - first > 1:
            middle = first + _split(end - first)
            if index < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(first, middle))
                first = middle
        return proof[::-1]

    def consistency(self, smaller: int) -> list[bytes]:
        """The proof that this tree only adds to its first `smaller` leaves (2.1.4.1). Raises IndexError."""
        if not 0 <= smaller <= self.size:
            raise IndexError(smaller)
        if smaller in (0, self.size):
            return []
        proof = []
        first, end, whole = 0, self.size, True
        while first + (kept := smaller - first) != end:
            middle = first + _split(end - first)
            if kept <= middle - first:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(first, middle))
                first, whole = middle, False
        return ([] if whole else [self._range(first, end)]) + proof[::-1]

    def _range(self, first: int, end: int) -> bytes:
        """The hash of the subtree over leaves from `first`, to which all its left parts are aligned, before `end`."""
        count = end - first
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._complete(height, first >> height)
        if first not in self._edge:  # what is not complete ends with the tree
            middle = first + _split(count)
            self._edge[first] = node_hash(self._range(first, middle), self._range(middle, end))
        return self._edge[first]

    def _complete(self, height: int, number: int) -> bytes:
        """The hash of the complete subtree of 2^height leaves with this number among those of its height."""
        level, within = divmod(height, HEIGHT)
        tile, place = divmod(number << within, WIDTH)
        at = (place >> within) * HASH
        found = self._folds(level, tile)[within][at : at + HASH]
        if len(found) != HASH:
            raise LookupError(f"the hashes of level {level}, tile {tile}, are not there")
        return found

    def _folds(self, level: int, number: int) -> list[bytes]:
        """The hashes of a tile, then those of each pair of them, and so on."""
        if (level, number) not in self._held:
            if len(self._held) >= MOST_HELD:
                self._held.clear()
            folds = [self._tiles(level, number)]
            for _ in range(HEIGHT - 1):
                folds.append(_paired(folds[-1]))
            self._held[level, number] = folds
        return self._held[level, number]


def _paired(hashes: bytes) -> bytes:
    """The hash of each two that stand together; one that is left over counts for nothing."""
    whole = len(hashes) // (2 * HASH) * 2 * HASH
    return b"".join([sha256(b"\1" + hashes[at : at + 2 * HASH]).digest() for at in range(0, whole, 2 * HASH)])


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
