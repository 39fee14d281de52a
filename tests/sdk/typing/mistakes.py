"""User code with four mistakes, each marked; every other line is right."""

from pixeldojo_sdk import AsyncPixelDojo, PixelDojo, catalogue
from pixeldojo_sdk.models.boogu_image_edit import BooguImageEdit
from pixeldojo_sdk.models.flux_dev import FluxDev
from pixeldojo_sdk.models.p_image_edit import PImageEdit
from pixeldojo_sdk.models.xai_video import XaiVideo

urls: list[str] = ["https://example.com/a.png"]

edit = BooguImageEdit(prompt="make it snow", image="https://example.com/a.png", guidance_scale=4)
any_size = BooguImageEdit(prompt="x", image="y", image_size="a size that came out yesterday", seed=None)
several = PImageEdit(prompt="x", images=urls, aspect_ratio="16:9")
untyped = FluxDev(extra={"prompt": "x", "steps": 4})

misspelt = BooguImageEdit(promt="x", prompt="x", image="y")  # MISTAKE: misspelt parameter
wrong_literal = PImageEdit(prompt="x", images=urls, aspect_ratio="17:9")  # MISTAKE: wrong literal
missing = BooguImageEdit(prompt="x")  # MISTAKE: missing required
wrong_type = BooguImageEdit(prompt="x", image="y", seed="12")  # MISTAKE: wrong type

with PixelDojo(api_key="k") as client:
    pictures = client.run(edit, timeout=300).output.images
    pictures[0].save("snow.png")
    film = client.run(XaiVideo(prompt="x")).output.video
    job = client.submit(edit, webhook_url="https://example.com/hook")
    again = client.jobs.get(job.id, BooguImageEdit)
    for update in again.updates():
        print(update.status)
    width: int = len(again.result(timeout=60).output.images)
    print(client.jobs.list(limit=10), film, width)


async def twice() -> None:
    async with AsyncPixelDojo(api_key="k") as client:
        result = await client.run(edit, timeout=300)
        await result.output.images[0].asave("snow.png")


print(catalogue["boogu-image-edit"].price, any_size, several, untyped)
