"""What a job will cost, and limits that hold before anything is sent."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import pytest
from sdk_sample import KEY, Painting, Studio
from sdk_servers import Answer

from runtime.core.errors import (
    APIError,
    BudgetExceeded,
    ConfigurationError,
    ConnectionFailed,
    DeadlineExceeded,
    SubmissionUncertain,
)
from runtime.core.price import Price

RUN = "/api/v1/models/flux-1.1/pro/run"
JOB = "/api/v1/jobs/job_1"


class Poster(Painting):
    __price__ = Price(amount=1.5, unit="image", by_resolution={"1 MP": 1.5, "4 MP": 5})
    __defaults__ = MappingProxyType({"resolution": "1 MP", "num_images": 2})

    num_images: int | None = None
    resolution: str | None = None


class Film(Painting):
    __price__ = Price(amount=0.1, unit="second", by_resolution={})

    duration: int | str | None = None


def priced(price: Price | None) -> Painting:
    return type("Priced", (Painting,), {"__price__": price, "__module__": __name__})(prompt="x")


@pytest.fixture
def limited(studio_at, api):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending", "creditCost": 3}, 202))
    return lambda limit: studio_at(f"{api.url}/api/v1", max_credits=limit)


@pytest.mark.parametrize(
    ("request_", "cost", "basis"),
    [
        (Poster(prompt="x"), 3, "1.5 at 1 MP per image, times 2"),
        (Poster(prompt="x", num_images=4), 6, "1.5 at 1 MP per image, times 4"),
        (Poster(prompt="x", resolution="4MP"), 10, "5 at 4 MP per image, times 2"),
        (Poster(prompt="x", resolution="4"), 10, "5 at 4 MP per image, times 2"),
        (Poster(prompt="x", resolution="9 MP"), None, "the catalogue names no price at resolution '9 MP'"),
        (Film(prompt="x", duration=3), 0.3, "0.1 per second, times 3"),
        (Film(prompt="x", duration="3s"), 0.3, "0.1 per second, times 3"),
        (Film(prompt="x"), None, "0.1 per second, and no parameter gives the seconds"),
        (Film(prompt="x", duration="auto"), None, "0.1 per second, and no parameter gives the seconds"),
        (priced(Price(2, "job", {})), 2, "2 per job"),
        (priced(Price(2, "mile", {})), None, "2 per mile"),
        *((priced(Price(2, unit, {})), 2, f"2 per {unit}") for unit in ("job", "request", "run")),
        (priced(Price(2, None, {})), None, "2 per unit that the catalogue does not name"),
        (priced(Price(None, "job", {"4K": 2})), None, "the catalogue names no price at this resolution"),
        (priced(None), None, "the catalogue names no price for 'flux-1.1/pro'"),
    ],
)
def test_an_estimate_names_its_basis_or_why_it_is_unknown(studio, request_, cost, basis):
    estimate = studio.estimate(request_)
    assert (cost, "credit", basis) == (estimate.cost, estimate.currency, estimate.basis)
    assert str(estimate).startswith("unknown: " if cost is None else f"{cost} credits (")


def test_extra_parameters_count_too(studio):
    assert 12 == studio.with_options(extra_body={"num_images": 8}).estimate(Poster(prompt="x")).cost


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Poster(prompt="x"), "3 credits (1.5 at 1 MP per image, times 2) is more than 2"),
        (Film(prompt="x"), "the price is unknown: 0.1 per second, and no parameter gives the seconds"),
    ],
)
def test_a_call_whose_cost_is_too_high_or_unknown_is_not_made(api, studio, request_, reason):
    for call in (
        lambda: studio.run(request_, max_credits=2),
        lambda: studio.submit(request_, max_credits=2),
        lambda: studio.with_options(max_credits=2).run(request_),
    ):
        with pytest.raises(BudgetExceeded) as caught:
            call()
        assert f"nothing was submitted, because of max_credits: {reason}" == str(caught.value)
        assert (0, studio.estimate(request_)) == (caught.value.spent, caught.value.estimate)
    assert [] == api.seen


def test_a_client_spends_up_to_its_limit_and_no_further(api, limited):
    client = limited(7)
    client.submit(Poster(prompt="x"))
    client.submit(Poster(prompt="x"))
    assert 6 == client.spent
    with pytest.raises(BudgetExceeded, match="on top of 6 is more than 7"):
        client.submit(Poster(prompt="x"))
    assert 2 == len(api.seen)


def test_what_a_job_really_cost_counts(limited):
    client = limited(10)
    client.submit(Poster(prompt="x", num_images=4))  # estimated at 6, charged 3
    assert 3 == client.spent


def test_without_a_limit_the_actual_costs_are_summed_and_on_the_result(api, limited):
    api.on("GET", JOB, Answer({"status": "completed", "creditsRemaining": 90}))
    client = limited(None)
    result = client.run(Film(prompt="x"))
    assert (3, 90, 3) == (result.cost, result.credits_remaining, client.spent)


@pytest.mark.parametrize(
    ("answer", "error", "spent"),
    [
        (Answer({"error": {"code": "c", "message": "m"}}, 402), APIError, 0),
        (Answer({"error": {"code": "submission_failed", "message": "m"}}, 500), APIError, 0),
        (Answer(content=b"?", status=502), SubmissionUncertain, 3),
        (Answer({}, 202), SubmissionUncertain, 3),
    ],
)
def test_only_what_may_have_been_charged_counts(api, limited, answer, error, spent):
    api.on("POST", RUN, answer)
    client = limited(3)
    with pytest.raises(error):
        client.submit(Poster(prompt="x"))
    assert spent == client.spent


def test_what_never_left_costs_nothing(studio_at):
    client = studio_at("http://127.0.0.1:1/api/v1", max_credits=3)
    with pytest.raises(ConnectionFailed):
        client.submit(Poster(prompt="x"))
    assert 0 == client.spent


def test_threads_share_one_budget(api):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending", "creditCost": 3}, 202, delay=0.02))
    gate = threading.Barrier(8)
    with Studio(KEY, base_url=f"{api.url}/api/v1", max_credits=10) as client, ThreadPoolExecutor(8) as pool:

        def submit(_: int) -> bool:
            gate.wait()
            try:
                client.submit(Poster(prompt="x"))
            except BudgetExceeded:
                return False
            return True

        assert 3 == sum(pool.map(submit, range(8)))
        assert 9 == client.spent
    assert 3 == len(api.seen)


@pytest.fixture
def saving(studio_at, api):
    return lambda least: studio_at(f"{api.url}/api/v1", min_balance=least)


def test_a_job_that_would_leave_too_little_is_not_sent(saving, api):
    left = iter((10, 7, None))

    def answer(**facts):
        api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending", **facts}, 202))

    client = saving(4)
    request = Poster(prompt="x")  # 3
    for _ in range(2):  # the balance is unknown before the first
        answer(creditCost=3, creditsRemaining=next(left))
        client.submit(request)
    client.submit(request)  # 7 - 3 = 4
    with pytest.raises(BudgetExceeded, match=r"because of min_balance: 6 .* would leave less than 4 of 7"):
        client.submit(Poster(prompt="x", num_images=4))
    answer(creditCost=2)  # a success without a balance: what it cost is taken from the last one
    client.submit(request)
    with pytest.raises(BudgetExceeded, match="would leave less than 4 of 5"):
        client.submit(request)
    assert 4 == len(api.requests("POST"))


def test_what_was_never_sent_leaves_the_balance_as_it_was(saving, api):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending", "creditCost": 3, "creditsRemaining": 7}, 202))
    client = saving(4)
    client.submit(Poster(prompt="x"))
    api.on("POST", RUN, Answer({"error": {"message": "no"}}, 422))
    for _ in range(3):
        with pytest.raises(APIError):
            client.submit(Poster(prompt="x"))


def test_a_balance_holds_for_threads_that_submit_together(api):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending", "creditsRemaining": 10}, 202))
    with Studio(KEY, base_url=f"{api.url}/api/v1", min_balance=4) as client, ThreadPoolExecutor(8) as pool:
        client.submit(Poster(prompt="x"))
        api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202, delay=0.1))

        def attempt(_):
            try:
                client.submit(Poster(prompt="x"))
            except BudgetExceeded:
                return 0
            return 1

        assert 2 == sum(pool.map(attempt, range(8)))


def test_an_account_may_have_another_rate_limit(studio_at, api):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    client = studio_at(f"{api.url}/api/v1", requests_per_minute=1)
    client.submit(Poster(prompt="x"))
    with pytest.raises(DeadlineExceeded):
        client.submit(Poster(prompt="x"), timeout=1)
    assert 1 == len(api.requests("POST"))


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"min_balance": -1}, "min_balance"),
        ({"min_balance": float("nan")}, "min_balance"),
        ({"requests_per_minute": 0}, "requests_per_minute"),
        ({"requests_per_minute": -3}, "requests_per_minute"),
    ],
)
def test_limits_that_cannot_be_right_are_refused(studio_at, options, name):
    with pytest.raises(ConfigurationError, match=name):
        studio_at("http://127.0.0.1:1", **options)
