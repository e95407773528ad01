"""purenet plot: every picture, for the tutorial's network and for saved ones, and what is refused."""

import re

import pytest

import purenet
from commands import purenet_, refused, succeeds
from drawings import SVG, outside, overlapping, parsed, texts
from purenet import Adam, Classifier, Network, Regressor, cli
from purenet.csvfile import example
from purenet.explain import pictures

X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
EXCLUSIVE_OR = [[0], [1], [1], [0]]
KINDS = ("network", "loss", "weights", "contributions", "boundary", "sigmoid", "tanh", "relu", "identity")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder with a model for iris, a regressor, and a bare network, and rows for the last two."""
    folder = tmp_path_factory.mktemp("saved")
    data = example("iris").dataset("species")
    iris = Classifier(hidden=(5,), epochs=3).fit(data.rows, data.targets, columns=data.columns)
    iris.table_ = {"columns": [*data.columns, "species"], "target": "species"}
    iris.save(folder / "iris.json")
    rows = [[float(i), ["<script>", "b&b"][i % 2]] for i in range(8)]
    Regressor(hidden=(3,), epochs=2).fit(rows, [row[0] * 2 for row in rows], columns=["size", "kind"]).save(
        folder / "price.json")
    (folder / "price.csv").write_text("size,kind,target\n" + "".join(f"{a},{b},{2 * a}\n" for a, b in rows))
    Network([2, 2, 1]).save(folder / "net.json")
    Network([2, 2, 1]).save(folder / "training.json", optimizer=Adam())
    for name in ("net", "training"):
        (folder / f"{name}.csv").write_text("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_needs_nothing_but_its_name(kind, tmp_path):
    """In a pipe, and of the same bytes as in a file."""
    arguments = [kind, *(["--epoch", "50"] if kind in ("loss", "weights", "boundary") else [])]
    text = succeeds("plot", *arguments, cwd=tmp_path)
    root = parsed(text)
    assert outside(root) == [] and overlapping(root) == []
    told = succeeds("plot", *arguments, "-o", "picture.svg", cwd=tmp_path)
    assert (tmp_path / "picture.svg").read_bytes().decode("utf-8") == text
    assert told == f"The picture is in picture.svg ({len(text.encode('utf-8')) / 1000:.0f} kB).\n"


def test_without_an_epoch_the_loss_is_that_of_the_tutorial_s_training(tmp_path):
    root = parsed(succeeds("plot", "loss", cwd=tmp_path))
    assert root[0].text == "Loss of the tutorial's network 3-4-1, which learns exclusive or"
    assert "0.4952 at first, 2.07e-05 at last; 60,000 epochs." in texts(root)


def test_the_contributions_are_those_of_the_step_after_the_epochs(tmp_path):
    net = Network([3, 4, 1], bias=False, reduction="sum", seed=1)
    net.fit(X, EXCLUSIVE_OR, epochs=7)
    wanted = pictures.contributions(net.trace(X, EXCLUSIVE_OR), 2, ["0 0 1", "0 1 1", "1 0 1", "1 1 1"],
                                    title="Who pushes which weight of layer 2, after 7 epochs")
    assert succeeds("plot", "contributions", "--layer", "2", "--epoch", "7", cwd=tmp_path) == wanted


@pytest.mark.parametrize("at", [["--at", "-4,0,4"], ["--at=-4,0,4"], ["--at", "-4.0,0,+4e0"]])
def test_points_may_begin_with_a_minus(at, tmp_path):
    assert succeeds("plot", "tanh", *at, cwd=tmp_path) == pictures.activation("tanh", [-4.0, 0.0, 4.0])


def test_the_turns_are_counted(tmp_path):
    """The first 10,000 of the tutorial's epochs."""
    net = Network([3, 4, 1], bias=False, reduction="sum", seed=1)
    turns = net.fit(X, EXCLUSIVE_OR, epochs=10_000, direction_changes=True).direction_changes[0]
    written = texts(parsed(succeeds("plot", "weights", "--epoch", "10000", "--linear", cwd=tmp_path)))
    found = {word.split()[0]: word.split()[-2] for word in written if word.endswith((" turn", " turns"))}
    assert found == {f"W{layer}[{i}][{j}]": str(n) for layer, W in enumerate(turns, 1) for i, row in enumerate(W)
                     for j, n in enumerate(row)}


def test_a_saved_model_is_drawn_with_the_names_of_its_columns(saved, tmp_path):
    path = saved / "iris.json"
    written = texts(parsed(succeeds("plot", "network", path, cwd=tmp_path)))
    assert {"petal_length", "setosa", "virginica"} <= set(written)
    text = succeeds("plot", "boundary", path, "iris", "--across", "petal_length, 3", cwd=tmp_path)
    model = purenet.load(path)
    data = example("iris").dataset("species")
    right = sum(a == b for a, b in zip(model.predict(data.rows), data.targets))
    assert f"{right} of 150 examples are predicted right, each with all of its own inputs" in parsed(text)[1].text, \
        "all rows, as predict takes them"
    assert "petal_length, across, and petal_width, up" in parsed(text)[1].text
    rows = texts(parsed(succeeds("plot", "contributions", path, "iris", "--rows", "0,50,100", cwd=tmp_path)))
    assert {"row 0", "row 50", "row 100"} <= set(rows)
    assert "30 epochs." in parsed(succeeds("plot", "loss", path, "iris", "--epoch", "30", cwd=tmp_path))[1].text


def test_a_boundary_is_in_the_units_of_the_file(saved, tmp_path):
    """What the axes say of the place of an example is what stands in its row."""
    root = parsed(succeeds("plot", "boundary", saved / "iris.json", "iris", cwd=tmp_path))
    ticks = [(float(each.text), float(each.get("x")), float(each.get("y"))) for each in root.iter(SVG + "text")
             if each.text.replace(".", "").isdigit()]
    down = max(y for _, _, y in ticks)
    across = [(value, x) for value, x, y in ticks if y == down]
    up = [(value, y - 4) for value, _, y in ticks if y != down]

    def read(scale, place):
        (a, start), (b, end) = scale[0], scale[-1]
        return a + (b - a) * (place - start) / (end - start)

    found = set()
    for each in root.iter(SVG + "path"):
        place = each.get("stroke-width") == "4" and re.fullmatch(r"translate\((\S+) (\S+)\)", each.get("transform"))
        if place and float(place[1]) < 70 + 392:
            found.add((round(read(across, float(place[1])), 1), round(read(up, float(place[2])), 1)))
    rows = example("iris").dataset("species").rows
    assert found == {(row[0], row[1]) for row in rows}
    assert "the map holds petal_length = 3.758, petal_width = 1.199, so" in root[1].text, "their means"


def test_a_boundary_of_a_regressor_is_at_a_target_of_the_file(saved, tmp_path):
    root = parsed(succeeds("plot", "boundary", saved / "price.json", saved / "price.csv", cwd=tmp_path))
    assert {"target 7 or more", "target below 7"} <= set(texts(root)), "midway between 0 and 14"


@pytest.mark.parametrize("kind", ["network", "loss", "weights", "contributions", "boundary"])
@pytest.mark.parametrize("name", ["price", "net", "training"])
def test_any_saved_network_has_every_picture(kind, name, saved, tmp_path):
    files = [str(saved / f"{name}.{ending}") for ending in ("json", "csv")]
    assert cli.main(["plot", kind, *files, "--epoch", "3", "-o", str(tmp_path / "picture.svg")]) == 0
    root = parsed((tmp_path / "picture.svg").read_text(encoding="utf-8"))
    assert outside(root) == []
    assert "script" not in [element.tag.rpartition("}")[2] for element in root.iter()]


def test_a_title_is_text_whatever_it_is(tmp_path):
    root = parsed(succeeds("plot", "sigmoid", "--title", "</svg><script>alert('ü')</script>", cwd=tmp_path,
                           PYTHONIOENCODING="ascii"))
    assert root[0].text == "</svg><script>alert('ü')</script>"


REFUSED = {
    "a picture": (["sigmod"], "purenet plot: unknown picture 'sigmod' (did you mean 'sigmoid'?): expected one of "
                              "boundary, contributions, identity, loss, network, relu, sigmoid, tanh, weights"),
    "an option": (["network", "--at", "3"], "purenet plot: network has no use for --at, which is for sigmoid, tanh, "
                                            "relu, identity"),
    "a model": (["relu", "net.json"], "purenet plot: relu has no use for MODEL.json, which is for network, loss, "
                                      "weights, contributions, boundary"),
    "a layer": (["contributions", "--layer", "3"], "purenet plot: --layer must be a whole number from 1 to 2, found 3"),
    "one input": (["boundary", "--across", "x0", "--epoch", "1"],
                  "purenet plot: --across: expected two inputs such as 0,1, found 'x0'"),
    "an input": (["boundary", "--across", "x0,x7", "--epoch", "1"],
                 "purenet plot: unknown input 'x7': expected one of 0, 1, 2, x0, x1, x2"),
    "no epochs": (["loss", "--epoch", "0"], "purenet plot: --epoch must be a whole number of at least 1, found 0"),
    "epochs below 0": (["network", "--epoch", "-1"],
                       "purenet plot: --epoch must be a whole number of at least 0, found -1"),
    "no number": (["sigmoid", "--at", "steep"], "purenet plot: argument --at: expected numbers such as -4,0,4, "
                                                "found 'steep' (see purenet plot --help)"),
    "not finite": (["sigmoid", "--at", "nan"], "purenet plot: at[0] must be a finite number, found nan"),
    "a folder": (["sigmoid", "-o", "no/such.svg"],
                 "purenet plot: no/such.svg: there is no folder 'no' to write to; make it first"),
}


@pytest.mark.parametrize("arguments, message", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    try:
        status = cli.main(["plot", *arguments])
    except SystemExit as end:
        status = end.code
    assert (status, *capsys.readouterr()) == (2, "", message + "\n")
    assert list(tmp_path.iterdir()) == []


def test_a_saved_network_needs_the_epochs_to_train_it_further(saved, tmp_path):
    for kind in "loss", "weights":
        assert refused("plot", kind, saved / "net.json", saved / "net.csv", cwd=tmp_path) == (
            f"purenet plot: {kind}: how a saved network was trained is not known, but it can be trained further; say "
            "for how many epochs with --epoch N")


def test_the_file_to_read_is_not_written_over(saved):
    before = (saved / "net.json").read_bytes()
    done = purenet_("plot", "network", "net.json", "-o", "net.json", cwd=saved)
    assert done.returncode == 2 and "this is the file to read" in done.stderr
    assert (saved / "net.json").read_bytes() == before
