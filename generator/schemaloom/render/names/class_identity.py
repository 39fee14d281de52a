"""Match the nested objects of a request with those of the version before, at whatever path they are now.

A class keeps its name as long as its object exists.  A path alone does not identify an object: it
is at ``/size`` before the provider adds an alternative, and at ``/size/2`` afterwards.  So
``names.json`` keeps the properties too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, get_args

from schemaloom.ir.membership import kinds
from schemaloom.ir.schema import Enum, Kind, Object, Property

Members: TypeAlias = Mapping[str, str]
"""The names of an object's properties, and a word for the type of each."""
_Rank: TypeAlias = tuple[bool, bool, bool, float, bool, int]
"""Rank of a pair: smaller is better; the last element is the position of the new path."""
_LONGEST = 60
_ALIKE = 0.5
"""Least share of equal properties for objects at different paths to match."""
_MOST_PAIRS = 10_000


def fingerprint(schema: Object) -> dict[str, str]:
    """Return what identifies an object among alternatives, such as ``{"kind": '="preset"', "scale": "number?"}``."""
    return {item.name: _type_word(item) for item in schema.properties}


def match_classes(
    old: Mapping[str, Members | None], new: Mapping[str, Members], renamed: Mapping[str, str]
) -> dict[str, str]:
    """Return the new path → old path of every object that still exists; each path occurs once on either side.

    Properties in `old` are None if they are not known, or the object was removed before.
    `renamed` maps old to new paths of confirmed renames of parameters.
    """
    found = {path: path for path, members in new.items() if old.get(path) == members}
    before = {path: members for path, members in old.items() if members is not None and path not in found}
    after = {path: members for path, members in new.items() if path not in found}
    pairs: list[tuple[str, str]] = []
    if len(before) * len(after) <= _MOST_PAIRS:
        pairs += [(path, former) for _, path, former in sorted(_ranked_pairs(before, after, renamed))]
    pairs += [(path, path) for path in after if path in old]
    pairs += _match_single(old, new, renamed)
    taken = set(found.values())
    for path, former in pairs:
        if path not in found and former not in taken:
            found[path] = former
            taken.add(former)
    return found


def _ranked_pairs(
    old: Mapping[str, Members], new: Mapping[str, Members], renamed: Mapping[str, str]
) -> Iterator[tuple[_Rank, str, str]]:
    """Yield every pair of an old and a new object that may match, the best with the smallest rank."""
    for index, (path, members) in enumerate(new.items()):
        for former, before in old.items():
            near = _place(path) in {_place(former), _place(_present(former, renamed))}
            # The path of a shared object is its name; an object may become shared, or stop being shared.
            if not near and "$" not in (path[:1], former[:1]):
                continue
            kept, likeness = _takes_all(before, members), _likeness(before, members)
            if (kept or likeness >= _ALIKE) if near else (kept and likeness >= _ALIKE):
                deeper = path.count("*") != former.count("*")
                yield (not near, not kept, deeper, -likeness, path != former, index), path, former


def _match_single(
    old: Mapping[str, Members | None], new: Mapping[str, Members], renamed: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the objects of parameters that have one object now and had one before whose properties are not known."""
    before = _by_place({path: _place(_present(path, renamed)) for path in old})
    for place, paths in _by_place({path: _place(path) for path in new}).items():
        formers = before.get(place, [])
        if len(paths) == len(formers) == 1 and old[formers[0]] is None:
            yield paths[0], formers[0]


def _by_place(places: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, place in places.items():
        found.setdefault(place, []).append(path)
    return found


def _takes_all(old: Members, new: Members) -> bool:
    """Whether the new object accepts what the old one accepted, judged by names and constants."""
    return all(
        name in new
        and (new[name].endswith("?") or not word.endswith("?"))
        and not (word != new[name] and word[0] == new[name][0] == "=")
        for name, word in old.items()
    ) and all(new[name].endswith("?") for name in new.keys() - old.keys())


def _likeness(old: Members, new: Members) -> float:
    every = old.items() | new.items()
    return len(old.items() & new.items()) / len(every) if every else 1.0


def _present(path: str, renamed: Mapping[str, str]) -> str:
    end = path.find("/", 1)
    parameter, rest = (path, "") if end < 0 else (path[:end], path[end:])
    return renamed.get(parameter, parameter) + rest


def _place(path: str) -> str:
    """Return the parameter of a path, without alternatives and items."""
    return "/".join(part for part in path.split("/") if part != "*" and not part.isdigit())


def _type_word(item: Property) -> str:
    optional = "" if item.required else "?"
    if isinstance(item.schema, Enum) and len(item.schema.values) == 1:
        return f"={item.schema.values[0][:_LONGEST]}{optional}"
    taken = sorted(kinds(item.schema))
    return ("any" if len(taken) == len(get_args(Kind)) else "|".join(taken) or "nothing") + optional
