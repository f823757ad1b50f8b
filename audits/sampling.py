"""Drawing a sample that anyone can draw again: the same seed and population give the same codes."""

import hashlib
import random
from collections.abc import Iterable


def ordered(codes: Iterable[str]) -> list[str]:
    """The population in the one order the draw is made from."""
    return sorted(set(codes))


def fingerprint(codes: Iterable[str]) -> str:
    """SHA-256 over the ordered population, one code a line."""
    return hashlib.sha256("\n".join(ordered(codes)).encode()).hexdigest()


def draw(codes: Iterable[str], size: int, seed: str) -> list[str]:
    """At most `size` codes drawn at random without repetition, in order."""
    population = ordered(codes)
    drawn = random.Random(seed).sample(population, min(size, len(population)))  # noqa: S311 - no secret
    return sorted(drawn)
