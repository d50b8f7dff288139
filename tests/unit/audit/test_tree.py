"""Trees and proofs against published vectors of RFC 6962/9162, and for every size up to beyond two tiles."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.audit.offline import EMPTY_ROOT, Roots, is_consistent, leaf_hash, node_hash, root_by_inclusion
from shared.audit.tree import WIDTH, Tree, edge_of, grown

VECTORS = msgspec.json.decode((Path(__file__).parents[2] / "samples" / "rfc6962" / "vectors.json").read_bytes())

# google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc: the leaves of the reference tree and its roots
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", f"{bytes(range(96, 112)).hex()}")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def tree_of(leaves: list[bytes], step: int = 7) -> Callable[[int], Tree]:
    """A tree grown a few leaves at a time; gives it at any size."""
    tiles: dict[tuple[int, int], bytes] = {}
    for size in range(0, len(leaves), step):
        edge = {level: tiles[level, number] for level, number in edge_of(size)}
        tiles |= grown(size, edge, leaves[size : size + step])
    return lambda size: Tree(size, lambda level, number: tiles[level, number])


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["file"])
def test_inclusion_proofs_are_judged_as_the_vectors_say(vector: dict[str, Any]) -> None:
    proof = [decoded(node) for node in vector["proof"] or []]
    root = root_by_inclusion(vector["leafIdx"], vector["treeSize"], decoded(vector["leafHash"]), proof)
    assert (root == decoded(vector["root"])) is not vector["wantErr"]


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["file"])
def test_consistency_proofs_are_judged_as_the_vectors_say(vector: dict[str, Any]) -> None:
    roots = decoded(vector["root1"]), decoded(vector["root2"])
    proof = [decoded(node) for node in vector["proof"] or []]
    assert is_consistent(vector["size1"], vector["size2"], *roots, proof) is not vector["wantErr"]


def test_the_reference_tree_has_the_published_roots() -> None:
    tree, roots = tree_of([leaf_hash(leaf) for leaf in LEAVES], step=3), Roots()
    assert tree(0).root() == roots.root() == EMPTY_ROOT == hashlib.sha256(b"").digest()
    for size, root in enumerate(ROOTS, 1):
        roots.add(leaf_hash(LEAVES[size - 1]))
        assert tree(size).root().hex() == roots.root().hex() == root


def test_our_proofs_of_the_reference_tree_are_the_published_ones() -> None:
    tree = tree_of([leaf_hash(leaf) for leaf in LEAVES])
    right = [vector for vector in VECTORS["inclusion"] if not vector["wantErr"] and vector["treeSize"] <= 8]
    found = 0
    for vector in right:
        if decoded(vector["root"]) == tree(vector["treeSize"]).root():
            found += 1
            assert tree(vector["treeSize"]).inclusion(vector["leafIdx"]) == [decoded(n) for n in vector["proof"] or []]
    assert found >= 4
    for vector in VECTORS["consistency"]:
        if not vector["wantErr"] and 0 < vector["size1"] <= vector["size2"] <= 8:
            proof = [decoded(node) for node in vector["proof"] or []]
            assert tree(vector["size2"]).consistency(vector["size1"]) == proof


def plain_root(leaves: list[bytes]) -> bytes:
    """MTH, straight from the definition."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 300, 511, 512, 513, 700])
def test_tiles_give_the_root_and_every_proof_at_any_size(size: int) -> None:
    leaves = [leaf_hash(bytes([n % 256, n // 256])) for n in range(size)]
    tree = tree_of(leaves, step=100)(size)
    root = plain_root(leaves)
    assert tree.root() == root
    for index in {*range(0, size, 37), size - 1}:
        assert root_by_inclusion(index, size, leaves[index], tree.inclusion(index)) == root
        assert root_by_inclusion(index, size, leaf_hash(b"another"), tree.inclusion(index)) != root
    for smaller in {*range(1, size, 41), size}:
        assert is_consistent(smaller, size, plain_root(leaves[:smaller]), root, tree.consistency(smaller))


def test_a_tree_that_grows_over_three_levels_of_tiles_keeps_its_roots() -> None:
    count = WIDTH * WIDTH + 3
    leaves = [leaf_hash(n.to_bytes(4)) for n in range(count)]
    roots = Roots()
    for leaf in leaves:
        roots.add(leaf)
    tree = tree_of(leaves, step=WIDTH * 40 + 1)(count)
    assert tree.root() == roots.root()
    for index in (0, 12345, WIDTH * WIDTH - 1, WIDTH * WIDTH, count - 1):
        assert root_by_inclusion(index, count, leaves[index], tree.inclusion(index)) == roots.root()


def test_nothing_is_proven_beyond_the_tree() -> None:
    tree = tree_of([leaf_hash(b"")])(1)
    with pytest.raises(IndexError):
        tree.inclusion(1)
    with pytest.raises(IndexError):
        tree.consistency(2)
