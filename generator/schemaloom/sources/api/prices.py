"""Read prices from a route of their own: one for all models, or one for each."""

from __future__ import annotations

from contextlib import suppress

from schemaloom.errors import Level, Problem, SnapshotError, SourceError
from schemaloom.json.pointer import resolve_pointer
from schemaloom.settings.catalogue import ModelList, PriceFields
from schemaloom.settings.placeholders import fill_route, placeholder_names
from schemaloom.settings.urls import join
from schemaloom.sources.api.list_item import model_id, with_price
from schemaloom.sources.api.model_list import Listing, list_items, read_page
from schemaloom.sources.api.model_schema import HttpGetter
from schemaloom.sources.http.client import SourceDownError
from schemaloom.sources.http.lenient_json import parse_answer


def has_route_per_model(price: PriceFields | None) -> bool:
    """Whether each model's price has a route of its own."""
    return price is not None and price.path is not None and bool(placeholder_names(price.path))


async def read_prices(price: PriceFields, path: str, client: HttpGetter, *, base_url: str, found: Listing) -> None:
    """Add the prices that the route `path` has to the models of the list.

    A route that cannot be read is a problem, and leaves the prices as they were.
    """
    listing = ModelList(path=path, items=price.items, id=price.id)
    try:
        reply = await client.get(join(base_url, path))
        items = list_items(read_page(reply), listing, where=reply.url)
    except SourceDownError:
        raise
    except SourceError as error:
        message = f"the prices cannot be read, and stay as they were: {error.message}"
        found.problems.append(Problem("", "catalogue.price.path", message, Level.WARNING))
        return
    for key, item in items:
        with suppress(LookupError):
            model = model_id(item, listing, key)
            if model in found.facts:
                found.facts[model], problems = with_price(model, found.facts[model], item, price)
                found.problems += problems


async def read_model_price(
    price: PriceFields, path: str, client: HttpGetter, *, base_url: str, found: Listing, model: str
) -> None:
    """Add the price of one model, which has the route `path`.

    A model without such a route has no price.  A route that cannot be read is a problem, and leaves the
    price as it was.
    """
    metadata = found.facts[model]
    values = {name: str(fact) for name, fact in (metadata.facts or {}).items()} | {"id": model}
    try:
        reply = await client.get(join(base_url, fill_route(path, values)))
        if reply.status == 404:
            return
        item = resolve_pointer(parse_answer(reply.body, where=reply.url), price.items)
    except SourceDownError:
        raise
    except (SourceError, SnapshotError, LookupError) as error:
        message = f"the price cannot be read, and stays as it was: {error}"
        found.problems.append(Problem(model, "catalogue.price.path", message, Level.WARNING))
        return
    found.facts[model], problems = with_price(model, metadata, item, price)
    found.problems += problems
