"""A package generated for a test and imported from where it is written."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from schemaloom.pipeline.generate import Generated, generate


@contextlib.contextmanager
def generated(provider: str, *, specs: Path, out: Path) -> Iterator[tuple[ModuleType, Generated]]:
    """Generate the package of `provider` below `out` and import it, in place of one of the same name."""
    made = generate(provider, specs=specs, out=out)
    made.write()
    name = made.provider.package.module
    source = str(made.folder / "src")
    replaced = _forget(name)
    sys.path.insert(0, source)
    try:
        yield import_module(name), made
    finally:
        sys.path.remove(source)
        _forget(name)
        sys.modules |= replaced


def _forget(package: str) -> dict[str, ModuleType]:
    """Remove a package from the imported modules, and return what was removed."""
    modules = [module for module in sys.modules if module == package or module.startswith(f"{package}.")]
    return {module: sys.modules.pop(module) for module in modules}


@contextlib.contextmanager
def imported(provider: str, *, specs: Path, out: Path) -> Iterator[ModuleType]:
    """`generated`, for tests that need the package alone."""
    with generated(provider, specs=specs, out=out) as (package, _):
        yield package


def impatient(client: type) -> type:
    """A client class that looks at its jobs without the pauses that a real provider asks for."""
    profile = client.profile
    quick = profile.api._replace(poll_seconds=(0.01, 0.02), requests_per_minute=None)
    return type(client.__name__, (client,), {"profile": profile._replace(api=quick)})
