"""Documents in every shape that providers publish give what they contain, and nothing else."""

from __future__ import annotations

import pytest

from schemaloom.sources.documents.document import read_document
from schemaloom.sources.documents.result import DocumentResult


@pytest.fixture
def read(samples, lumen, sable):
    def read_(name: str) -> DocumentResult:
        provider = lumen if name.endswith(".md") else sable
        return read_document(name, (samples / name).read_text("utf-8"), provider)

    return read_


def rows(found):
    """Name, whether it is required, schema without description."""
    schema = found.parameters.schema
    return [
        (name, name in schema["required"], {k: v for k, v in schema["properties"][name].items() if k != "description"})
        for name in found.parameters.order
    ]


def open_set(*shown):
    return {"anyOf": [{"enum": list(shown)}, {"type": "string"}]}


SHEETS = {"type": "string", "enum": ["square_hd", "tall_4_3"]}


class TestFamilyOfOperations:
    """Markdown with front matter, several operations, and every cell on a line of its own."""

    @pytest.fixture
    def found(self, read):
        return read("family.md")

    def test_every_operation_is_a_model_with_its_own_url(self, found):
        facts = {model.id: model.facts for model in found.models}
        assert ["lumen-draw", "lumen-draw-edit"] == list(facts)
        for model, fact in facts.items():
            assert f"https://gate.lumen.example/{model}/v1/{model}-request" == fact.endpoint
            assert ("https://docs.lumen.example/models/lumen-draw",) == fact.documents
            assert "image" == fact.modality
        assert "Lumen Draw: Text to Image" == facts["lumen-draw"].name
        assert ("Image to Image (Editing)",) == facts["lumen-draw-edit"].capabilities

    def test_parameters_have_their_types_defaults_choices_and_ranges(self, found):
        assert [
            ("prompt", True, {"type": "string"}),
            ("avoid_words", False, {"type": "string", "default": ""}),
            (
                "sheet_size",
                False,
                {"anyOf": [SHEETS, {"type": "object", "properties": {"width": {}, "height": {}}}],
                 "default": "square_hd"},
            ),
            ("steps", False, {"type": "integer", "minimum": 20, "maximum": 50, "default": 30}),
            ("strength", False, {"type": "number", "minimum": 1, "maximum": 8, "default": 4}),
            ("format", False, {"type": "string", "enum": ["jpeg", "png"], "default": "jpeg"}),
            ("careful", False, {"type": "boolean", "default": True}),
            ("seed", False, {"type": "integer"}),
        ] == rows(found.models[0])  # fmt: skip

    def test_members_of_an_object_have_a_type_only_where_it_is_stated(self, found):
        draw, edit = found.models
        stated = {"type": "object", "properties": {"width": {"type": "integer"}, "height": {"type": "integer"}}}
        assert {"sheet_size": {"members": "unknown"}} == draw.parameters.certainty
        assert [SHEETS, stated] == edit.parameters.schema["properties"]["sheet_size"]["anyOf"]
        assert {} == edit.parameters.certainty

    def test_the_contract_holds_what_is_promised_of_every_operation(self, found):
        assert {"QUEUED", "DONE", "BROKEN"} == found.contract["statuses"].keys()
        assert {"status": 402, "description": "Balance too low"} == found.contract["codes"]["402"]
        assert {"type": "string|null", "description": "What went wrong"} == found.contract["response_fields"]["error"]
        assert {"X-Lumen-Key", "X-Callback-URL"} == found.contract["headers"].keys()

    def test_front_matter_is_kept_as_text_without_what_is_volatile(self, found):
        matter = found.contract["documents"]["lumen-draw"]
        assert "1.10" == matter["latest_version"]
        assert ["drawing"] == matter["tags"]
        assert not {"timestamp", "trending"} & matter.keys()

    def test_an_example_request_that_breaks_the_table_is_reported_once_with_its_line(self, found):
        assert [("lumen-draw-edit", "family.md:315")] == [(p.model, p.pointer) for p in found.problems]
        assert "9 is greater than the maximum of 4" in found.problems[0].message


class TestFlattenedText:
    """A text for language models whose lines were all joined."""

    @pytest.fixture
    def found(self, read):
        return read("flat.txt")

    def test_facts_are_distinguished_although_no_line_ends(self, found):
        facts = found.models[0].facts
        assert ("sable-retouch", "Sable Retouch", "image") == (found.models[0].id, facts.name, facts.modality)
        assert "Sable Retouch changes a picture as it is told. Give it one picture - no more." == facts.description
        assert (2, "image", (("1K", 2), ("2K", 3.5))) == (facts.amount, facts.unit, facts.by_resolution)
        assert ("Image to Image", "Grown-up Content") == facts.capabilities

    def test_rows_are_found_although_an_empty_cell_looks_like_a_border(self, found):
        assert [
            ("prompt", True, {"type": "string"}),
            ("picture", True, {"type": "string", "format": "uri"}),
            ("canvas", False, {
                **open_set("small_square", "large_square", "small_tall", "large_tall", "small_wide"),
                "default": "small_square",
            }),
            ("aspect_ratio", False, {**open_set("1:1", "16:9", "9:16"), "default": "1:1"}),
            ("mode", False, {"type": "string", "enum": ["swift", "thorough"]}),
            ("tags", False, {"type": "array", "items": {"type": "string"}}),
            ("note", False, {"type": "string", "default": ""}),
            ("strength", False, {"type": "number", "minimum": 1, "maximum": 8, "default": 4}),
            ("count", False, {"type": "integer", "minimum": 1, "default": 1}),
        ] == rows(found.models[0])  # fmt: skip

    def test_descriptions_lose_only_what_the_schema_states(self, found):
        shown = found.models[0].parameters.schema["properties"]
        assert "Words about it | anything goes." == shown["tags"]["description"]
        assert "How much may change (1–8)." == shown["strength"]["description"]
        assert "A note, 1-8 words, that nobody reads." == shown["note"]["description"]

    def test_what_the_text_breaks_off_or_leaves_empty_is_marked(self, found):
        assert {
            "aspect_ratio": {"choices": "unknown"},
            "canvas": {"choices": "unknown"},
            "note": {"default": "inferred"},
            "tags": {"default": "unknown"},
        } == found.models[0].parameters.certainty

    def test_a_place_on_the_one_line_has_a_column(self, found, samples):
        problem = found.problems[0]
        line, column = problem.pointer.split(":")[1:]
        assert "1" == line
        assert (samples / "flat.txt").read_text()[int(column) - 1 :].startswith('{ "prompt": "A hill"')
        assert "'picture' is a required property" in problem.message


class TestListOfModels:
    @pytest.fixture
    def found(self, read):
        return read("catalogue.txt")

    def test_every_entry_has_its_name_text_price_and_features(self, found):
        shown = [
            (model.id, model.facts.name, model.facts.description, model.facts.capabilities) for model in found.models
        ]
        assert [
            ("sable-1", "Sable One", "The first one - still the fastest.", ("LoRA",)),
            ("sable-1.5-pro", "Sable 1.5 Pro", "Finer, (almost) as fast.", ("LoRA", "Editing")),
            ("sable-retouch", "Sable Retouch", "Changes pictures.", None),
            ("sable-film", "Sable Film", "Makes a still move.", ("Audio",)),
            ("sable-loop", "Sable Loop", "Goes on and on", None),
        ] == shown
        assert ["image"] * 3 + ["video"] * 2 == [model.facts.modality for model in found.models]

    def test_prices_have_the_unit_that_is_stated_or_usual(self, found):
        prices = {model.id: (model.facts.amount, model.facts.unit, model.facts.by_resolution) for model in found.models}
        assert {
            "sable-1": (1, "image", ()),
            "sable-1.5-pro": (1.5, "image", (("0.5 MP", 1), ("1 MP", 1.5), ("4 MP", 5))),
            "sable-retouch": (2, "image", ()),
            "sable-film": (1, "second", (("1080p", 1.5), ("720p", 1))),
            "sable-loop": (10, "job", ()),
        } == prices

    def test_a_document_without_parameters_reports_nothing(self, found):
        assert [] == [model for model in found.models if model.parameters or model.expects_table]
        assert [] == found.problems

    def test_a_count_that_does_not_come_out_is_reported(self, sable, samples):
        text = (samples / "catalogue.txt").read_text().replace("(3 available)", "(4 available)")
        found = read_document("c.txt", text, sable)
        assert ["announces 4 models, and 3 could be read"] == [problem.message for problem in found.problems]


class TestCopiedPages:
    """The text of a page: no marks, badges on lines of their own or glued to names."""

    def test_cells_without_blank_lines_below_headings_in_one_word(self, read):
        (found,) = read("page.txt").models
        assert [
            ("prompt", True, {"type": "string"}),
            ("pictures", True, {"type": "array"}),
            ("aspect_ratio", False, {"type": "string", "enum": ["1:1", "2:3", "16:9"]}),
            ("steps", False, {"type": "integer", "default": 12}),
        ] == rows(found)
        assert {"items": "unknown"} == found.parameters.certainty["pictures"]
        assert {"choices": "inferred", "required": "inferred"} == found.parameters.certainty["aspect_ratio"]

    def test_badges_and_headings_glued_to_their_neighbours(self, read):
        (found,) = read("glued_page.txt").models
        assert [
            ("prompt", True, {"type": "string"}),
            ("picture_urls", True, {"type": "array"}),
            ("mask_url", False, {"type": "string", "format": "uri"}),
            ("quality", False, {**open_set("high"), "default": "high"}),
            ("is_required", False, {"type": "boolean", "default": False}),
        ] == rows(found)
        assert ("sable-1",) == found.facts.related

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("page.txt", ("sable-blend", "Sable Blend", "Sable Blend — mixes up to 5 reference pictures.",
                          ("Img2Img", "Editing"), 0.25, "image")),
            ("glued_page.txt", ("sable-mask", "Sable Mask", "Sable Mask - supply 1-8 reference pictures.",
                                ("Img2Img",), 5, "image")),
        ],
    )  # fmt: skip
    def test_facts_above_the_first_heading(self, read, name, expected):
        (found,) = read(name).models
        facts = found.facts
        assert expected == (
            found.id, facts.name, facts.description, facts.capabilities, facts.amount, facts.unit
        )  # fmt: skip
