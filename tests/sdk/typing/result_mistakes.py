"""User code that reads results, with mistakes of four kinds, each marked; every other line is right."""

from mosaic_sdk import Mosaic
from mosaic_sdk.models.north_wind_either import NorthWindEither
from mosaic_sdk.models.north_wind_number import NorthWindNumber
from mosaic_sdk.models.north_wind_story import NorthWindStory
from mosaic_sdk.models.north_wind_table import NorthWindTable
from mosaic_sdk.models.north_wind_transcribe import NorthWindTranscribe, NorthWindTranscribeOutput
from mosaic_sdk.types import File, Result

request = NorthWindTranscribe(image="https://example.com/a.png")
with Mosaic(api_key="k") as client:
    result: Result[NorthWindTranscribeOutput] = client.run(request)
    output = result.output
    text: str = output.text.upper()
    output.mask.save("mask.png")
    if output.preview is not None:
        output.preview.bytes()
    starts: list[float | None] = [segment.start for segment in output.segments or []]
    spoken: str | None = output.language or output.class_
    cover: File | None = output.topics.cover if output.topics else None
    files: dict[str, int | None] = {pointer: file.size for pointer, file in result.files.items()}

    print(output.txet)  # MISTAKE: misspelt attribute
    count: int = output.text  # MISTAKE: wrong type assumed
    print(output.mask.upper())  # MISTAKE: a file used as text
    output.preview.save("preview.png")  # MISTAKE: optional not checked

    picture = client.run(NorthWindEither(image="x")).output
    first: File | None = picture[0] if isinstance(picture, list) else picture
    for picked in picture if isinstance(picture, list) else [picture]:
        picked.save("picked.png")  # MISTAKE: optional not checked, in a union
    picture.save("picture.png")  # MISTAKE: wrong type assumed, of a union
    for segment in output.segments:  # MISTAKE: optional not checked, of a list
        print(segment.end)  # MISTAKE: misspelt attribute, of an item
    if output.topics is not None and output.topics.of is not None:
        nested: list[File] = output.topics.of  # MISTAKE: wrong type assumed, of a nested list
        print(output.topics.of[0].cover + "x", nested)  # MISTAKE: a file used as text, and optional
    for file in result.files.values():
        print(file.lower())  # MISTAKE: a file used as text, of all files
    half: float = client.run(NorthWindNumber(image="x")).output / 2
    whole: int = client.run(NorthWindNumber(image="x")).output  # MISTAKE: wrong type assumed, of a number
    for piece in client.submit(NorthWindStory(image="x")).stream():
        print(piece.upper())
    for update in client.submit(NorthWindStory(image="x")).updates():
        print(update.queue_position + 1)  # MISTAKE: optional not checked, of an update
    name, payload = request.call()
    print(name.upper(), payload["image"])
    story: str = client.jobs.get("1", NorthWindStory).result().output
    cells: list[str | int | None] = [*NorthWindTable.parse_result({"a": [1]}).output["a"]]

print(text, starts, spoken, cover, files, count, first, half, whole, story, cells)
