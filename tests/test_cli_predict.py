"""The command `predict` as a process: columns found, rows completed, predictions scored, and what it refuses."""

import csv
import io
import json
import os

import pytest

from commands import contents, purenet_, refused, succeeds
from purenet import Classifier, Network, cli, load

FRUIT = [(150.0 + i, "smooth" if i % 5 else "rough", "apple") for i in range(10)] + \
        [(100.0 + i, "rough", "lemon") for i in range(10)]
NEW = "peel,shelf,weight\nsmooth,A1,155\nrough,A2,101.5\n"
SCALES = "".join(f"{x},{3 * x + 0.5}\n" for x in range(12))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder of models: fruit.json, fruit0.json of a file without a header, scale.json a regression."""
    folder = tmp_path_factory.mktemp("models")
    rows = "".join(f"{weight},{peel},{fruit}\n" for weight, peel, fruit in FRUIT)
    quick = ("--epochs", "40", "--patience", "0", "--hidden", "6", "--test", "0")
    for name, text, target in [("fruit", "weight,peel,fruit\n" + rows, "fruit"), ("fruit0", rows, "-1"),
                               ("scale", "x,y\n" + SCALES, "y")]:
        (folder / f"{name}.csv").write_text(text)
        succeeds("train", f"{name}.csv", "--target", target, *quick, "-o", f"{name}.json", cwd=folder)
        (folder / f"{name}.csv").unlink()
    return folder


@pytest.fixture
def folder(models, tmp_path):
    """A folder of one's own with those models in it."""
    for name, data in contents(models).items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def predict(folder, text, *arguments, model="fruit.json", stderr="", **keywords):
    """The rows that predict prints for a file with this text."""
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    (folder / "new.csv").write_bytes(data)
    return succeeds("predict", model, "new.csv", *arguments, cwd=folder, stderr=stderr, **keywords)


def test_rows_come_out_as_they_are_with_the_prediction(folder):
    rows = list(csv.reader(io.StringIO(predict(folder, NEW))))
    assert rows[0] == ["peel", "shelf", "weight", "predicted fruit", "probability"]
    assert [row[:4] for row in rows[1:]] == [["smooth", "A1", "155", "apple"], ["rough", "A2", "101.5", "lemon"]]
    model = load(folder / "fruit.json")
    expected = model.predict_proba([[155.0, "smooth"], [101.5, "rough"]])
    assert [row[4] for row in rows[1:]] == [f"{max(p):.4f}" for p in expected]


def test_a_file_standard_input_and_standard_output_are_the_same(folder):
    printed = predict(folder, NEW)
    assert succeeds("predict", "fruit.json", "-", cwd=folder, stdin=NEW) == printed
    assert succeeds("predict", "fruit.json", "new.csv", "-o", "-", cwd=folder) == printed
    assert succeeds("predict", "fruit.json", "-", "-o", "out.csv", cwd=folder, stdin=NEW) == ""
    assert (folder / "out.csv").read_text(encoding="utf-8") == printed


def test_the_file_is_written_as_it_was_delimited_and_quoted(folder):
    text = 'shelf;peel;weight\n"A;1";smooth;155,25\n"say ""A2""";rough;100,75\n'
    rows = list(csv.reader(io.StringIO(predict(folder, text)), delimiter=";"))
    assert [row[:4] for row in rows] == [["shelf", "peel", "weight", "predicted fruit"],
                                         ["A;1", "smooth", "155,25", "apple"], ['say "A2"', "rough", "100,75", "lemon"]]


def test_decimal_commas_come_out_where_they_went_in(folder):
    x = [4.0, 5.5]
    for text, point in [("x;y\n4,0;\n5,5;\n", ","), ("x;y\n4;\n5.5;\n", "."), ("x\n4\n5.5\n", ".")]:
        rows = [line.split(";")[-1] for line in predict(folder, text, model="scale.json").splitlines()[1:]]
        numbers = [cell.split(",")[-1] if text == "x\n4\n5.5\n" else cell for cell in rows]
        assert all(point in number for number in numbers)
        assert [float(number.replace(",", ".")) for number in numbers] == load(folder / "scale.json").predict(
            [[value] for value in x])
    assert predict(folder, "weight;peel\n155,5;smooth\n").splitlines()[1].split(";")[3][:2] in ("0,", "1,")


def test_numbers_come_out_with_every_digit(folder):
    rows = list(csv.reader(io.StringIO(predict(folder, "x\n4\n5.5\n", model="scale.json"))))
    assert rows[0] == ["x", "predicted y"]
    assert [float(row[1]) for row in rows[1:]] == load(folder / "scale.json").predict([[4.0], [5.5]])


def test_numbers_come_out_with_a_decimal_comma_where_they_came_in_with_one(folder):
    point = list(csv.reader(io.StringIO(predict(folder, "x,n\n1.5,a\n", model="scale.json"))))[1][-1]
    comma = predict(folder, "x;n\n1,5;a\n", model="scale.json").splitlines()
    assert comma == ["x;n;predicted y", f"1,5;a;{point.replace('.', ',')}"]
    said = predict(folder, "x;y\n1,5;5,0\n", model="scale.json",
                   stderr=f"mean absolute error against the column 'y': {abs(float(point) - 5):.4g}\n")
    assert said.endswith(point.replace(".", ",") + "\n")


def test_a_file_without_a_header_is_matched_by_position(folder):
    assert [line.split(",")[2] for line in predict(folder, "155,smooth\n101,rough\n", model="fruit0.json").split()] == [
        "apple", "lemon"]
    assert predict(folder, "155,smooth\n101,rough\n").split()[0].startswith("155,smooth,apple,")
    said = "2 of 2 agree with the column '3': 100.0 %\n"
    assert predict(folder, "155,smooth,apple\n101,rough,lemon\n", model="fruit0.json", stderr=said).count("\n") == 2


@pytest.mark.parametrize("cells, said", [
    ("apple lemon", "2 of 2 agree with the column 'fruit': 100.0 %\n"),
    ("lemon lemon", "1 of 2 agree with the column 'fruit': 50.0 %\n"),
    ("apple pear", "1 of 2 agree with the column 'fruit': 50.0 % (1 row of a class never seen in training)\n"),
    ("apple NA", "1 of 1 agree with the column 'fruit': 100.0 %\n"),
    ("? ?", ""),
], ids=["right", "half", "a class never seen", "one unknown", "all unknown"])
def test_predictions_are_scored_against_the_target_where_it_is_there(cells, said, folder):
    first, second = cells.split()
    text = f"fruit,weight,peel\n{first},155,smooth\n{second},101,rough\n"
    assert predict(folder, text, stderr=said).startswith("fruit,weight,peel,predicted fruit,probability\n")


def test_an_empty_target_is_not_scored(folder):
    assert predict(folder, "fruit,weight,peel\n,155,smooth\n,101,rough\n").count("\n") == 3


def test_predicted_numbers_are_scored_against_the_target(folder):
    model = load(folder / "scale.json")
    errors = [abs(y - p) for y, p in zip([10.0, 20.5], model.predict([[4.0], [5.5]]))]
    said = f"mean absolute error against the column 'y': {sum(errors) / 2:.4g}\n"
    predict(folder, "y,x\n10,4\n20.5,5.5\n,7\n", model="scale.json", stderr=said)
    predict(folder, "y;x\n10,0;4\n20,5;5,5\n;7\n", model="scale.json", stderr=said)
    predict(folder, "y,x\n,4\n?,7\n", model="scale.json")


def test_rows_with_a_missing_cell_can_be_left_out(folder):
    text = NEW + "rough,A3,\n"
    assert predict(folder, text, "--skip-missing", stderr="note: 1 row with a missing cell left out\n") == (
        predict(folder, NEW))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_file_in_a_pipe_is_utf_8_whatever_the_terminal(folder, encoding):
    text = "peel,weight,Größe 漢\nsmooth,155,ü\n"
    out = predict(folder, text.encode("utf-8"), PYTHONIOENCODING=encoding)
    assert out.startswith("peel,weight,Größe 漢,predicted fruit,probability\nsmooth,155,ü,apple,")


def test_an_encoding_can_be_given(folder):
    text = "peel,weight,größe\nsmooth,155,ü\n".encode("latin-1")
    assert "größe" in predict(folder, text, "--encoding", "latin-1")


def test_a_model_saved_from_python_is_used_by_position_or_by_its_names(tmp_path):
    X, y = [[0.0, "a"], [1.0, "b"], [2.0, "a"], [3.0, "b"]], [10, 10, 11, 11]
    model = Classifier(hidden=(), epochs=60, learning_rate=0.3).fit(X, y)
    model.save(tmp_path / "m.json")
    assert model.predict([[0.0, "a"], [3.0, "b"]]) == [10, 11]
    assert [line.split(",")[2] for line in predict(tmp_path, "0,a\n3,b\n", model="m.json").split()] == ["10", "11"]
    assert predict(tmp_path, "x1,x0\na,0\nb,3\n", model="m.json").startswith(
        "x1,x0,predicted target,probability\na,0,10,")


def test_a_file_that_is_replaced_is_replaced_whole(folder):
    (folder / "out.csv").write_text("old " * 1000)
    predict(folder, NEW, "-o", "out.csv")
    assert (folder / "out.csv").read_text().startswith("peel,shelf,weight,predicted fruit")
    assert sorted(contents(folder)) == ["fruit.json", "fruit0.json", "new.csv", "out.csv", "scale.json"]


# --- What is refused.

BAD_FILES = {
    "empty": ("", "new.csv: the file is empty, expected a header and rows below it"),
    "header alone": ("weight,peel\n", "new.csv: found a header alone ('weight', 'peel'), expected rows below it"),
    "ragged": ("weight,peel\n155,smooth\n101\n", "new.csv, line 3: found 1 cell separated by ',', "
                                                 "expected 2 as in line 1"),
    "a column missing": ("wieght,peel\n155,smooth\n",
                         "new.csv: columns of the training data are missing here: 'weight' (did you mean 'wieght'?); "
                         "the columns are 'wieght', 'peel'"),
    "all columns missing": ("a,b\nx,1\n", "new.csv: columns of the training data are missing here: 'weight', 'peel'; "
                                          "the columns are 'a', 'b'"),
    "another number of columns without a header": (
        "155\n101\n", "new.csv: found 1 column, matched by position for want of a header here or in training, "
                      "expected 2 or 3: 'weight', 'peel', 'fruit'"),
    "text among numbers": ("weight,peel\nheavy,smooth\n",
                           "new.csv, line 2, column 'weight': found 'heavy', expected a number as in training"),
    "a text never seen": ("weight,peel\n155,smooth\n101,rouhg\n",
                          "new.csv, line 3, column 'peel': found the text 'rouhg', never seen in training "
                          "(did you mean 'rough'?): expected 'rough', 'smooth'"),
    "missing cell": ("weight,peel\n155,smooth\n,rough\n",
                     "new.csv, line 3, column 'weight': the cell is empty (1 missing cell in all, in 1 of 2 rows); "
                     "pass --skip-missing (skip_missing=True) to leave such rows out"),
    "NaN": ("weight,peel\nnan,smooth\n",
            "new.csv, line 2, column 'weight': found 'nan', a missing cell (1 missing cell in all, in 1 of 1 row); "
            "pass --skip-missing (skip_missing=True) to leave such rows out"),
    "infinity": ("weight,peel\ninf,smooth\n",
                 "new.csv, line 2, column 'weight': found 'inf', infinity, expected a finite number"),
    "1e400": ("weight,peel\n1e400,smooth\n",
              "new.csv, line 2, column 'weight': found '1e400', too large for a float, expected at most 1.8e+308"),
    "latin-1": ("weight,peel\n155,r\xe4u\n".encode("latin-1"),
                "new.csv, line 2: byte 17 (0xe4) is not utf-8; pass the file's encoding, often --encoding latin-1 "
                "(encoding='latin-1')"),
}


@pytest.mark.parametrize("text, message", BAD_FILES.values(), ids=BAD_FILES)
def test_rows_that_cannot_be_predicted_are_refused_in_one_sentence(text, message, folder):
    (folder / "new.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert refused("predict", "fruit.json", "new.csv", "-o", "out.csv", cwd=folder) == f"purenet predict: {message}"


def test_a_number_too_far_from_training_is_refused_with_its_line(folder):
    text = (folder / "scale.json").read_text().replace('"deviation": 3.45', '"deviation": 0.00345', 1)
    (folder / "scale.json").write_text(text)
    deviation = load(folder / "scale.json").encoder_.inputs[0].deviation
    assert deviation < 0.004
    (folder / "new.csv").write_text("x\n4\n1e308\n")
    assert refused("predict", "scale.json", "new.csv", cwd=folder) == (
        "purenet predict: new.csv, line 3, column 'x': found 1e+308, too far from the training rows (mean 5.5, "
        f"deviation {deviation!r})")


def cut(text):
    """The first half of a model file."""
    return text[:len(text) // 2]


def later(text):
    """A model file of a later version."""
    return json.dumps({**json.loads(text), "version": 3})


def without_seed(text):
    """A model file that lacks a field."""
    whole = json.loads(text)
    del whole["options"]["seed"]
    return json.dumps(whole)


BAD_MODELS = {
    "empty": (lambda text: "", "bad.json: not a purenet model, or cut off: Expecting value: line 1 column 1 (char 0)"),
    "a CSV file": (lambda text: "weight,peel\n", "bad.json: not a purenet model, or cut off: "
                                                 "Expecting value: line 1 column 1 (char 0)"),
    "another JSON": (lambda text: '{"a": 1}', "bad.json: not a purenet model: expected a JSON object with the format "
                                              "'purenet', found {'a': 1}"),
    "later": (later, "bad.json: written by a later purenet: found version 3, expected at most 2; update purenet"),
    "a field missing": (without_seed, "bad.json: options: the field 'seed' is missing"),
}


@pytest.mark.parametrize("change, message", BAD_MODELS.values(), ids=BAD_MODELS)
def test_a_file_that_is_no_model_is_refused_in_one_sentence(change, message, folder):
    (folder / "bad.json").write_text(change((folder / "fruit.json").read_text()))
    (folder / "new.csv").write_text(NEW)
    assert refused("predict", "bad.json", "new.csv", cwd=folder) == f"purenet predict: {message}"


def test_a_model_that_is_cut_off_is_refused(folder):
    (folder / "bad.json").write_text(cut((folder / "fruit.json").read_text()))
    assert refused("predict", "bad.json", "-", cwd=folder).startswith(
        "purenet predict: bad.json: not a purenet model, or cut off: ")


def test_what_cannot_be_opened_is_refused(folder):
    assert refused("predict", "fuit.json", "-", cwd=folder) == "purenet predict: fuit.json: No such file or directory"
    assert refused("predict", ".", "-", cwd=folder) == "purenet predict: .: Is a directory"
    assert refused("predict", "fruit.json", "nw.csv", cwd=folder) == "purenet predict: nw.csv: no such file"
    (folder / "new.csv").write_text(NEW)
    assert refused("predict", "fruit.json", "new.csv", "-o", "no/out.csv", cwd=folder) == (
        "purenet predict: no/out.csv: there is no folder 'no' to write to; make it first")
    assert refused("predict", "fruit.json", "new.csv", "-o", ".", cwd=folder) == (
        "purenet predict: .: this is a directory, expected a name for the file to write")


def test_a_network_without_columns_is_refused(tmp_path):
    Network([2, 1]).save(tmp_path / "network.json")
    assert refused("predict", "network.json", "-", cwd=tmp_path) == (
        "purenet predict: network.json: a bare network, which knows no columns; "
        "expected a model that `purenet train` wrote")


def test_two_files_are_needed(tmp_path):
    done = purenet_("predict", "fruit.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "purenet predict: the following arguments are required: NEW.csv "
                                                 "(see purenet predict --help)\n")


def test_the_model_is_not_written_over(folder):
    (folder / "new.csv").write_text(NEW)
    assert refused("predict", "fruit.json", "new.csv", "-o", "fruit.json", cwd=folder) == (
        "purenet predict: fruit.json: this is the file to read, expected another name for the file to write")
    succeeds("predict", "fruit.json", "new.csv", "-o", "new.csv", cwd=folder)  # the rows come out as they are, and more
    assert (folder / "new.csv").read_text().startswith("peel,shelf,weight,predicted fruit,probability\n")


def test_what_was_predicted_may_be_predicted_again(folder):
    (folder / "new.csv").write_text(NEW)
    for _ in range(3):
        succeeds("predict", "fruit.json", "new.csv", "-o", "new.csv", cwd=folder)
    header = (folder / "new.csv").read_text().splitlines()[0].split(",")
    assert header[3:] == ["predicted fruit", "probability", "predicted fruit 2", "probability 2", "predicted fruit 3",
                          "probability 3"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipe with a name here")
def test_the_rows_go_into_a_pipe_with_a_name(folder):
    (folder / "new.csv").write_text(NEW)
    printed = succeeds("predict", "fruit.json", "new.csv", cwd=folder)
    assert succeeds("predict", "fruit.json", "new.csv", "-o", "/dev/stdout", cwd=folder) == printed


def test_closed_streams_are_said(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    (folder / "new.csv").write_text(NEW)
    monkeypatch.setattr("sys.stdin", None)
    assert cli.main(["predict", "fruit.json", "-"]) == 2
    assert "standard input is closed, expected it open for the rows" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdout", None)
    assert cli.main(["predict", "fruit.json", "new.csv"]) == 2
    assert "standard output is closed, expected it open for the rows" in capsys.readouterr().err
