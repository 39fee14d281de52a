"""``schemaloom fetch PROVIDER --from``: documents become a snapshot, or fill the gaps of one."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from click.testing import CliRunner

from schemaloom.cli.commands import cli
from schemaloom.errors import GuardTripped, Level, SourceError, UsageError
from schemaloom.pipeline.fetch import fetch
from schemaloom.snapshot.layout import Snapshot, read_snapshot
from schemaloom.snapshot.model import ModelDocument, Price
from schemaloom.snapshot.write_snapshot import write_snapshot

DAY, LATER = date(2026, 2, 1), date(2026, 3, 9)


def read(folder, *documents, today=DAY):
    return fetch(folder, today=today, environ={}, documents=documents)


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(*arguments):
    return CliRunner().invoke(cli, ["fetch", *map(str, arguments)], standalone_mode=False)


def test_documents_become_a_snapshot(specs, samples):
    report = read(specs / "lumen", samples / "family.md")
    assert ("lumen-draw", "lumen-draw-edit") == report.added
    snapshot = read_snapshot(specs / "lumen")
    assert {"documented"} == {model.provenance for model in snapshot.models}
    assert {"members": "unknown"} == snapshot.by_id()["lumen-draw"].certainty["sheet_size"]
    assert {"codes", "documents", "headers", "response_fields", "statuses"} == snapshot.contract.keys()


def test_reading_the_same_documents_again_changes_no_byte(specs, samples):
    read(specs / "lumen", samples / "family.md")
    before = files(specs)
    report = read(specs / "lumen", samples / "family.md", today=LATER)
    assert ((), before) == (report.changed, files(specs))


def test_only_a_timestamp_that_moved_changes_nothing(specs, samples, tmp_path):
    read(specs / "lumen", samples / "family.md")
    before = files(specs)
    moved = tmp_path / "family.md"
    moved.write_text((samples / "family.md").read_text().replace("2026-06-21T18:51:47.052Z", "2027-01-01T00:00:00Z"))
    read(specs / "lumen", moved, today=LATER)
    assert before == files(specs)


def test_several_documents_and_folders_are_read_together(specs, samples, tmp_path):
    folder = tmp_path / "pages" / "deep"
    folder.mkdir(parents=True)
    for name in ("flat.txt", "page.txt"):
        shutil.copy(samples / name, folder / name)
    report = read(specs / "sable", tmp_path / "pages", samples / "catalogue.txt")
    assert ("sable-1", "sable-1.5-pro", "sable-blend", "sable-film", "sable-loop", "sable-retouch") == report.added
    models = read_snapshot(specs / "sable").by_id()
    assert {"sable-blend", "sable-retouch"} == {key for key, model in models.items() if model.input}


def test_a_models_own_page_is_believed_over_a_list(specs, samples):
    read(specs / "sable", samples / "catalogue.txt", samples / "flat.txt")
    model = read_snapshot(specs / "sable").by_id()["sable-retouch"]
    assert "Sable Retouch changes a picture as it is told. Give it one picture - no more." == model.description
    assert (("1K", 2), ("2K", 3.5)) == model.price.by_resolution


def test_a_model_in_none_of_the_documents_stays(specs, samples):
    read(specs / "sable", samples / "catalogue.txt")
    report = read(specs / "sable", samples / "page.txt")
    assert (("sable-blend",), (), ()) == (report.added, report.removed, report.withheld)
    assert 6 == len(read_snapshot(specs / "sable").models)


def test_parts_of_the_contract_that_documents_do_not_repeat_stay_while_other_models_do(specs, samples):
    read(specs / "sable", samples / "catalogue.txt")
    read(specs / "sable", samples / "flat.txt")
    codes = read_snapshot(specs / "sable").contract["codes"]
    assert {"unauthorized", "rate_limited", "expired"} == codes.keys()
    assert "No key" == codes["unauthorized"]["description"]


def test_a_status_that_all_documents_dropped_leaves_the_contract(specs, samples, tmp_path):
    read(specs / "lumen", samples / "family.md")
    text = (samples / "family.md").read_text().replace("BROKEN\n\nOur fault, and free of charge\n", "")
    (tmp_path / "family.md").write_text(text)
    read(specs / "lumen", tmp_path / "family.md")
    assert {"QUEUED", "DONE"} == read_snapshot(specs / "lumen").contract["statuses"].keys()


def test_a_status_without_a_meaning_is_reported(specs, samples, tmp_path):
    text = (samples / "family.md").read_text().replace("\nBROKEN\n", "\nPAUSED\n")
    (tmp_path / "family.md").write_text(text)
    report = read(specs / "lumen", tmp_path / "family.md")
    assert ["/statuses/PAUSED"] == [p.pointer for p in report.problems if "job.statuses" in p.message]


def test_documents_fill_what_the_api_left_out_and_change_nothing_it_stated(specs, samples):
    schema = {"type": "object", "properties": {"prompt": {"type": "string"}}}
    fetched = (
        ModelDocument(id="sable-mask", name="Mask", input=schema, price=Price(amount=9), provenance="fetched"),
        ModelDocument(id="sable-blend", name="Blend", provenance="fetched"),
    )
    write_snapshot(specs / "sable", Snapshot(models=fetched))
    read(specs / "sable", samples / "glued_page.txt", samples / "page.txt")
    models = read_snapshot(specs / "sable").by_id()
    mask, blend = models["sable-mask"], models["sable-blend"]
    assert ("Mask", schema, Price(amount=9), "fetched") == (mask.name, mask.input, mask.price, mask.provenance)
    assert ("Sable Mask - supply 1-8 reference pictures.", ("sable-1",)) == (mask.description, mask.related)
    assert ("Blend", "documented", True) == (blend.name, blend.provenance, blend.input is not None)


def test_a_lost_table_leaves_the_last_good_schema(specs, samples, tmp_path):
    read(specs / "sable", samples / "page.txt")
    good = read_snapshot(specs / "sable").models[0].input
    text = (samples / "page.txt").read_text()
    (tmp_path / "page.txt").write_text(text.replace("ParameterTypeDefault", "ThingKindUsual"))
    lost = "1 of 1 models could not be read.*: its documents have no table of parameters; the last good schema is kept"
    with pytest.raises(SourceError, match=lost):
        read(specs / "sable", tmp_path / "page.txt")
    assert good == read_snapshot(specs / "sable").models[0].input


def test_documents_that_cannot_be_read_end_the_run(specs, samples, tmp_path):
    (tmp_path / "poem.txt").write_text("The sea is wide.\n")
    reason = r"no document could be read: nothing in this document is understood \(.*poem\.txt:1\); the snapshot is"
    with pytest.raises(SourceError, match=reason):
        read(specs / "lumen", tmp_path / "poem.txt")
    report = read(specs / "lumen", tmp_path / "poem.txt", samples / "family.md")
    assert ["nothing in this document is understood"] == [
        problem.message for problem in report.problems if problem.level is Level.ERROR
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("gone.md", None, "no such file"), ("latin.txt", b"caf\xe9", "not UTF-8"), ("empty", b"", "no documents")],
)
def test_a_path_that_cannot_be_read_is_a_usage_error(specs, tmp_path, name, content, message):
    path = tmp_path / name
    if name == "empty":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read(specs / "lumen", path)


def test_a_provider_without_published_documents_gives_a_hint(specs):
    text = (specs / "lumen" / "provider.toml").read_text()
    (specs / "lumen" / "provider.toml").write_text(text.replace('names = ["lumen-draw"]\n', ""))
    with pytest.raises(UsageError, match="--from FILE_OR_FOLDER"):
        fetch(specs / "lumen", today=DAY, environ={})


class TestCommand:
    def test_several_files_may_follow_the_option(self, specs, samples):
        result = run("sable", "--specs", specs, "--from", samples / "catalogue.txt", samples / "page.txt")
        assert 0 == (result.return_value or 0)
        assert "sable: 6 added, 0 removed, 0 changed, 0 unchanged" in result.output

    def test_a_problem_names_file_and_line(self, specs, samples):
        result = run("lumen", "--specs", specs, "--from", samples / "family.md")
        assert f"warning: {samples / 'family.md'}:315: lumen-draw-edit: an example request" in result.output

    def test_files_without_the_option_are_refused(self, specs, samples):
        assert isinstance(run("sable", samples / "page.txt", "--specs", specs).exception, UsageError)

    def test_a_server_and_files_contradict_each_other(self, specs, samples):
        arguments = ("sable", "--specs", specs, "--base-url", "http://127.0.0.1:1", "--from", samples / "page.txt")
        assert isinstance(run(*arguments).exception, UsageError)


def test_the_guard_watches_documents_too(specs, samples, lumen):
    """Read over HTTP, all documents are known, so that a model in none of them is gone."""
    from schemaloom.emulator.options import Options
    from schemaloom.emulator.server import running_emulator

    folder = specs / "lumen"
    read(folder, samples / "family.md")
    served = read_snapshot(folder)
    extra = tuple(ModelDocument(id=f"old-{n}", name=f"old-{n}") for n in range(5))
    write_snapshot(folder, Snapshot(models=(*served.models, *extra), contract=served.contract))
    with running_emulator(lumen, served, Options(rate_limit=0)) as emulator:
        report = fetch(folder, today=DAY, environ={}, base_url=emulator.base_url)
        assert 5 == len(report.withheld)
        with pytest.raises(GuardTripped):
            report.check_guard()
        gone = fetch(folder, today=DAY, environ={}, base_url=emulator.base_url, allow_removals=True)
    assert 5 == len(gone.removed)
    assert served.models == read_snapshot(folder).models
