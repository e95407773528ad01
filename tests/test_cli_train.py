"""The command `train` as a process: on iris and on files of many kinds, and what it refuses."""

import json
import os
import random

import pytest

from commands import contents, purenet_, refused, succeeds
from purenet import Adam, Classifier, Network, Regressor, load
from purenet.csvfile import example
from purenet.data import split
from purenet.encoder import Number

QUICK = ("--epochs", "2", "--hidden", "4")
random_numbers = random.Random(3)
FRUIT = "weight,length,peel,fruit\n" + "".join(
    f"{random_numbers.gauss(mean, 5):.1f},{random_numbers.gauss(length, 0.5):.2f},{peel},{fruit}\n"
    for _ in range(10) for fruit, mean, length, peel in
    [("apple", 150, 7, "smooth"), ("banana", 120, 18, "smooth"), ("lemon", 100, 9, "rough")])
RENT = "area;floor;balcony;rent\n" + "".join(
    f"{area},5;{floor};{'yes' if floor % 2 else 'no'};{10 * area + 20 * floor},25\n"
    for area, floor in zip(range(30, 90, 3), [0, 3, 1, 4, 2] * 4))


def written(folder, text, name="rows.csv", encoding="utf-8"):
    """Write a file into a folder; return its name."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return name


def train(folder, text, *arguments, target="-1", **keywords):
    """Train on a file with this text; return the report and the model."""
    report = succeeds("train", written(folder, text), "--target", target, *QUICK, "-o", "model.json", *arguments,
                      cwd=folder, **keywords)
    assert [line for line in report.splitlines() if len(line) > 80] == []
    return report, load(folder / "model.json")


# --- Iris, which travels along.

@pytest.fixture(scope="module")
def iris(tmp_path_factory):
    """The folder in which a model was trained on iris, and the report."""
    folder = tmp_path_factory.mktemp("iris")
    return folder, succeeds("train", "--example", "iris", "-o", "model.json", cwd=folder)


def test_iris_is_learned_with_nothing_at_hand(iris):
    folder, report = iris
    lines = report.splitlines()
    assert lines[:4] == [
        "iris: 150 rows, 4 columns of numbers",
        "target species: 3 classes: setosa (50), versicolor (50), virginica (50)",
        "120 rows to train on, 30 held out (chosen by seed 1)",
        "network 4-64-3: 515 weights and biases, relu and softmax, cross_entropy"]
    result = next(line for line in lines if line.startswith("held-out rows: "))
    assert result.endswith("(always saying setosa: 33.3 %)")
    assert int(result.split()[2]) >= 28, result
    assert lines[-1] == "The model is in model.json. To use it: purenet predict model.json NEW.csv"
    assert [line for line in lines if len(line) > 80] == []
    assert os.listdir(folder) == ["model.json"]


def test_the_loss_is_drawn_as_a_curve_that_falls(iris):
    lines = iris[1].splitlines()
    start = lines.index("loss, epoch by epoch")
    picture = [line[11:] for line in lines[start + 1:start + 11]]
    heights = [next(i for i, line in enumerate(picture) if line[column:column + 1] == "*") for column in range(10)]
    assert heights[0] == 0 and heights[:5] == sorted(heights[:5]) and min(heights[3:]) > 4
    assert lines[start + 11].startswith("          +----") and lines[start + 12].split()[0] == "1"
    assert " epochs in " in lines[start + 13]


def test_the_confusion_matrix_counts_the_held_out_rows(iris):
    folder, report = iris
    lines = report.splitlines()
    start = lines.index("rows are the actual classes, columns the predicted ones")
    assert lines[start + 1].split() == ["actual", "|", "setosa", "versicolor", "virginica"]
    counts = [[int(word) for word in line.split()[2:]] for line in lines[start + 2:start + 5]]
    assert [sum(row) for row in counts] == [10, 10, 10]
    result = next(line for line in lines if line.startswith("held-out rows: "))
    assert sum(counts[i][i] for i in range(3)) == int(result.split()[2])


def test_the_model_is_what_Classifier_learns_from_the_training_rows_alone(iris):
    """The scaling too: of the training rows, not of all."""
    data = example("iris").dataset("species")
    train_rows, test_rows = split(data.targets, 0.2, seed=1)
    model = Classifier().fit([data.rows[i] for i in train_rows], [data.targets[i] for i in train_rows],
                             columns=data.columns)
    saved = load(iris[0] / "model.json")
    assert saved.network_.weights == model.network_.weights
    assert saved.encoder_.to_dict() == model.encoder_.to_dict()
    for place, column in enumerate(saved.encoder_.inputs):
        assert column == Number.learn(data.columns[place], [data.rows[i][place] for i in train_rows])
    right = sum(saved.predict([data.rows[i]]) == [data.targets[i]] for i in test_rows)
    assert f"held-out rows: {right} of 30 right, accuracy {100 * right / 30:.1f} %" in iris[1]


def test_a_seed_gives_the_same_report_and_another_one_does_not(tmp_path):
    def report(seed):
        text = succeeds("train", "--example", "iris", *QUICK, "--seed", seed, cwd=tmp_path)
        return [line for line in text.splitlines() if "epochs in" not in line]

    assert report(1) == report(1)
    assert report(1) != report(2)
    assert os.listdir(tmp_path) == [], "without -o nothing is written"


# --- Files of many kinds.

def test_texts_are_one_hot_and_columns_are_counted(tmp_path):
    report, model = train(tmp_path, FRUIT, target="fruit")
    assert report.startswith("rows.csv: 30 rows, 2 columns of numbers and 1 column of texts\n"
                             "target fruit: 3 classes: apple (10), banana (10), lemon (10)\n"
                             "24 rows to train on, 6 held out (chosen by seed 1)\n"
                             "network 4-4-3: 35 weights and biases, relu and softmax, cross_entropy\n")
    assert model.encoder_.categories == [None, None, ["rough", "smooth"]]
    assert model.table_ == {"columns": ["weight", "length", "peel", "fruit"], "target": "fruit"}


def test_eleven_columns_are_columns(tmp_path):
    text = "".join(",".join(str(i * j % 7 + 0.5) for j in range(11)) + f",{'ab'[i % 2]}\n" for i in range(8))
    assert train(tmp_path, text, "--no-header")[0].startswith("rows.csv: 8 rows, 11 columns of numbers\n")


def test_a_file_as_a_spreadsheet_writes_it(tmp_path):
    """A byte order mark, semicolons, decimal commas, quotes, and lines that end as on Windows."""
    text = RENT.replace("area", '"area"').replace("yes", '"yes; of course"').replace("\n", "\r\n")
    report, model = train(tmp_path, ("\ufeff" + text).encode("utf-8"), target="rent")
    assert report.startswith("rows.csv: 20 rows, 2 columns of numbers and 1 column of texts\n"
                             "target rent: numbers from 300.25 to 920.25, so a regression\n"
                             "16 rows to train on, 4 held out (chosen by seed 1)\n"
                             "network 4-4-1: 25 weights and biases, relu and identity, squared_error\n")
    assert type(model) is Regressor and model.encoder_.columns == ["area", "floor", "balcony"]
    assert model.encoder_.categories[2] == ["no", "yes; of course"]


def test_a_regression_is_scored_beside_the_mean(tmp_path):
    out = succeeds("train", written(tmp_path, RENT), "--target", "rent", "--epochs", "150", "--patience", "0",
                   cwd=tmp_path).splitlines()
    result = next(i for i, line in enumerate(out) if line.startswith("held-out rows: mean absolute error "))
    words = out[result].replace(")", "").split()
    assert out[result + 1].split()[0] == "R2" and float(out[result + 1].split()[1]) > 0.9
    assert float(words[5]) < float(words[-1]) / 3, "the network must be better than always saying the mean"


def test_a_file_without_a_header_has_numbered_columns(tmp_path):
    report, model = train(tmp_path, FRUIT.split("\n", 1)[1])
    assert "target 4: 3 classes: " in report
    assert model.encoder_.columns == ["1", "2", "3"] and model.table_["target"] == "4"
    assert train(tmp_path, FRUIT.split("\n", 1)[1], target="4")[1].encoder_.columns == ["1", "2", "3"]


def test_a_tab_may_be_named(tmp_path):
    text = FRUIT.replace(",", "\t")
    for name in ("tab", "\\t", "\t"):
        assert train(tmp_path, text, "--delimiter", name)[1].encoder_.columns == ["weight", "length", "peel"]


def test_standard_input_is_read_for_a_dash(tmp_path):
    out = succeeds("train", "-", "--target", "fruit", *QUICK, cwd=tmp_path, stdin=FRUIT)
    assert out.startswith("standard input: 30 rows, ")


def test_two_classes_share_one_output(tmp_path):
    text = "x,y\n" + "".join(f"{i},{i % 2}\n" for i in range(10))
    report, model = train(tmp_path, text)
    assert "network 1-4-1: 13 weights and biases, relu and sigmoid, binary_cross_entropy" in report
    assert "target y: 2 classes: 0 (5), 1 (5)" in report and model.classes_ == ["0", "1"]


def test_the_task_can_be_given(tmp_path):
    text = "x,y\n" + "".join(f"{i / 2},{i % 3}\n" for i in range(12))
    assert "target y: 3 classes: 0 (4), 1 (4), 2 (4)\n" in train(tmp_path, text)[0]
    assert "target y: numbers from 0 to 2, so a regression\n" in train(tmp_path, text, "--task", "regression")[0]
    text = text.replace("\n", ".5\n").replace("y.5", "y")
    assert "so a regression" in train(tmp_path, text)[0]
    assert "3 classes: 0.5 (4), 1.5 (4), 2.5 (4)\n" in train(tmp_path, text, "--task", "classification")[0]


def test_many_whole_numbers_may_be_meant_as_numbers(tmp_path):
    text = "x,y\n" + "".join(f"{i},{i}\n{i + 0.5},{i}\n" for i in range(21))
    assert ("target y: 21 classes: 0 (2), 1 (2), 2 (2), 3 (2) and 17 more\n"
            "note: these are whole numbers; --task regression predicts them as numbers\n") in train(tmp_path, text)[0]


@pytest.mark.parametrize("hidden, sizes", [("5", [4, 5, 3]), ("6,5", [4, 6, 5, 3]), ("0", [4, 3])])
def test_the_hidden_layers_are_those_asked_for(hidden, sizes, tmp_path):
    model = train(tmp_path, FRUIT, "--hidden", hidden)[1]
    assert model.network_.sizes == sizes and list(model.hidden) == sizes[1:-1]


def test_every_hyperparameter_is_handed_on(tmp_path):
    given = {"activation": "tanh", "epochs": 3, "learning_rate": 0.02, "decay": 0.5, "batch_size": 5,
             "optimizer": "momentum", "l2": 0.25, "patience": 4, "tolerance": 0.125, "validation": 0.2, "init": "he",
             "seed": 9, "exp": "portable"}
    words = [word for name, value in given.items() for word in ("--" + name.replace("_", "-"), str(value))]
    model = train(tmp_path, FRUIT, *words)[1]
    assert model.get_params() == {**given, "hidden": (4,)}
    assert Classifier(**given, hidden=(4,)).get_params() == model.get_params()


def test_the_defaults_are_those_of_Classifier(iris):
    assert load(iris[0] / "model.json").get_params() == Classifier().get_params()


def test_without_patience_all_epochs_are_gone_through(tmp_path):
    assert train(tmp_path, FRUIT, "--patience", "0")[1].patience is None
    long = ("--epochs", "30", "--tolerance", "100")
    assert "\n4 epochs in" in train(tmp_path, FRUIT, *long)[0]
    assert " s (it had stopped getting better)\n" in train(tmp_path, FRUIT, *long)[0]
    assert "\n30 epochs in" in train(tmp_path, FRUIT, *long, "--patience", "0")[0]


def test_no_row_is_held_out_when_none_should_be(tmp_path):
    report, model = train(tmp_path, FRUIT, "--test", "0")
    assert "30 rows to train on, 0 held out\n" in report and "held-out rows" not in report
    assert model.encoder_.inputs[0].mean == pytest.approx(
        sum(float(line.split(",")[0]) for line in FRUIT.splitlines()[1:]) / 30)
    assert "15 rows to train on, 15 held out (chosen by seed 1)\n" in train(tmp_path, FRUIT, "--test", "0.5")[0]


def test_no_epochs_and_one_epoch_are_reported(tmp_path):
    report = train(tmp_path, FRUIT, "--epochs", "0")[0]
    assert "\n0 epochs in " in report and "loss, epoch by epoch" not in report
    report = train(tmp_path, FRUIT, "--epochs", "1")[0]
    assert " |*\n          +-\n           1\n1 epoch in " in report


def test_columns_can_be_ignored_and_taken_as_texts(tmp_path):
    model = train(tmp_path, FRUIT, "--ignore", "weight", "--ignore", "2", target="fruit")[1]
    assert model.encoder_.columns == ["peel"]
    text = "code,x,y\n" + "".join(f"{i % 3},{i},{'ab'[i % 2]}\n" for i in range(12))
    assert train(tmp_path, text)[1].encoder_.categories == [None, None]
    assert train(tmp_path, text, "--categorical", "code")[1].encoder_.categories == [["0", "1", "2"], None]


def test_rows_with_a_missing_cell_can_be_left_out(tmp_path):
    lines = FRUIT.splitlines()
    lines[3] = lines[3].replace("rough", "")
    report = train(tmp_path, "\n".join(lines), "--skip-missing")[0]
    assert report.startswith("rows.csv: 29 rows, 2 columns of numbers and 1 column of texts\n"
                             "note: 1 row with a missing cell left out\n")
    lines[5] = "NA" + lines[5][lines[5].index(","):]
    assert "note: 2 rows with a missing cell left out\n" in train(tmp_path, "\n".join(lines), "--skip-missing")[0]


def test_a_constant_column_is_noted(tmp_path):
    lines = FRUIT.splitlines()
    one = "\n".join([f"same,{lines[0]}", *(f"7,{line}" for line in lines[1:])])
    report, model = train(tmp_path, one)
    assert "\nnote: column 'same' is the same in every training row; it teaches nothing\n" in report
    assert model.encoder_.constant_columns == ["same"]
    two = "\n".join([f"also,same,{lines[0]}", *(f"x,7,{line}" for line in lines[1:])])
    assert ("\nnote: columns 'also', 'same' are the same in every training row; they teach\n  nothing\n"
            in train(tmp_path, two)[0])


def test_a_held_out_row_with_a_text_never_seen_is_not_scored(tmp_path):
    lines = [f"town {i},{i % 2}" for i in range(20)]
    report = train(tmp_path, "\n".join(["town,y", *lines]))[0]
    notes = report[report.index("note: rows.csv, line "):report.index("\nno held-out")]
    assert notes.startswith("note: rows.csv, line ") and notes.endswith("\nnote: 3 more rows not scored, for the like")
    assert "is not scored: column 'town': found the text 'town " in notes
    assert "\nno held-out row is left to score\n" in report


def test_the_other_held_out_rows_are_scored(tmp_path):
    towns, labels = ["here"] * 20 + [f"town {i}" for i in range(4)], ["0", "1"] * 12
    train_rows, test_rows = split(labels, 0.5, seed=5)
    unseen = {towns[i] for i in test_rows} - {towns[i] for i in train_rows}
    assert unseen, "this seed is to hold a town out"
    report = train(tmp_path, "town,y\n" + "".join(f"{town},{label}\n" for town, label in zip(towns, labels)),
                   "--seed", "5", "--test", "0.5")[0]
    assert f" of {12 - len(unseen)} right, accuracy " in report
    assert report.count("note: ") == min(2, len(unseen))


def test_a_target_that_is_constant_in_the_held_out_rows_has_no_r2(tmp_path):
    text = "x,y\n" + "".join(f"{i},0.5\n" for i in range(11))
    report = train(tmp_path, text)[0]
    assert "(always saying the mean, 0.5: 0)\n               R2 is not defined: all their targets are equal\n" in report


# --- Names that are long or many.

def classes(names, rows=60):
    """A file of two columns of numbers and one of these classes, in turn."""
    return "x,y,kind\n" + "".join(f"{i},{i * i % 17},{names[i % len(names)]}\n" for i in range(rows))


def test_a_dozen_classes_make_a_matrix_in_the_order_of_numbers(tmp_path):
    report = train(tmp_path, classes([str(i) for i in range(12)], rows=120))[0]
    lines = report.splitlines()
    start = lines.index("rows are the actual classes, columns the predicted ones")
    assert lines[start + 1].split() == ["actual", "|", *(str(i) for i in range(12))]
    assert [line.split()[0] for line in lines[start + 2:start + 14]] == [str(i) for i in range(12)]


def test_long_names_are_numbered_in_the_matrix(tmp_path):
    names = [f"the species with the number {i} in the herbarium of the university" for i in range(4)]
    lines = train(tmp_path, classes(names))[0].splitlines()
    start = lines.index("rows are the actual classes, columns the predicted ones")
    assert lines[start + 1].split() == ["actual", "|", "1", "2", "3", "4"]
    assert lines[start + 2].startswith("the species with t...m of the university 1  |  ")
    assert len({len(line) for line in lines[start + 1:start + 6]}) == 1


def test_too_many_classes_for_a_matrix_make_a_list_of_mistakes(tmp_path):
    report = train(tmp_path, classes([f"a name of some length {i}" for i in range(30)], rows=150))[0]
    listed = report[report.index("the commonest mistakes\n"):].splitlines()
    assert all(" taken for a name of some length " in line for line in listed[1:11])
    assert listed[11].startswith("and ") and listed[11].endswith(" rarer ones")


# --- What is refused.

GOOD = "weight,peel,fruit\n" + "150.5,smooth,apple\n100.5,rough,lemon\n" * 5


def bad(line, cells):
    """GOOD with one line exchanged."""
    lines = GOOD.splitlines()
    lines[line - 1] = cells
    return "\n".join(lines) + "\n"


CURE = "correct it, or pass --categorical weight (categorical=['weight']) or --ignore weight (ignore=['weight'])"
BAD_FILES = {
    "empty": ("", "rows.csv: the file is empty, expected a header and rows below it"),
    "blank lines": ("\n\n", "rows.csv: the file is empty, expected a header and rows below it"),
    "header alone": ("weight,peel,fruit\n", "rows.csv: found a header alone ('weight', 'peel', 'fruit'), "
                                            "expected rows below it"),
    "ragged": (bad(4, "150.5,smooth"), "rows.csv, line 4: found 2 cells separated by ',', expected 3 as in line 1"),
    "text among numbers": (bad(5, "heavy,rough,lemon"),
                           f"rows.csv, line 5, column 'weight': found 'heavy', expected a number as in most of the "
                           f"column; {CURE}"),
    "missing cell": (bad(5, ",rough,lemon"),
                     "rows.csv, line 5, column 'weight': the cell is empty (1 missing cell in all, in 1 of 10 rows); "
                     "pass --skip-missing (skip_missing=True) to leave such rows out"),
    "missing class": (bad(5, "1.5,rough,NA"),
                      "rows.csv, line 5, column 'fruit': found 'NA', a missing cell (1 missing cell in all, in 1 of "
                      "10 rows); pass --skip-missing (skip_missing=True) to leave such rows out"),
    "NaN": (bad(5, "NaN,rough,lemon"),
            "rows.csv, line 5, column 'weight': found 'NaN', a missing cell (1 missing cell in all, in 1 of 10 rows); "
            "pass --skip-missing (skip_missing=True) to leave such rows out"),
    "infinity": (bad(5, "-inf,rough,lemon"),
                 "rows.csv, line 5, column 'weight': found '-inf', infinity, expected a finite number"),
    "1e400": (bad(5, "1e400,rough,lemon"),
              "rows.csv, line 5, column 'weight': found '1e400', too large for a float, expected at most 1.8e+308"),
    "one class": (GOOD.replace("lemon", "apple"),
                  "rows.csv: every row has the class 'apple'; expected at least two classes"),
    "a single row": ("weight,peel,fruit\n1.5,smooth,apple\n",
                     "rows.csv: found a single row, expected at least two to learn from"),
    "one row of each class": ("weight,peel,fruit\n1.5,smooth,apple\n2.5,smooth,lemon\n",
                              "nothing can be held out of 2 rows, as one row of each class must stay for training; "
                              "add rows, or train without a test (--test 0)"),
    "many whole numbers": ("x,y\n" + "".join(f"{i},{i}\n" for i in range(9)) + "9,8\n",
                           "rows.csv: the target has 9 different whole numbers in 10 rows; pass --task regression to "
                           "predict it as a number, or --task classification for classes"),
    "a name twice": (GOOD.replace("peel", "weight"),
                     "rows.csv, line 1: columns 1 and 2 of the header are both named 'weight', "
                     "expected different names"),
    "an open quote": (GOOD + '"150,smooth,apple\n',
                      "rows.csv, line 12: a quote opens in the row that starts here and is never closed"),
    "latin-1": (bad(5, "1.5,räu,lemon").encode("latin-1"),
                "rows.csv, line 5: byte 79 (0xe4) is not utf-8; pass the file's encoding, often --encoding latin-1 "
                "(encoding='latin-1')"),
    "a spreadsheet": (b"PK\x03\x04 and so on", "rows.csv: this is a spreadsheet (.xlsx, .ods) or a zip archive, "
                                               "expected a text file: open it and save it as CSV"),
}


@pytest.mark.parametrize("text, message", BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_cannot_be_learned_from_is_refused_in_one_sentence(text, message, tmp_path):
    name = written(tmp_path, text)
    assert refused("train", name, "--target", "-1", "-o", "model.json", cwd=tmp_path) == f"purenet train: {message}"


BAD_OPTIONS = {
    "no file": ([], "expected either a file or --example, as in: purenet train rows.csv --target price"),
    "two files": (["rows.csv", "--example", "iris"],
                  "expected either a file or --example, as in: purenet train rows.csv --target price"),
    "a file that is not there": (["row.csv", "--target", "fruit"],
                                 "row.csv: no such file (did you mean 'rows.csv'?)"),
    "a directory": ([".", "--target", "fruit"], ".: this is a directory, expected a CSV file"),
    "an unknown example": (["--example", "irs"], "unknown example 'irs' (did you mean 'iris'?): expected one of iris"),
    "no target": (["rows.csv"], "which column is to be predicted? Name it with --target; the columns of rows.csv are "
                                "'weight', 'peel', 'fruit'"),
    "an unknown target": (["rows.csv", "--target", "fruits"],
                          "rows.csv: no column 'fruits' (did you mean 'fruit'?); the columns are "
                          "'weight', 'peel', 'fruit'"),
    "a target too far": (["rows.csv", "--target", "4"],
                         "rows.csv: no column '4'; the columns are 'weight', 'peel', 'fruit'"),
    "an unknown column to ignore": (["rows.csv", "--target", "fruit", "--ignore", "weigth"],
                                    "rows.csv: no column 'weigth' (did you mean 'weight'?); the columns are "
                                    "'weight', 'peel', 'fruit'"),
    "the target ignored": (["rows.csv", "--target", "fruit", "--ignore", "3"],
                           "the target 'fruit' is among the columns to ignore"),
    "everything ignored": (["rows.csv", "--target", "fruit", "--ignore", "1", "--ignore", "2"],
                           "rows.csv: no column is left to learn from beside the target and those ignored"),
    "an unknown task": (["rows.csv", "--target", "fruit", "--task", "regresion"],
                        "unknown task 'regresion' (did you mean 'regression'?): "
                        "expected one of classification, regression"),
    "a regression of texts": (["rows.csv", "--target", "fruit", "--task", "regression"],
                              "rows.csv, line 2, column 'fruit': found 'apple', expected a number as the target of a "
                              "regression; correct it, or pass --task classification (task='classification')"),
    "an unknown encoding": (["rows.csv", "--target", "fruit", "--encoding", "utf-9"],
                            "unknown encoding 'utf-9': expected one such as utf-8, latin-1 or cp1252"),
    "a delimiter of two characters": (["rows.csv", "--target", "fruit", "--delimiter", "::"],
                                      "the delimiter is '::', expected one character, such as ',' or ';'"),
    "everything held out": (["--example", "iris", "--test", "1"],
                            "the fraction to hold out is 1.0, expected a number between 0 and 1, such as 0.2"),
    "less than nothing held out": (["--example", "iris", "--test", "-0.5"],
                                   "the fraction to hold out is -0.5, expected a number between 0 and 1, such as 0.2"),
    "a layer without units": (["--example", "iris", "--hidden", "16,0"],
                              "hidden[1] must be a whole number of at least 1, found 0"),
    "negative epochs": (["--example", "iris", "--epochs", "-5"],
                        "epochs must be a whole number of at least 0, found -5"),
    "an infinite learning rate": (["--example", "iris", "--learning-rate", "inf"],
                                  "learning_rate must be a number above 0, found inf"),
    "a negative seed": (["--example", "iris", "--seed", "-1"],
                        "seed must be a whole number from 0 to 4294967295, found -1"),
    "activation": (["--example", "iris", "--activation", "rleu"],
                   "unknown activation 'rleu' (did you mean 'relu'?): "
                   "expected one of identity, relu, sigmoid, softmax, tanh"),
    "optimizer": (["--example", "iris", "--optimizer", "sgd"],
                  "unknown optimizer 'sgd': expected one of adam, gradient_descent, momentum"),
    "init": (["--example", "iris", "--init", "glorat"],
             "unknown init 'glorat' (did you mean 'glorot'?): expected one of glorot, he, uniform, zeros"),
    "exp": (["--example", "iris", "--exp", "portabel"],
            "unknown exp 'portabel' (did you mean 'portable'?): expected one of platform, portable"),
    "a model without a name": (["--example", "iris", "-o", "-"],
                               "-o -: the report goes to standard output, so the model needs the name of a file"),
    "a model in no folder": (["--example", "iris", "-o", "models/iris.json"],
                             "models/iris.json: there is no folder 'models' to write to; make it first"),
    "a model that is a folder": (["--example", "iris", "-o", "."],
                                 ".: this is a directory, expected a name for the file to write"),
}


@pytest.mark.parametrize("arguments, message", BAD_OPTIONS.values(), ids=BAD_OPTIONS)
def test_options_that_do_not_fit_are_refused_in_one_sentence(arguments, message, tmp_path):
    written(tmp_path, GOOD)
    assert refused("train", *arguments, cwd=tmp_path) == f"purenet train: {message}"


def test_a_training_that_diverges_says_the_epoch_and_writes_no_model(tmp_path):
    """Weights that have run away are no model: an old file stays, and there is no new one."""
    (tmp_path / "model.json").write_text("the old model")
    message = refused("train", "--example", "iris", "--learning-rate", "1e20", "--optimizer", "gradient_descent", "-o",
                      "model.json", "--batch-size", "16", cwd=tmp_path)
    assert message.startswith("purenet train: fit: training diverged in epoch 1 (the first is 0): the loss became ")
    assert message.endswith("; try a learning_rate well below 9.09091e+19")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_said(tmp_path):
    assert refused("train", "--example", "iris", *QUICK, "-o", "/dev/full", cwd=tmp_path) == (
        "purenet train: /dev/full: the file could not be written: No space left on device")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read and write everything")
def test_permission_is_asked_for(tmp_path):
    written(tmp_path, GOOD)
    (tmp_path / "rows.csv").chmod(0)
    assert refused_without_reading("train", "rows.csv", "--target", "fruit", cwd=tmp_path) == (
        "purenet train: rows.csv: no permission to read this file\n")
    (tmp_path / "locked").mkdir(mode=0o555)
    assert refused_without_reading("train", "--example", "iris", "-o", "locked/m.json", cwd=tmp_path) == (
        f"purenet train: locked/m.json: no permission to write in the folder {str(tmp_path / 'locked')!r}\n")


def refused_without_reading(*arguments, cwd):
    """What a refused command says on standard error; the files are not compared, for they may not be read."""
    done = purenet_(*arguments, cwd=cwd)
    assert done.returncode == 2 and done.stdout == ""
    return done.stderr


def test_an_old_model_is_replaced_and_nothing_else_is_left(tmp_path):
    (tmp_path / "model.json").write_text("the old model")
    succeeds("train", "--example", "iris", *QUICK, "-o", "model.json", cwd=tmp_path)
    assert list(contents(tmp_path)) == ["model.json"]
    assert load(tmp_path / "model.json").classes_ == ["setosa", "versicolor", "virginica"]


def test_a_quantity_in_whole_numbers_is_not_taken_for_classes_unless_asked(tmp_path):
    prices = "size,price\n" + "".join(f"{i},{100 * i}\n" for i in range(1, 13))
    (tmp_path / "prices.csv").write_text(prices)
    assert refused("train", "prices.csv", "--target", "price", cwd=tmp_path) == (
        "purenet train: prices.csv: the target has 12 different whole numbers in 12 rows; "
        "pass --task regression to predict it as a number, or --task classification for classes")
    quick = ("train", "prices.csv", "--target", "price", "--epochs", "1", "--test", "0", "--task")
    assert "so a regression" in succeeds(*quick, "regression", cwd=tmp_path)
    assert "12 classes" in succeeds(*quick, "classification", cwd=tmp_path)


# --- Nothing that is needed is written over.

def test_the_file_that_is_read_is_not_written_over(tmp_path):
    (tmp_path / "rows.csv").write_text("a,b\n1,x\n2,y\n3,x\n4,y\n")
    (tmp_path / "link.csv").symlink_to("rows.csv")
    for output in ("rows.csv", "link.csv"):
        assert refused("train", "rows.csv", "--target", "b", "-o", output, cwd=tmp_path) == (
            f"purenet train: {output}: this is the file to read, expected another name for the file to write")


@pytest.mark.parametrize("output, message", [
    ("", "-o: expected the name of a file, found an empty text"),
    ("model.json/", "model.json/: this is the name of a directory, expected a name for the file to write"),
])
def test_what_names_no_file_is_no_output(output, message, tmp_path):
    assert refused("train", "--example", "iris", "-o", output, cwd=tmp_path) == f"purenet train: {message}"


def test_an_interruption_in_the_first_epoch_leaves_the_old_model(tmp_path, monkeypatch, capsys):
    from purenet import cli
    from purenet.core import training

    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.json").write_text("the old one")
    monkeypatch.setattr(training, "fit", interrupted)
    assert cli.main(["train", "--example", "iris", "-o", "model.json"]) == 130
    assert capsys.readouterr().err == "purenet train: interrupted\n"
    assert (tmp_path / "model.json").read_text() == "the old one"


def test_a_class_may_have_a_very_long_number(tmp_path):
    (tmp_path / "rows.csv").write_text("a,b\n" + f"1,{'1' * 5000}\n2,2\n" * 9)
    assert "accuracy" in succeeds("train", "rows.csv", "--target", "b", "--task", "classification", cwd=tmp_path)


def test_control_characters_in_a_name_do_not_reach_the_terminal(tmp_path):
    (tmp_path / "rows.csv").write_text("a,b\n" + "1,\x1b[31mred\n2,blue\n" * 9)
    assert "\x1b" not in succeeds("train", "rows.csv", "--target", "b", cwd=tmp_path)


# --- Going on with a training.

@pytest.mark.parametrize("options", [
    ("--example", "iris"), ("rent.csv", "--target", "rent", "--test", "0", "--optimizer", "momentum"),
    ("rent.csv", "--target", "rent", "--validation", "0.3", "--patience", "2", "--tolerance", "0.01"),
])
def test_a_training_that_was_resumed_leaves_the_file_of_one_that_never_stopped(options, tmp_path):
    written(tmp_path, RENT, "rent.csv")
    command = ("train", *options, "--hidden", "6", "--resumable")
    succeeds(*command, "--epochs", "12", "-o", "whole.json", cwd=tmp_path)
    succeeds(*command, "--epochs", "3", "-o", "model.json", cwd=tmp_path)
    text = succeeds(*command, "--epochs", "12", "--resume", "model.json", "-o", "model.json", cwd=tmp_path)
    epochs = len(json.loads((tmp_path / "whole.json").read_text())["training"]["loss"])
    assert f"\n{epochs} epochs, {epochs - 3} of them now, in " in text
    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert (tmp_path / "model.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
    plain = succeeds("train", *options, "--hidden", "6", "--epochs", "12", "-o", "plain.json", cwd=tmp_path)
    assert plain.split("held-out rows")[1:] == text.replace("model.json", "plain.json").split("held-out rows")[1:]
    assert "training" not in json.loads((tmp_path / "plain.json").read_text())


def test_what_cannot_be_resumed_is_refused(tmp_path):
    iris = ("train", "--example", "iris", "--epochs", "2")
    succeeds(*iris, "-o", "plain.json", cwd=tmp_path)
    succeeds(*iris, "--resumable", "-o", "model.json", cwd=tmp_path)
    Network([4, 3]).save(tmp_path / "network.json")
    Network([4, 3]).save(tmp_path / "steps.json", optimizer=Adam())
    for options, message in (
            (("--resume", "model.json", "--learning-rate", "0.1"),
             "learning_rate is 0.1, but the training to go on with began with 0.01; only epochs may be another"),
            (("--resume", "model.json", "--test", "0.3"),
             "these are not the rows and targets with which the training to go on with began; to learn from others, "
             "begin anew"),
            (("--resume", "model.json", "--epochs", "1"), "epochs is 1, but 2 are done: expected at least as many"),
            (("--resume", "model.json", "--target", "petal_width"),
             "model.json: found a Classifier, but the target asks for a Regressor"),
            (("--resume", "network.json"), "network.json: found a Network, but the target asks for a Classifier"),
            (("--resume", "steps.json"), "steps.json: found a Network, but the target asks for a Classifier"),
            (("--resume", "plain.json"), "plain.json: the model is there, but not its training; only --resumable or "
                                         "Ctrl-C leaves it there"),
            (("--resume", "none.json"), "none.json: No such file or directory")):
        assert refused(*iris, *options, "-o", "model.json", cwd=tmp_path) == f"purenet train: {message}"
