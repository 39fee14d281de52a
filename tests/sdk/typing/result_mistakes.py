"""User code that reads results, with four mistakes, each marked; every other line is right."""

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
    half: float = client.run(NorthWindNumber(image="x")).output / 2
    story: str = client.jobs.get("1", NorthWindStory).result().output
    cells: list[str | int | None] = [*NorthWindTable.parse_result({"a": [1]}).output["a"]]

print(text, starts, spoken, cover, files, count, first, half, story, cells)
