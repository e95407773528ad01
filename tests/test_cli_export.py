"""The command export: files written whole, to a file or a pipe, and mistakes told in one sentence."""

import os
import subprocess
import sys

import pytest

from commands import TIMEOUT, contents, environment, purenet_, refused, succeeds
from models import LABELS, ROWS
from purenet import Adam, Classifier, Network, load
from purenet.export import FORMATS, export, options_of

TEXTS = ("c", "javascript", "python")


@pytest.fixture
def folder(tmp_path):
    """A folder with a bare network and a model."""
    Network([3, 4, 1], exp="portable").save(tmp_path / "network.json")
    Classifier(hidden=(3,), epochs=2).fit(ROWS, LABELS, columns=["size", "ö*/"]).save(tmp_path / "model.json")
    return tmp_path


@pytest.mark.parametrize("model", ["network.json", "model.json"])
@pytest.mark.parametrize("to", TEXTS)
def test_the_file_is_what_the_function_returns(to, model, folder):
    succeeds("export", model, "--to", to, "-o", "out", cwd=folder)
    assert (folder / "out").read_text(encoding="utf-8") == export(load(folder / model), to)
    assert succeeds("export", model, "--to", to, cwd=folder, PYTHONIOENCODING="ascii") == export(
        load(folder / model), to)


def test_every_option_goes_through(folder):
    succeeds("export", "model.json", "--to", "c", "--train", "--precision", "float", "--name", "fruit", "--no-unroll",
             "-o", "fruit.h", cwd=folder)
    assert (folder / "fruit.h").read_text() == export(load(folder / "model.json"), "c", train=True, precision="float",
                                                      name="fruit", unroll=False)
    succeeds("export", "model.json", "--to", "python", "--unroll", "-o", "fruit.py", cwd=folder)
    assert (folder / "fruit.py").read_text() == export(load(folder / "model.json"), "python", unroll=True)


def test_every_format_and_every_option_is_in_the_help(tmp_path):
    text = " ".join(succeeds("export", "--help", cwd=tmp_path).split())
    for name in FORMATS:
        assert name in text
        for option in options_of(name):
            assert "--" + option.replace("_", "-") in text


@pytest.mark.parametrize("arguments, sentence", [
    (["model.json"], "the following arguments are required: --to (see purenet export --help)"),
    (["model.json", "--to", "pyton"], "unknown format 'pyton' (did you mean 'python'?): expected one of "),
    (["model.json", "--to", "python", "--name", "a"], "export to python has no option 'name': expected train, unroll"),
    (["model.json", "--to", "c", "--name", "*/"], "name must be letters, digits and _, such as my_model, found '*/'"),
    (["model.json", "--to", "c", "--precision", "half"], "unknown precision 'half': expected one of double, float"),
    (["modl.json", "--to", "c"], "modl.json: No such file or directory"),
    (["", "--to", "c"], "a file with an empty name: No such file or directory"),
    (["model.json", "--to", "c", "-o", "model.json"], "model.json: this is the file to read, expected another name"),
    (["model.json", "--to", "c", "-o", "no/out.h"], "no/out.h: there is no folder 'no' to write to; make it first"),
    (["model.json", "--to", "c", "-o", "."], ".: this is a directory, expected a name for the file to write"),
    (["model.json", "--to", "c", "--trian"], "unknown argument '--trian' (did you mean '--train'?)"),
])
def test_a_mistake_is_told_in_one_sentence_and_no_file_is_changed(arguments, sentence, folder):
    (folder / "out.h").write_text("old")
    assert refused("export", *arguments, cwd=folder).startswith(f"purenet export: {sentence}")


def test_of_a_network_with_the_optimizer_of_its_training_it_is_the_network(folder):
    load(folder / "network.json").save(folder / "training.json", optimizer=Adam())
    assert succeeds("export", "training.json", "--to", "c", cwd=folder) == export(load(folder / "network.json"), "c")


def test_a_model_that_c_cannot_hold_leaves_the_old_file(folder):
    Network.from_weights([[[1e300]]]).save(folder / "large.json")
    (folder / "out.h").write_text("old")
    assert refused("export", "large.json", "--to", "c", "--precision", "float", "-o", "out.h", cwd=folder) == (
        "purenet export: 1e+300 is more than a C float holds: expected precision 'double'")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk to try")
def test_a_full_disk_is_told(folder):
    before = contents(folder)
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "purenet", "export", "model.json", "--to", "c"], stdout=full,
                              stderr=subprocess.PIPE, cwd=folder, env=environment(), timeout=TIMEOUT)
    assert (done.returncode, done.stderr.decode()) == (2, "purenet export: standard output: No space left on device\n")
    assert contents(folder) == before


def test_a_reader_that_has_gone_is_no_mistake(folder):
    done = purenet_("export", "model.json", "--to", "c", cwd=folder)
    assert done.returncode == 0 and done.stdout.endswith("#endif\n")
