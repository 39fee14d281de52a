"""Requests made here and run by Dask's workers: a request is data, and pickles as it is."""

from __future__ import annotations

import sys

import dask
from pixeldojo_sdk import PixelDojo
from pixeldojo_sdk.models.qwen_image_max import QwenImageMax


@dask.delayed
def paint(request: QwenImageMax, folder: str) -> list[str]:
    """On a worker, whose environment holds the API key: it never travels with the task."""
    with PixelDojo() as client:
        output = client.run(request, timeout=300, max_credits=2).output
        return [str(path) for path in output.save_all(folder)]


def main(folder: str) -> None:
    """Two pictures, painted by two processes into `folder`."""
    requests = [QwenImageMax(prompt="a fox in the snow", seed=seed) for seed in range(2)]
    tasks = [paint(request, folder) for request in requests]
    for paths in dask.compute(*tasks, scheduler="processes", num_workers=2):
        print(*paths)


if __name__ == "__main__":
    main(sys.argv[1])
