"""Media types of a body, and the ranges that include them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.catalogue.openapi_document import Part
from schemaloom.drift.change import Change
from schemaloom.drift.message import name


def most_specific(offered: Mapping[str, Part], media: str) -> Part | None:
    """Return the entry that applies to a media type: its own, or that of the narrowest range that includes it."""
    key = _covering(offered, media)
    return None if key is None else offered[key]


def media_type_changes(ours: Mapping[str, Part], theirs: Mapping[str, Part], rule: str, what: str) -> Iterator[Change]:
    """Changes of the list of media types; `rule` is the start of the ids of rules about this body."""
    is_response = rule == "api.response-body"
    for media in sorted(ours.keys() ^ theirs.keys()):
        is_added = media in theirs
        here, there = (theirs, ours) if is_added else (ours, theirs)
        covering = _covering(there, media)
        if covering is not None and covering not in here:
            continue  # the range came or went, and its own change reports that
        ending = "added" if is_added else "removed"
        message = f"{what}: media type {name(media)} was {ending}"
        kind = f"{rule}-{ending}"
        included = [other for other in there if other not in here and _covering({media: here[media]}, other)]
        if covering is not None:
            kind, message = "api.media-range-changed", f"{message}; {name(covering)} includes it"
        elif included and is_response:
            kind = "api.response-body-widened" if is_added else "api.media-range-changed"
            sides = ", ".join(map(name, included)), name(media)
            was, now = sides if is_added else sides[::-1]
            message = f"{what}: media type changed from {was} to {now}"
        yield make_change(
            kind, message, pointer=here[media].pointer, old=None if is_added else media, new=media if is_added else None
        )


def _covering(offered: Mapping[str, Part], media: str) -> str | None:
    """Return the media type itself if it is offered, or else the narrowest range that includes it."""
    ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
    return next((key for key in ranges if key in offered), None)
