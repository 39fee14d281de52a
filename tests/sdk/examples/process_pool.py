"""Submit here; wait and save in other processes: a job crosses over by its id alone."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat

from pixeldojo_sdk import PixelDojo
from pixeldojo_sdk.models.qwen_image_max import QwenImageMax


def collect(job_id: str, folder: str) -> list[str]:
    """In another process: take the job up again and save what it made."""
    with PixelDojo() as client:
        output = client.jobs.get(job_id, QwenImageMax).result(timeout=300).output
        return [str(path) for path in output.save_all(folder)]


def main(folder: str) -> None:
    """Four jobs, collected by two processes into `folder`."""
    with PixelDojo(max_credits=20) as client:
        jobs = [client.submit(QwenImageMax(prompt=f"a fox, number {number}")).id for number in range(4)]
    with ProcessPoolExecutor(2) as pool:
        for paths in pool.map(collect, jobs, repeat(folder)):
            print(*paths)


if __name__ == "__main__":
    main(sys.argv[1])
