"""The calls about one job, from the provider's routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import Unsupported
from ..core.placeholders import fill_json, fill_route, fill_text
from ..http.api_call import Call, encode

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.job_info import JobInfo
    from ..core.profile import JobCall
    from ..models.request import Request


def route_values(request: Request[object] | type[Request[object]]) -> dict[str, str]:
    """Return the model's id and facts, by the name of their placeholder in routes."""
    return {**request.__facts__, "id": request.__model_id__}


def read_call(context: Context, route: JobCall | None, info: JobInfo, given: str | None, what: str) -> Call:
    """Return a call that reads about a job: it costs nothing, and may be repeated.

    The URL is `given` by the provider, if its origin may see the key, or else that of the route; a
    URL of another origin is no error, because the route leads to the same.  Raises `Unsupported`
    if there is neither.
    """
    url = context.on_api_origin(given)
    if route is None:
        if url is None:
            raise Unsupported(f"{context.profile.title} documents no {what}")
        return Call("GET", url)
    return _call(context, route, info, url, method="GET", free=True)


def action_call(context: Context, route: JobCall | None, info: JobInfo, given: str | None, what: str) -> Call:
    """Return a call that changes a job; see `read_call`."""
    url = context.on_api_origin(given)
    if route is None:
        if url is None:
            raise Unsupported(f"{context.profile.title} documents no {what}")
        return Call("POST", url)
    return _call(context, route, info, url, method="POST", free=False)


def _call(context: Context, route: JobCall, info: JobInfo, url: str | None, *, method: str, free: bool) -> Call:
    values = {**info.route_values, "job_id": info.id}
    return Call(
        route.method or method,
        url or context.url_of(fill_route(route.url, values)),
        content=None if route.body is None else encode(fill_json(route.body, values, {})),
        query={name: fill_text(value, values) for name, value in route.query.items()},
        free=free,
    )
