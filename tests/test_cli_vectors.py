"""purenet vectors, and purenet check --against for gradients of the cases in its file."""

import json

import pytest
from commands import Terminal, refused, succeeds

from purenet import DataError
from purenet.cli import main
from purenet.gradcheck.cases import read_cases


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with twelve test vectors, and correct gradients for them in mine.json."""
    folder = tmp_path_factory.mktemp("vectors")
    assert main(["vectors", "--cases", "12", "-o", str(folder / "vectors.json")]) == 0
    write(folder / "mine.json", answers(folder))
    return folder


def answers(folder):
    """Correct gradients for the cases of a folder, in the order of backprop's lists: [dW1, db1, dW2, db2, ...]."""
    cases = json.loads((folder / "vectors.json").read_text(encoding="utf-8"))["cases"]
    return [{"name": case["name"], "gradients": [
        case["steps"][f"{letters}{layer}"]["values"] for layer in range(1, len(case["network"]["weights"]) + 1)
        for letters in ("dW", "db") if f"{letters}{layer}" in case["steps"]]} for case in cases]


def write(path, cases, vectors="vectors.json"):
    path.write_text(json.dumps({"vectors": vectors, "cases": cases}), encoding="utf-8")


def test_the_file_is_written_and_said_to_be(tmp_path):
    printed = succeeds("vectors", "--cases", "2", "-o", "v.json", cwd=tmp_path)
    size = len((tmp_path / "v.json").read_bytes())
    assert printed == f"The test vectors are in v.json: 2 cases, {size / 1000:.0f} kB.\n"
    document = json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))
    assert (document["format"], document["version"], document["seed"]) == ("purenet vectors", 1, 1)
    assert [case["name"] for case in document["cases"]] == [
        "000-plain-3-4-2-squared_error", "001-saturated-3-4-2-squared_error"]


def test_kinds_seed_and_format_are_obeyed(tmp_path):
    assert "v.txt: 1 case," in succeeds("vectors", "--cases", "1", "--kinds", "large_loss", "--seed", "7", "--format",
                                        "text", "-o", "v.txt", cwd=tmp_path)
    first, second = (tmp_path / "v.txt").read_text(encoding="utf-8").splitlines()[:2]
    assert first == "purenet vectors 1" and second.startswith("case 000-large_loss-")
    succeeds("vectors", "--cases", "1", "--kinds", "large_loss, plain", "--seed", "7", "-o", "v.json", cwd=tmp_path)
    document = json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))
    assert document["seed"] == 7 and list(document["kinds"]) == ["large_loss"]


REFUSED = {
    "no file": ([], "the following arguments are required: -o/--output (see purenet vectors --help)"),
    "a folder": (["-o", "no/v.json"], "no/v.json: there is no folder 'no' to write to; make it first"),
    "a kind": (["-o", "v.json", "--kinds", "plain,satured"], "unknown kind 'satured' (did you mean 'saturated'?): "
               "expected one of large_loss, near_optimum, plain, saturated"),
    "a format": (["-o", "v.json", "--format", "jsn"], "unknown format 'jsn' (did you mean 'json'?): "
                                                      "expected one of json, text"),
    "none": (["-o", "v.json", "--cases", "0"], "cases must be a whole number from 1 to 10000, found 0"),
    "too many": (["-o", "v.json", "--cases", "9999999"],
                 "cases must be a whole number from 1 to 10000, found 9999999"),
    "standard output": (["-o", "-"], "-o: expected the name of a file, found '-'; the file of that name is ./-"),
    "a seed": (["-o", "v.json", "--seed", "-1"], "seed must be a whole number from 0 to 4294967295, found -1"),
    "no number": (["-o", "v.json", "--cases", "x"], "argument --cases: expected a whole number, found 'x' "
                                                    "(see purenet vectors --help)"),
}


@pytest.mark.parametrize("arguments, sentence", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_written_is_refused_in_one_sentence(arguments, sentence, tmp_path):
    assert refused("vectors", *arguments, cwd=tmp_path) == f"purenet vectors: {sentence}"


def test_a_link_to_nowhere_is_refused_with_the_folder_that_is_missing(tmp_path):
    (tmp_path / "v.json").symlink_to(tmp_path / "gone" / "v.json")
    gone = str((tmp_path / "gone").resolve())
    assert refused("vectors", "-o", "v.json", cwd=tmp_path) == (
        f"purenet vectors: v.json: there is no folder {gone!r} to write to; make it first")


def test_the_terminal_shows_how_far_it_is(tmp_path):
    terminal = Terminal("vectors", "--cases", "12", "-o", "v.json", cwd=tmp_path)
    assert terminal.finish() == 0
    assert "computing [" in terminal.received
    assert terminal.screen()[0].startswith("The test vectors are in v.json: 12 cases, ")


# -------------------------------------------------------------------------------- judged


def judged(folder, name="mine.json"):
    return main(["check", "--against", str(folder / name)])


def test_correct_gradients_are_judged_by_name(folder, capsys):
    assert judged(folder) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("12 networks: 1 undecidable, 11 right\n\n001-saturated-3-4-2-squared_error: UNDECIDABLE")
    assert "000-plain-3-4-2-squared_error in full" in printed


def test_a_wrong_one_is_found_and_listed_first(folder, capsys):
    cases = answers(folder)
    cases[3]["gradients"][0][0][0] *= 1.001
    write(folder / "wrong.json", cases)
    assert judged(folder, "wrong.json") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "12 networks: 1 wrong, 1 undecidable, 10 right"
    assert lines[2].startswith("003-large_loss-") and "FAIL: 1 of" in lines[2]
    assert f"{cases[3]['name']} in full" in lines


def test_many_wrong_ones_are_not_all_listed(folder, capsys):
    write(folder / "wrong.json", [{**case, "gradients": zeros(case["gradients"])} for case in answers(folder)])
    assert judged(folder, "wrong.json") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "12 networks: 12 wrong" and "and 4 more like these" in lines


def zeros(values):
    return [zeros(part) for part in values] if isinstance(values, list) else 0.0


def test_some_of_the_cases_are_enough(folder):
    write(folder / "some.json", answers(folder)[4:6])
    assert [case.name for case in read_cases(str(folder / "some.json"))] == [
        case["name"] for case in answers(folder)[4:6]]
    assert judged(folder, "some.json") == 0


def test_the_type_of_the_gradients_can_be_said(folder, capsys):
    text = json.dumps({"vectors": "vectors.json", "dtype": "float32", "cases": answers(folder)})
    (folder / "single.json").write_text(text, encoding="utf-8")
    assert judged(folder, "single.json") == 0
    assert "7 undecidable" in capsys.readouterr().out
    (folder / "single.json").write_text(text.replace("float32", "float23"), encoding="utf-8")
    assert judged(folder, "single.json") == 2
    assert "single.json: case 0: unknown dtype 'float23' (did you mean 'float32'?)" in capsys.readouterr().err


def test_the_vectors_are_looked_for_beside_the_answers(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert judged(folder) == 0
    write(tmp_path / "elsewhere.json", answers(folder), str(folder / "vectors.json"))
    assert judged(tmp_path, "elsewhere.json") == 0


WRONG = {
    "a name": (lambda cases: cases[0].update(name="000-plane-3-4-2-squared_error"), "vectors.json",
               "mine.json: case 0: there is no case '000-plane-3-4-2-squared_error' in the test vectors "
               "(did you mean '000-plain-3-4-2-squared_error'?)"),
    "no name": (lambda cases: cases[1].pop("name"), "vectors.json", "mine.json: case 1: the field 'name' is missing"),
    "no gradients": (lambda cases: cases[2].pop("gradients"), "vectors.json",
                     "mine.json: case 2: the field 'gradients' is missing"),
    "no file": (lambda cases: None, 5, "mine.json: the field 'vectors' must be the name of a file, found 5"),
    "another file": (lambda cases: None, "mine.json", "mine.json: not a file that purenet vectors wrote as JSON"),
    "the text": (lambda cases: None, "vectors.txt", "vectors.txt: not a JSON file, or cut off: "),
    "another version": (lambda cases: None, "later.json",
                        "later.json: expected version 1 of the test vectors, found 2"),
    "no list": (lambda cases: None, "five.json", "five.json: the field 'cases' must be a list, found 5"),
    "vectors without a name": (lambda cases: None, "unnamed.json", "unnamed.json: case 1: the field 'name' is missing"),
    "cut off": (lambda cases: None, "cut.json", "cut.json: the field 'cases' is missing"),
}


@pytest.mark.parametrize("change, vectors, sentence", WRONG.values(), ids=WRONG)
def test_what_cannot_be_judged_is_refused(folder, change, vectors, sentence, tmp_path):
    (tmp_path / "vectors.json").write_bytes((folder / "vectors.json").read_bytes())
    (tmp_path / "vectors.txt").write_text("purenet vectors 1\n", encoding="utf-8")
    (tmp_path / "later.json").write_text('{"format": "purenet vectors", "version": 2}', encoding="utf-8")
    for name, found in [("five.json", 5), ("unnamed.json", [{"name": "a"}, {}])]:
        (tmp_path / name).write_text(json.dumps({"format": "purenet vectors", "version": 1, "cases": found}))
    (tmp_path / "cut.json").write_text('{"format": "purenet vectors", "version": 1}', encoding="utf-8")
    cases = answers(folder)
    change(cases)
    write(tmp_path / "mine.json", cases, vectors)
    with pytest.raises(DataError) as caught:
        read_cases(str(tmp_path / "mine.json"))
    assert str(caught.value).startswith(str(tmp_path) + "/" + sentence)


def test_vectors_that_are_missing_are_refused(folder, tmp_path):
    write(tmp_path / "mine.json", answers(folder))
    assert refused("check", "--against", "mine.json", cwd=tmp_path) == (
        "purenet check: vectors.json: no such file or directory".replace("no such", "No such"))
