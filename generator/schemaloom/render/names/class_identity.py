"""Which nested object of a request is which of the version before, wherever it stands now.

A class keeps its name for as long as what it describes goes on.  A path alone cannot tell: the
same object is at ``/size`` before an alternative is offered beside it and at ``/size/2``
afterwards.  So the members are remembered too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias, get_args

from schemaloom.ir.membership import kinds
from schemaloom.ir.schema import Enum, Kind, Object, Property

Members: TypeAlias = Mapping[str, str]
"""The names of an object's members, and a word for what each takes."""
_Rank: TypeAlias = tuple[bool, bool, bool, float, bool, int]
"""Of a pair; smaller is better, and the last is the position of the new path."""
_LONGEST = 60
_ALIKE = 0.5
"""Share of equal members from which objects at different paths may be the same one."""
_MOST_PAIRS = 10_000


def members_of(schema: Object) -> dict[str, str]:
    """What tells an object from its alternatives, such as ``{"kind": '="preset"', "scale": "number?"}``."""
    return {item.name: _word(item) for item in schema.properties}


def counterparts(
    old: Mapping[str, Members | None], new: Mapping[str, Members], renamed: Mapping[str, str]
) -> dict[str, str]:
    """New path to old path of every object that goes on; each path once on either side.

    Members of `old` are None where nobody remembers them, or the object was gone already.
    `renamed` holds the paths of parameters that have a new name, as confirmed.
    """
    found = {path: path for path, members in new.items() if old.get(path) == members}
    before = {path: members for path, members in old.items() if members is not None and path not in found}
    after = {path: members for path, members in new.items() if path not in found}
    pairs: list[tuple[str, str]] = []
    if len(before) * len(after) <= _MOST_PAIRS:
        pairs += [(path, former) for _, path, former in sorted(_pairs(before, after, renamed))]
    pairs += [(path, path) for path in after if path in old]
    pairs += _alone(old, new, renamed)
    taken = set(found.values())
    for path, former in pairs:
        if path not in found and former not in taken:
            found[path] = former
            taken.add(former)
    return found


def _pairs(
    old: Mapping[str, Members], new: Mapping[str, Members], renamed: Mapping[str, str]
) -> Iterator[tuple[_Rank, str, str]]:
    """Every old and new object that may be the same, the likeliest with the smallest rank."""
    for index, (path, members) in enumerate(new.items()):
        for former, before in old.items():
            near = _place(path) in {_place(former), _place(_present(former, renamed))}
            # A shared object has a name in place of a path, and need not stay shared, or have been it.
            if not near and "$" not in (path[:1], former[:1]):
                continue
            kept, likeness = _takes_all(before, members), _likeness(before, members)
            if (kept or likeness >= _ALIKE) if near else (kept and likeness >= _ALIKE):
                deeper = path.count("*") != former.count("*")
                yield (not near, not kept, deeper, -likeness, path != former, index), path, former


def _alone(
    old: Mapping[str, Members | None], new: Mapping[str, Members], renamed: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The objects of parameters that have one now and had one, of which nobody remembers what was in it."""
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
    """Whether the new object takes what the old one took, as far as names and constants tell."""
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
    """The parameter that a path leads to, whichever alternative or item it is."""
    return "/".join(part for part in path.split("/") if part != "*" and not part.isdigit())


def _word(item: Property) -> str:
    optional = "" if item.required else "?"
    if isinstance(item.schema, Enum) and len(item.schema.values) == 1:
        return f"={item.schema.values[0][:_LONGEST]}{optional}"
    taken = sorted(kinds(item.schema))
    return ("any" if len(taken) == len(get_args(Kind)) else "|".join(taken) or "nothing") + optional
