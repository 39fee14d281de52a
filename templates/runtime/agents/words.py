"""Words of a query and of a model's texts, in the spelling that the search compares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*")
_NAME = re.compile(r"[A-Za-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")
_MEDIA = "t|i|v|r|a|text|txt|image|img|video|vid|audio"
_CONVERSION = re.compile(rf"\b({_MEDIA})-?2-?({_MEDIA})\b", re.IGNORECASE)
_ABBREVIATIONS = {
    "t": "text", "txt": "text", "i": "image", "img": "image", "v": "video", "vid": "video", "r": "reference",
    "a": "audio",
}  # fmt: skip
_STOP_WORDS = frozenset(
    """
    a an and any are as at be by can do for from generate generates generating generation generator get give has
    have i in into is it its like make makes making me model models my need of on one or our out own please some
    that the this to up use using want we what when which will with without you your
    """.split()  # noqa: SIM905  shorter to read than a list of strings
)
_ENDINGS = ("ations", "ation", "ating", "ated", "ators", "ator", "ates", "ate", "ings", "ing", "ions", "ion", "ers")
_SHORT_ENDINGS = ("er", "ors", "or", "ed", "es", "s", "e")
_SHORTEST_STEM = 4
_OWN_STEMS = frozenset({"anime"})  # no word of animation
_SYNONYMS = (
    # kinds of media
    "audio sound music voice speech soundtrack song dialogue mp3 wav",
    "image picture photo photograph portrait photographs pictures drawing illustration painting artwork",
    "video clip movie film animate animation animated footage reel motion movement moving alive",
    # what is done
    "upscale enlarge larger sharpen sharper sharp crisp blurry enhance enhancement restore resolution detail",
    "edit editing change modify adjust alter retouch fix inpaint inpainting remove replace erase recolor colorize try",
    "edit relight restyle transform overlay",
    "replace swap exchange substitute deepfake",
    "extend longer lengthen prolong continue continuation",
    "motion movement moves dance pose gesture mimic choreography",
    "angle viewpoint perspective view camera rotate orbit",
    "reference references subject element ingredient combine blend",
    "mask inpaint inpainting region area",
    "interpolate interpolation smooth smoother",
    # who is in it
    "face portrait headshot selfie",
    "avatar talking speak speaking spokesperson presenter narrator host human lip lipsync aloud",
    "character person consistent consistency same identity mascot actor people",
    # how it looks
    "anime manga cartoon comic stylized",
    "typography text lettering caption spell spelling letters",
    "photorealistic realistic natural lifelike",
    "transparent background cutout",
    "nsfw uncensored censorship moderation adult explicit spicy",
    "color colour palette hue",
    "vertical portrait aspect tiktok widescreen landscape",
    # how it is made
    "fast quick rapid instant speed turbo flash lite sub",
    "cheap affordable inexpensive cheapest lowest lite budget",
    "last end final",
    "first start begin",
    "several multiple multi num number series sequence sequential batch",
    "seed reproducible repeatable",
    "lora loras finetune adapter weights",
    # who makes it
    "google deepmind gemini veo banana imagen",
    "openai gpt sora dall",
    "xai grok",
    "bytedance seedream seedance dreamina jimeng",
    "alibaba tongyi wan qwen",
    "kuaishou kling",
    "baidu ernie",
    "tencent hunyuan",
    "lightricks ltx",
    "minimax hailuo",
    "stability stable diffusion sdxl",
)
"""Each row: words for one thing, in the captions of media catalogues and in people's questions."""


def words(text: str) -> Iterator[str]:
    """Yield the stems of the words of `text`, and ``image>video`` for *image to video*, ``i2v`` and the like."""
    text = _CONVERSION.sub(_spell_out, text.replace("_", " "))
    humps = " ".join(word for word in _NAME.findall(text) if _CAMEL.search(word))  # ByteDance is bytedance, too
    spaced = f"{_CAMEL.sub(' ', text)} . {humps}".casefold()
    found = _WORD.findall(spaced)
    for index, word in enumerate(found):
        if word == "to" and 0 < index < len(found) - 1:
            yield f"{stem(found[index - 1])}>{stem(found[index + 1])}"
        elif word not in _STOP_WORDS:
            yield stem(word)


def stem(word: str) -> str:
    """`word` without its ending: *upscaler* and *upscaling* become one."""
    if word in _OWN_STEMS:
        return word
    for ending in (*_ENDINGS, *_SHORT_ENDINGS):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM and not word.endswith("ss"):
            return word.removesuffix(ending)
    return word


def _spell_out(found: re.Match[str]) -> str:
    source, target = (_ABBREVIATIONS.get(part.casefold(), part) for part in found.groups())
    return f"{source} to {target}"


def _synonyms() -> dict[str, tuple[str, ...]]:
    table: dict[str, set[str]] = {}
    for row in _SYNONYMS:
        stems = set(map(stem, row.split()))
        for each in stems:
            table.setdefault(each, set()).update(stems - {each})
    return {word: tuple(sorted(others)) for word, others in table.items()}


SYNONYMS = _synonyms()
"""Stem to the stems of its synonyms, sorted: sums over them must not depend on the hash seed."""
