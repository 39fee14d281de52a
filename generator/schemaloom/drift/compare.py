"""`compare`: the findings between two catalogues, as a pure function of what was parsed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemaloom.drift.catalogue.control_plane import ControlPlane, compare_planes
from schemaloom.drift.catalogue.models import compare_catalogues
from schemaloom.drift.change import Change, DriftReport, Severity
from schemaloom.ir.model import Catalogue

_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_NONE: Mapping[str, str] = MappingProxyType({})


def compare(
    old: Catalogue,
    new: Catalogue,
    *,
    old_plane: ControlPlane | None = None,
    new_plane: ControlPlane | None = None,
    renames: Mapping[str, str] = _NONE,
) -> DriftReport:
    """Every finding between `old` and `new`, worst first.

    Both catalogues may leave out models that are the same on both sides: a model is looked for
    in the other catalogue only, and one with an equal digest costs nothing.

    `renames` says what a person has confirmed: ``old model id`` to ``new model id``, and
    ``model id#/properties/old`` to the new name of that parameter.  The planes are compared when
    both are given.
    """
    changes = list(compare_catalogues(old, new, renames))
    if old_plane and new_plane:
        changes.extend(compare_planes(old_plane, new_plane))
    return DriftReport(provider=new.provider, changes=tuple(sorted(changes, key=_order)))


def _order(change: Change) -> tuple[int, str, str, str, str]:
    return _RANK[change.severity], change.model, change.pointer, change.rule, change.fingerprint
