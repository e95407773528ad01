"""The test vectors: which cases there are, what is in them, and that no machine writes other bytes."""

import hashlib
import json
import math
import re
import struct
from collections import Counter
from decimal import Decimal

import pytest
from commands import ROOT
from strategies import VALID_PAIRS, bits

from purenet import Network, OptionError
from purenet.cli.vectors import recorded
from purenet.core.arithmetic import PLATFORM
from purenet.gradcheck.cases import VERSION
from purenet.gradcheck.vectors import KINDS, document, draw_cases, flat, rounded_up, to_json, to_text, vector

SCHEMA = json.loads((ROOT / "docs" / "vectors.schema.json").read_text(encoding="utf-8"))


def made(count, kinds=None, seed=1):
    """A document of test vectors."""
    return document([vector(kind, case, recorded(case.net, case.X, case.y))
                     for kind, case in draw_cases(count, kinds, seed)], seed)


@pytest.fixture(scope="module")
def twelve():
    return made(12)


@pytest.fixture(scope="module")
def cases():
    return list(draw_cases())


def test_every_machine_writes_these_bytes(twelve):
    """If the change is meant, VERSION may have to go up."""
    assert hashlib.sha256(to_json(twelve).encode()).hexdigest() == JSON_DIGEST
    assert hashlib.sha256(to_text(twelve).encode()).hexdigest() == TEXT_DIGEST


JSON_DIGEST = "aad96d4c961fa5ca072ce9d82739d705e0f90018e644b5c5cd7669e53315c5e8"
TEXT_DIGEST = "1023384cffa714d3b0cc2f51d9db00dd066b4f5a4854256c07d74c87726d9637"


def test_the_exponential_of_the_platform_has_no_part_in_it(monkeypatch):
    """It differs in last bits from machine to machine; the bounds, too, have to do without."""
    def refuse(x):
        raise AssertionError("the platform's own function was called")

    for name in ("exp", "expm1", "log1p", "tanh"):
        monkeypatch.setattr(math, name, refuse)
    for name in ("exp", "log", "tanh"):
        monkeypatch.setattr(PLATFORM, name, refuse)
    assert len(made(12, ["saturated"])["cases"]) == 12


def test_every_loss_and_output_comes_in_every_kind(cases):
    assert len(cases) == len(KINDS) * len(VALID_PAIRS)
    assert {(kind, case.net.output, case.net.loss_name) for kind, case in cases} == {
        (kind, *pair) for kind in KINDS for pair in VALID_PAIRS}


def test_everything_else_comes_often_enough(cases):
    hidden = Counter(case.net.activation for _, case in cases if len(case.net.sizes) > 2)
    assert set(hidden) == {"sigmoid", "tanh", "relu", "identity"} and min(hidden.values()) > 4, hidden
    for what in (lambda net: net.reduction, lambda net: net.biases is None, lambda net: net.sizes[0] == net.sizes[1]):
        counts = Counter(what(case.net) for _, case in cases)
        assert len(counts) == 2 and min(counts.values()) > 8, counts
    assert {len(case.net.weights) for _, case in cases} == {1, 2, 3, 4}
    assert {len(case.X) for _, case in cases} >= {1, 2, 3, 4, 5}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_relu_is_near_its_kink_and_every_layer_learns(seed):
    for kind, case in draw_cases(24, seed=seed):
        steps = recorded(case.net, case.X, case.y)
        names = [case.net.activation] * (len(case.net.weights) - 1) + [case.net.output]
        for layer, name in enumerate(names, 1):
            assert name != "relu" or min(map(abs, flat(steps[f"z{layer}"]))) > 1e-7, case.name
            assert any(flat(steps[f"delta{layer}"])), case.name


def test_a_kind_is_what_it_says(cases):
    for kind, case in cases:
        largest = max(map(abs, flat(case.net.weights)))
        predictions = case.net.predict(case.X)
        gap = max(abs(a - t) for a, t in zip(flat(predictions), flat(case.y)))
        if kind == "saturated":
            assert 5 < largest <= 10
        elif kind == "plain":
            assert largest <= 1
        elif kind == "near_optimum":
            assert 0 < gap < 2e-6, case.name
        elif case.net.loss_function.output is None:
            assert gap > 30, case.name
        else:
            assert 2 < largest <= 5 and gap > 0.5, case.name


def test_more_of_them_begin_with_the_same(cases):
    for (kind, case), (other_kind, other) in zip(draw_cases(5), cases):
        assert (kind, case.name, bits([case.X, case.y, case.net.weights])) == (
            other_kind, other.name, bits([other.X, other.y, other.net.weights]))


def test_another_seed_gives_other_numbers(cases):
    (_, first), = draw_cases(1, seed=2)
    assert first.X != cases[0][1].X


def test_kinds_can_be_chosen():
    chosen = [kind for kind, _ in draw_cases(24, ["saturated", "plain"])]
    assert Counter(chosen) == {"saturated": 12, "plain": 12}
    pairs = {(kind, case.net.output, case.net.loss_name) for kind, case in draw_cases(24, ["saturated", "plain"])}
    assert len(pairs) == 24


@pytest.mark.parametrize("arguments, message", [
    ((0,), "cases must be a whole number from 1 to 10000, found 0"),
    ((1, ["plane"]), r"unknown kind 'plane' \(did you mean 'plain'\?\)"),
    ((1, None, -1), "seed must be a whole number from 0"),
])
def test_what_cannot_be_drawn_is_refused(arguments, message):
    with pytest.raises(OptionError, match=message):
        list(draw_cases(*arguments))


def test_the_numbers_are_the_same_in_every_form(twelve):
    for case in twelve["cases"]:
        network = case["network"]
        assert bits([network["weights"], network["biases"], case["X"], case["y"]]) == [
            case["bits"][name] for name in ("weights", "biases", "X", "y")]
        for name, step in case["steps"].items():
            assert bits(step["values"] if isinstance(step["values"], list) else [step["values"]]) == (
                step["bits"] if isinstance(step["bits"], list) else [step["bits"]]), name
            for value, exact, most, in_float32 in zip(*(flat(step[field]) for field in (
                    "values", "exact", "allowed", "allowed_float32"))):
                assert abs(Decimal(value) - Decimal(exact)) <= Decimal(most) <= Decimal(in_float32), name
                assert type(value) is float and len(re.sub(r"e.*|\D", "", exact)) <= 40


def test_the_values_are_those_of_the_network(twelve):
    for case in twelve["cases"]:
        options = {name: case["network"][name] for name in ("activation", "output", "loss", "reduction")}
        net = Network.from_weights(case["network"]["weights"], case["network"]["biases"], exp="portable", **options)
        gradients, steps = net.gradients(case["X"], case["y"]), case["steps"]
        for layer, W in enumerate(gradients.weights, 1):
            assert bits(W) == bits(steps[f"dW{layer}"]["values"])
        assert steps["loss"]["values"] == net.loss(case["X"], case["y"])
        assert steps[f"a{len(net.weights)}"]["values"] == net.predict(case["X"])


def test_plain_networks_show_an_error_of_a_millionth_of_a_millionth(twelve):
    seen = [most / abs(float(exact)) for case in twelve["cases"] if case["kind"] == "plain"
            for name, step in case["steps"].items() if name.startswith("dW")
            for most, exact in zip(flat(step["allowed"]), flat(step["exact"])) if float(exact)]
    assert len(seen) > 20 and sorted(seen)[len(seen) // 2] < 1e-12


@pytest.mark.parametrize("value", [1e-16, 1.2345e-16, 9.999e-7, 5e-324, 123456.0, 0.1])
def test_what_is_rounded_up_is_never_less(value):
    assert value <= rounded_up(value) <= 1.0101 * value


# -------------------------------------------------------------------------------- the forms


def test_the_json_has_a_line_for_each_matrix(twelve):
    text = to_json(twelve)
    assert json.loads(text) == twelve
    assert '\n     "allowed": [[' in text and "NaN" not in text and text.isascii() and text.endswith("}\n")


def test_the_text_has_the_same_numbers(twelve):
    words = iter(to_text(twelve).split())
    assert [next(words) for _ in range(3)] == ["purenet", "vectors", str(VERSION)]
    for case in twelve["cases"]:
        network = case["network"]
        assert [next(words) for _ in range(2)] == ["case", case["name"]]
        options = {next(words): next(words) for _ in range(7)}
        assert options == {"layers": str(len(network["weights"])), "examples": str(len(case["X"])),
                           "biases": str(int(network["biases"] is not None)),
                           **{name: network[name] for name in ("activation", "output", "loss", "reduction")}}
        given = {"X": case["X"], "y": case["y"], **{f"W{k}": W for k, W in enumerate(network["weights"], 1)},
                 **{f"b{k}": [b] for k, b in enumerate(network["biases"] or [], 1)}}
        wanted = {name: (rows, [0.0] * 99, [0.0] * 99) for name, rows in given.items()}
        wanted.update((name, (step["values"], flat(step["allowed"]), flat(step["allowed_float32"])))
                      for name, step in case["steps"].items())
        found = 0
        while True:
            name, rows, columns = next(words), int(next(words)), int(next(words))
            if name == "end":
                break
            found += 1
            value, allowed, in_float32 = wanted.pop(name)
            count = len(flat(value))
            assert rows * columns == count <= 64 and (not isinstance(value, list) or rows == len(value)
                                                      or rows == 1 and columns == len(value))
            assert [float.fromhex(next(words)) for _ in range(count)] == flat(value)
            assert [float(next(words)) for _ in range(count)] == allowed[:count]
            assert [float(next(words)) for _ in range(count)] == in_float32[:count]
        assert not wanted and found <= 64 and len(case["name"]) < 64
    assert next(words, None) is None


# -------------------------------------------------------------------------------- the schema


TYPES = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "null": type(None)}


def violations(value, schema, place="document"):
    """What a document does against a JSON Schema, of which these words are known."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].replace("#/$defs/", "")]
    unknown = set(schema) - {"$schema", "$defs", "title", "description", "type", "const", "enum", "anyOf", "pattern",
                             "minimum", "minItems", "items", "required", "properties", "patternProperties",
                             "additionalProperties"}
    assert not unknown, f"this checker does not know {unknown}"
    if "anyOf" in schema:
        if not any(not list(violations(value, one, place)) for one in schema["anyOf"]):
            yield f"{place}: none of the alternatives"
    if "const" in schema and value != schema["const"] or "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r}"
    if "type" in schema and (not isinstance(value, TYPES[schema["type"]]) or isinstance(value, bool)):
        yield f"{place}: no {schema['type']}"
        return
    if ("pattern" in schema and not re.search(schema["pattern"], value)) or too_small(value, schema):
        yield f"{place}: {value!r}"
    if isinstance(value, list):
        for i, element in enumerate(value):
            yield from violations(element, schema.get("items", {}), f"{place}[{i}]")
    if isinstance(value, dict):
        yield from (f"{place}: {name} is missing" for name in schema.get("required", []) if name not in value)
        for name, part in value.items():
            rules = [rule for pattern, rule in schema.get("patternProperties", {}).items() if re.search(pattern, name)]
            rules += [schema["properties"][name]] if name in schema.get("properties", {}) else []
            others = schema.get("additionalProperties", {})
            if not rules and others is False:
                yield f"{place}: {name} is unknown"
            for rule in rules or [others or {}]:
                yield from violations(part, rule, f"{place}.{name}")


def too_small(value, schema):
    """Whether a number or a list is smaller than a schema says."""
    size = len(value) if "minItems" in schema else value
    limits = [schema[word] for word in ("minItems", "minimum") if word in schema]
    return any(size < limit for limit in limits)


def test_the_vectors_keep_to_the_schema(twelve):
    assert list(violations(json.loads(to_json(twelve)), SCHEMA)) == []
    assert SCHEMA["properties"]["version"]["const"] == VERSION


@pytest.mark.parametrize("change, found", [
    (lambda d: d.update(version=2), "document.version: 2"),
    (lambda d: d.pop("seed"), "document: seed is missing"),
    (lambda d: d["cases"][0].update(extra=1), "document.cases[0]: extra is unknown"),
    (lambda d: d["cases"][0]["network"].update(loss="hinge"), "document.cases[0].network.loss: 'hinge'"),
    (lambda d: d["cases"][0]["steps"].update(z0={}), "document.cases[0].steps: z0 is unknown"),
    (lambda d: d["cases"][0]["steps"]["z1"].pop("exact"), "document.cases[0].steps.z1: exact is missing"),
    (lambda d: d["cases"][0]["steps"]["z1"]["bits"][0].append("3FF"), "document.cases[0].steps.z1.bits[0][4]: '3FF'"),
    (lambda d: d["cases"][0]["steps"]["loss"].update(exact="0.5"), "document.cases[0].steps.loss.exact: '0.5'"),
    (lambda d: d["cases"][0]["steps"]["loss"].update(allowed=-1.0), "document.cases[0].steps.loss.allowed: -1.0"),
    (lambda d: d["cases"][0]["X"].clear(), "document.cases[0].X: []"),
    (lambda d: d["cases"][1]["bits"].update(biases=[[1.0]]), "document.cases[1].bits.biases: none of the alternatives"),
])
def test_the_schema_finds_what_is_wrong(twelve, change, found):
    document = json.loads(to_json(twelve))
    change(document)
    assert list(violations(document, SCHEMA)) == [found]


def test_bits_are_those_of_the_double_in_big_endian_order(twelve):
    step = twelve["cases"][0]["steps"]["loss"]
    assert struct.unpack(">d", bytes.fromhex(step["bits"]))[0] == step["values"] and math.isfinite(step["values"])
