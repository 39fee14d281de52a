"""`compare`: the changes between two parsed catalogues, as a pure function."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from schemaloom.drift.catalogue.control_plane import ControlPlane, compare_planes
from schemaloom.drift.catalogue.models import compare_catalogues
from schemaloom.drift.change import DriftReport, report_order
from schemaloom.ir.model import Catalogue

_NONE: Mapping[str, str] = MappingProxyType({})


def compare(
    old: Catalogue,
    new: Catalogue,
    *,
    old_plane: ControlPlane | None = None,
    new_plane: ControlPlane | None = None,
    renames: Mapping[str, str] = _NONE,
    retired: Collection[str] = (),
) -> DriftReport:
    """Return every change between `old` and `new`, worst first.

    Both catalogues may leave out models that are equal on both sides; two models with an equal
    digest are not compared.  `renames` maps confirmed names: ``old model id`` to ``new model id``,
    and ``model id#/properties/old`` to the new name of that parameter.  `retired` are the ids of
    models that were removed before `old`.  The control planes are compared if both are given.
    """
    changes = list(compare_catalogues(old, new, renames, retired))
    if old_plane and new_plane:
        changes.extend(compare_planes(old_plane, new_plane))
    return DriftReport(provider=new.provider, changes=tuple(sorted(changes, key=report_order)))
