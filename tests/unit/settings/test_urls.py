"""Bases, routes and stand-ins."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaloom.errors import UsageError
from schemaloom.settings.urls import checked_base, join, origin, quoted_id, rebase

BASE = "https://host.example/api/v1"
LOCAL = "http://127.0.0.1:8000/api/v1"


@pytest.mark.parametrize(
    ("url", "override", "expected"),
    [
        (f"{BASE}/models", LOCAL, f"{LOCAL}/models"),
        (f"{BASE}/models/a%2Fb/schema?x=1&y=%20", LOCAL, f"{LOCAL}/models/a%2Fb/schema?x=1&y=%20"),
        (BASE, LOCAL, LOCAL),
        (f"{BASE}/", LOCAL, f"{LOCAL}/"),
        ("https://host.example/api/openapi", LOCAL, "http://127.0.0.1:8000/api/openapi"),
        ("https://host.example/other/x", LOCAL, "http://127.0.0.1:8000/other/x"),
        ("https://HOST.example:443/api/v1/models", LOCAL, f"{LOCAL}/models"),
        (f"{BASE}/models", "http://127.0.0.1:8000", "http://127.0.0.1:8000/models"),
        ("https://host.example/api/openapi", "http://127.0.0.1:8000", "http://127.0.0.1:8000/openapi"),
        ("https://host.example/openapi", "http://127.0.0.1:8000/one", "http://127.0.0.1:8000/openapi"),
        ("https://host.example/api/v10/x", LOCAL, "http://127.0.0.1:8000/api/v10/x"),
        ("https://cdn.example/api/v1/models", LOCAL, "https://cdn.example/api/v1/models"),
        ("http://host.example/api/v1/models", LOCAL, "http://host.example/api/v1/models"),
        (f"{BASE}/models", f"{LOCAL}/", f"{LOCAL}/models"),
    ],
)
def test_an_override_moves_what_is_of_the_base_origin(url: str, override: str, expected: str) -> None:
    assert rebase(url, BASE, override) == expected
    assert rebase(url, f"{BASE}/", override) == expected


@pytest.mark.parametrize("url", [f"{BASE}/models?a=b", "https://host.example/api/openapi", BASE])
def test_the_base_as_its_own_override_changes_nothing(url: str) -> None:
    assert rebase(url, BASE, BASE) == url


def test_routes_are_joined_with_one_slash_and_whole_urls_are_kept() -> None:
    assert join(f"{BASE}/", "/models") == f"{BASE}/models"
    assert join(BASE, "models") == f"{BASE}/models"
    assert join(BASE, "https://cdn.example/x") == "https://cdn.example/x"


def test_a_base_loses_its_final_slash() -> None:
    assert checked_base(f"{LOCAL}/") == LOCAL


@pytest.mark.parametrize(
    "text",
    ["", "host", "file:///x", "http://", "http://a b", "http://u@h", "http://h?x", "http://h#x", "http://h:99999"],
)
def test_what_is_no_base_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        checked_base(text)


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin("https://Host.example/x") == ("https", "host.example", 443)
    assert origin("http://[::1]:80/") == origin("http://[::1]")
    assert origin("https://good.example@evil.example/") == ("https", "evil.example", 443)


def test_owner_and_name_stay_two_segments_and_dots_cannot_climb() -> None:
    assert quoted_id("owner/name 1.0") == "owner/name%201.0"
    assert quoted_id("../x") == "%2E%2E%2Fx"
    assert quoted_id("a//b?c#d") == "a%2F%2Fb%3Fc%23d"


@given(st.text(min_size=1))
def test_any_id_is_asked_for_below_the_route(model: str) -> None:
    url = httpx.URL(f"{BASE}/models/{quoted_id(model)}/schema")

    path = url.raw_path.decode()
    assert path.startswith("/api/v1/models/")
    assert path.endswith("/schema")
    assert url.host == "host.example"
