"""The numbers that others have printed, reproduced; and, where a source is wrong, by which mistake it got them.

A printed number is matched when the recomputed one is within half a unit of its last printed digit, or within 1e-9 of
it: prints with twelve digits differ among themselves in the last, because the sources' `exp` and the order of their
sums do. Everything is computed with exp="portable", so that a pass here is a pass on every machine.

Not here: Brownlee's wheat-seeds run, whose data file does not travel with the package; Trask's weights at alpha 1000
and his 32 hidden units at alpha 10, where saturated sigmoids make the last bit of `exp` decide (published -116.60 and
.00224922, recomputed -104.02 and .00224373).
"""

import random
from decimal import Decimal

import pytest

from purenet import Network, matrix
from purenet.core import backprop
from purenet.core.activation import sigmoid, sigmoid_slope
from purenet.core.rng import MersenneTwister

PORTABLE = {"exp": "portable"}


def agrees(printed, found):
    """Whether a number is the printed one, as far as that was printed."""
    printed = Decimal(printed)
    half_a_unit = Decimal(5).scaleb(printed.as_tuple().exponent - 1)
    return abs(Decimal(found) - printed) <= max(half_a_unit, abs(printed) * Decimal("1e-9"))


def assert_printed(printed, found):
    """Compare a number, or nested lists of numbers, with what was printed: texts, nested alike or blank-separated."""
    if isinstance(printed, str) and " " in printed:
        printed = printed.split()
    if isinstance(printed, str):
        assert agrees(printed, found), f"printed {printed}, found {found!r}"
    else:
        assert len(printed) == len(found)
        for p, f in zip(printed, found):
            assert_printed(p, f)


def close(expected):
    """What plain double arithmetic gave elsewhere: equal but for the last bits of `exp`."""
    return pytest.approx(expected, rel=1e-9, abs=0)


def column(A):
    """The one column of a matrix."""
    return [row[0] for row in A]


def recorded(net, X, y):
    """Every step of one backward pass, by (name, layer), and the gradients."""
    steps = {}

    def record(step, layer, value):
        steps[step, layer] = value

    zs, activations = backprop.forward(net, X, record)
    return steps, backprop.backward(net, zs, activations, y, record)


def test_what_counts_as_agreeing():
    assert agrees("0.25", 0.2549) and agrees(".25", 0.2451)
    assert not agrees("0.25", 0.2551) and not agrees("0.25", 0.2449)
    assert agrees("0.00351012256782", 0.003510122567786) and not agrees("0.00351012256782", 0.0035101226)


# -------------------------------------------------------------------------------- 0. NumPy's seed


def test_pythons_own_seed_is_another_stream():
    assert random.Random(1).random() == 0.13436424411240122
    assert 2 * MersenneTwister(1).random() - 1 == -0.165955990594852


# -------------------------------------------------------------------------------- 1. Trask, two layers
# https://iamtrask.github.io/2015/07/12/basic-python-network/

X = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
TRASK_START = [[-0.165955990594852], [0.4406489868843162], [-0.9997712503653102]]


def two_layers():
    return Network([3, 1], bias=False, reduction="sum", seed=1, **PORTABLE)


def test_trask_two_layers_after_training():
    """`l1` is printed after the loop and not computed again, so it is from before the 10,000th update."""
    net, y = two_layers(), [[0], [0], [1], [1]]
    assert net.weights == [TRASK_START]
    net.fit(X, y, epochs=9999)
    output = column(net.predict(X))
    assert_printed("0.00966449 0.00786506 0.99358898 0.99211957", output)
    assert output == close([0.0096644916879683, 0.007865059671309264, 0.9935889804970555, 0.992119573219358])
    net.fit(X, y)
    assert column(net.weights[0]) == close([9.672993027736892, -0.20784349926631962, -4.62963668773159])


def test_trask_two_layers_first_iteration():
    """The tutorial's delta is (y - l1) times the slope: ours with the sign turned. Its takeaway: the examples push
    weight 1 all the same way, and the other two both ways, so that these partly cancel."""
    y = [[0], [0], [1], [1]]
    steps, gradients = recorded(two_layers(), X, y)
    assert column(steps["activation", 0]) == close(
        [0.2689863986549585, 0.3637505753263374, 0.23762817371784412, 0.3262756985110817])
    deltas = [-delta for delta in column(steps["delta", 0])]
    assert deltas == close([-0.05289152613286017, -0.08418501244421035, 0.1381120613076181, 0.14809798639659633])
    assert [-g for g in column(gradients.weights[0])] == close(
        [0.28621004770421443, 0.06391297395238597, 0.1491335091271439])
    signs = [{(x[i] * delta > 0) - (x[i] * delta < 0) for x, delta in zip(X, deltas)} - {0} for i in range(3)]
    assert signs == [{1}, {-1, 1}, {-1, 1}]


def test_spencer_harper_the_same_run_with_the_rows_in_another_order():
    """https://medium.com/technology-invention-and-more/
    how-to-build-a-simple-neural-network-in-9-lines-of-python-code-cc8f23647ca1"""
    net = two_layers()
    assert_printed("-0.16595599 0.44064899 -0.99977125", column(net.weights[0]))
    net.fit([[0, 0, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1]], [[0], [1], [1], [0]], epochs=10000)
    assert_printed("9.67299303 -0.2078435 -4.62963669", column(net.weights[0]))
    assert_printed("0.99993704", net.predict([[1, 0, 0]])[0][0])


# -------------------------------------------------------------------------------- 2. Trask, three layers

XOR = [[0], [1], [1], [0]]


def three_layers(hidden=4):
    return Network([3, hidden, 1], bias=False, reduction="sum", seed=1, **PORTABLE)


def mean_error(net):
    errors = [abs(y - output) for y, output in zip(column(XOR), column(net.predict(X)))]
    return (errors[0] + errors[1] + errors[2] + errors[3]) / 4


def errors_every_10000(net, alpha, times):
    """The mean error at the iterations 0, 10,000, 20,000, ..."""
    errors = [mean_error(net)]
    for _ in range(times):
        net.fit(X, XOR, epochs=10000, learning_rate=alpha)
        errors.append(mean_error(net))
    return errors


XOR_ERRORS = ["0.496410031903", "0.00858452565325", "0.00578945986251", "0.00462917677677", "0.00395876528027",
              "0.00351012256782"]


def test_trask_three_layers_at_the_start():
    net = three_layers()
    assert column(net.predict(X)) == close(
        [0.4737295710714989, 0.488956956030248, 0.5438408563499275, 0.5447083689195783])
    assert_printed(XOR_ERRORS[0], mean_error(net))
    assert mean_error(net) == close(0.49641003190272537)


def test_trask_three_layers_to_iteration_10000():
    assert_printed(XOR_ERRORS[:2], errors_every_10000(three_layers(), 1.0, 1))


@pytest.mark.slow
def test_trask_three_layers():
    errors = errors_every_10000(three_layers(), 1.0, 5)
    assert_printed(XOR_ERRORS, errors)
    assert errors == close([0.49641003190272537, 0.008584525653247153, 0.00578945986250781, 0.004629176776769986,
                            0.003958765280273649, 0.003510122567861676])


# -------------------------------------------------------------------------------- 3. Trask, alpha
# https://iamtrask.github.io/2015/07/27/python-network-part2/

SWEEP = {
    0.001: ".496410031903 .495164025493 .493596043188 .491606358559 .489100166544 .485977857846",
    0.01: ".496410031903 .457431074442 .359097202563 .239358137159 .143070659013 .0985964298089",
    0.1: ".496410031903 .0428880170001 .0240989942285 .0181106521468 .0149876162722 .0130144905381",
    1: ".496410031903 .00858452565325 .00578945986251 .00462917677677 .00395876528027 .00351012256786",
    10: ".496410031903 .00312938876301 .00214459557985 .00172397549956 .00147821451229 .00131274062834",
    100: ".496410031903 .125476983855 .125330333528 .125267728765 .12523107366 .125206352756",
    1000: ".496410031903 .5 .5 .5 .5 .5",
}
ONE = [[1, 1, 0, 0], [2, 0, 0, 2], [4, 2, 1, 1]], [2, 1, 0, 1]
DIRECTION_CHANGES = {
    0.001: ([[0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 1, 1]], [1, 1, 0, 1]),
    0.01: ONE,
    0.1: ONE,
    1: ONE,
    10: ([[7, 19, 2, 6], [7, 2, 0, 22], [19, 26, 9, 17]], [22, 15, 4, 15]),
    100: ([[8, 7, 3, 2], [13, 8, 2, 4], [16, 13, 12, 8]], [13, 11, 12, 10]),
}


@pytest.mark.slow
@pytest.mark.parametrize("alpha", sorted(SWEEP))
def test_trask_alphas(alpha):
    net = three_layers()
    history = net.fit(X, XOR, epochs=60000, learning_rate=alpha, snapshots=7, direction_changes=True)
    errors = []
    for snapshot in history.snapshots[:6]:
        before = three_layers()
        before.weights = snapshot.weights
        errors.append(mean_error(before))
    assert_printed(SWEEP[alpha], errors)
    if alpha in DIRECTION_CHANGES:
        hidden, outputs = DIRECTION_CHANGES[alpha]
        assert history.direction_changes == ([hidden, [[count] for count in outputs]], None)
    if alpha == 1:
        assert_printed([["4.6013571 4.17197193 -6.30956245 -4.19745118",
                         "-2.58413484 -5.81447929 -6.60793435 -3.68396123",
                         "0.97538679 -2.02685775 2.52949751 5.84371739"],
                        ["-6.96765763", "7.14101949", "-10.31917382", "7.86128405"]],
                       [net.weights[0], column(net.weights[1])])


@pytest.mark.slow
def test_trask_32_hidden_units():
    assert_printed(".496439922501 .00736052234249 .00497251705039 .00396863978159 .00338641021983 .00299625684932",
                   errors_every_10000(three_layers(32), 1.0, 5))


# -------------------------------------------------------------------------------- 4. Mazur
# https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/

MAZUR_X, MAZUR_Y = [[0.05, 0.10]], [[0.01, 0.99]]
MAZUR_W = [[[0.15, 0.25], [0.20, 0.30]], [[0.40, 0.50], [0.45, 0.55]]]  # w1 w3 / w2 w4, then w5 w7 / w6 w8
MAZUR_B = [[0.35, 0.35], [0.60, 0.60]]


def mazur():
    return Network.from_weights(MAZUR_W, MAZUR_B, reduction="sum", **PORTABLE)


def in_his_order(weights):
    """w1 to w8: by unit, then by input."""
    return [w for W in weights for row in matrix.transpose(W) for w in row]


def mazur_steps(times, updated_weights, start=None):
    """Train the weights and not the biases, as he does; with the hidden deltas from the output weights before their
    update or, the mistake, after it."""
    net = start or mazur()
    for _ in range(times):
        zs, activations = backprop.forward(net, MAZUR_X)
        W0, W1 = net.weights
        new_W1 = matrix.subtract(W1, matrix.scale(backprop.backward(net, zs, activations, MAZUR_Y).weights[1], 0.5))
        if updated_weights:
            net.weights = [W0, new_W1]
        new_W0 = matrix.subtract(W0, matrix.scale(backprop.backward(net, zs, activations, MAZUR_Y).weights[0], 0.5))
        net.weights = [new_W0, new_W1]
    return net


def test_mazur_forward():
    steps, _ = recorded(mazur(), MAZUR_X, MAZUR_Y)
    assert_printed(".3775", steps["weighted_input", 0][0][0])
    assert_printed(".593269992 .596884378", steps["activation", 0][0])
    assert_printed("1.105905967", steps["weighted_input", 1][0][0])
    assert_printed(".75136507 .772928465", steps["activation", 1][0])
    assert steps["activation", 0][0] == close([0.5932699921071872, 0.596884378259767])
    assert steps["activation", 1][0] == close([0.7513650695523157, 0.7729284653214625])
    assert_printed(".298371109", mazur().loss(MAZUR_X, MAZUR_Y))
    assert mazur().loss(MAZUR_X, MAZUR_Y) == close(0.2983711087600027)
    each = [(a - y) * (a - y) / 2 for a, y in zip(steps["activation", 1][0], MAZUR_Y[0])]
    assert_printed(".274811083 .023560026", each)


def test_mazur_backward():
    steps, gradients = recorded(mazur(), MAZUR_X, MAZUR_Y)
    assert_printed(".74136507", steps["error", 1][0][0])
    assert_printed(".186815602", steps["slope", 1][0][0])
    assert_printed(".138498562", steps["delta", 1][0][0])
    delta, W1 = steps["delta", 1][0], MAZUR_W[1]
    assert_printed(".055399425 -.019049118", [delta[0] * W1[0][0], delta[1] * W1[0][1]])  # he: ...119, rounded twice
    assert_printed(".036350306", steps["error", 0][0][0])
    assert_printed(".241300709", steps["slope", 0][0][0])
    assert delta == close([0.13849856162855695, -0.038098236516556236])
    assert steps["delta", 0][0] == close([0.00877135468948693, 0.009954254705217196])
    found = in_his_order(gradients.weights)
    assert_printed(".000438568", found[0])
    assert_printed(".082167041", found[4])
    assert found == close([0.0004385677344743465, 0.000877135468948693, 0.0004977127352608599, 0.0009954254705217198,
                           0.08216704056423077, 0.08266762784753325, -0.02260254047747507, -0.022740242215978222])


def test_mazur_weights_after_one_step():
    assert_printed(".149780716 .19956143 .24975114 .29950229 .35891648 .408666186 .511301270 .561370121",
                   in_his_order(mazur_steps(1, updated_weights=False).weights))


def test_mazur_after_one_round_is_the_mistake_of_updated_weights():
    """He prints .291027924, though his text says to use the original weights, with which it is .291027774. A later
    change of his program carries the note that it should use them, and the post kept the old prints."""
    assert mazur_steps(1, updated_weights=False).loss(MAZUR_X, MAZUR_Y) == close(0.29102777369359933)
    mistaken = mazur_steps(1, updated_weights=True).loss(MAZUR_X, MAZUR_Y)
    assert mistaken == close(0.29102792390544197)
    assert_printed(".291027924", mistaken)
    assert not agrees(".291027924", 0.29102777369359933)


def test_mazur_after_10000_rounds_mixes_two_programs():
    """The outputs he prints are the mistaken program's; the error he prints is the right program's, a step earlier."""
    right, mistaken = mazur_steps(9999, updated_weights=False), mazur_steps(10000, updated_weights=True)
    assert_printed(".015912196 .984065734", mistaken.predict(MAZUR_X)[0])
    assert mistaken.predict(MAZUR_X)[0] == close([0.0159121963260343, 0.9840657344856291])
    assert mistaken.loss(MAZUR_X, MAZUR_Y) == pytest.approx(3.5084786e-05, rel=1e-7)
    assert_printed("0.0000351085", right.loss(MAZUR_X, MAZUR_Y))
    assert right.loss(MAZUR_X, MAZUR_Y) == close(3.510854812e-05)
    assert not agrees("0.0000351085", mistaken.loss(MAZUR_X, MAZUR_Y))
    right = mazur_steps(1, updated_weights=False, start=right)  # the 10,000th
    assert right.loss(MAZUR_X, MAZUR_Y) == close(3.510187782978859e-05)
    assert right.predict(MAZUR_X)[0] == close([0.01591362044355068, 0.9840642735146238])
    assert not agrees(".015912196", right.predict(MAZUR_X)[0][0])


def test_mazur_variants():
    """What others get who train the biases too, one for each unit or one shared by a layer; and who leave out the
    transpose on the way back, which is silent on a square matrix: w6 instead of w7 feeds h1's error."""
    net = mazur()
    net.fit(MAZUR_X, MAZUR_Y, learning_rate=0.5)
    assert_printed(".28047144679", net.loss(MAZUR_X, MAZUR_Y))
    shared, gradients = mazur(), mazur().gradients(MAZUR_X, MAZUR_Y)
    shared.weights = net.weights
    shared.biases = [[b - 0.5 * (g[0] + g[1]) for b in layer] for layer, g in zip(MAZUR_B, gradients.biases)]
    assert_printed(".28575088670", shared.loss(MAZUR_X, MAZUR_Y))
    mixed_up, (steps, gradients) = mazur(), recorded(mazur(), MAZUR_X, MAZUR_Y)
    delta = matrix.multiply(matrix.dot(steps["delta", 1], MAZUR_W[1]), steps["slope", 0])
    mistaken = [matrix.dot(matrix.transpose(MAZUR_X), delta), gradients.weights[1]]
    mixed_up.weights = [matrix.subtract(W, matrix.scale(G, 0.5)) for W, G in zip(MAZUR_W, mistaken)]
    assert_printed(".29102766123", mixed_up.loss(MAZUR_X, MAZUR_Y))


# -------------------------------------------------------------------------------- 5. Robert Gordon University
# https://www4.rgu.ac.uk/files/chapter3%20-%20bp.pdf, and quoted in many tests

RGU_X, RGU_Y = [[0.35, 0.9]], [[0.5]]


def rgu():
    return Network.from_weights([[[0.1, 0.4], [0.8, 0.6]], [[0.3], [0.9]]], reduction="sum", **PORTABLE)


def test_rgu_done_right():
    steps, _ = recorded(rgu(), RGU_X, RGU_Y)
    assert_printed(".68 .6637", steps["activation", 0][0])
    assert_printed(".69", steps["activation", 1][0][0])
    assert steps["activation", 0][0] == close([0.6802671966986485, 0.6637386974043528])
    assert steps["activation", 1][0] == close([0.6902834929076443])
    assert_printed("0.04068112511", steps["delta", 1][0][0])
    assert_printed("0.00265448903 0.00817164506", steps["delta", 0][0])
    net = rgu()
    net.fit(RGU_X, RGU_Y)
    assert_printed(".27232596506 .87299836301", column(net.weights[1]))
    assert_printed(".09907092884 .79761095987 .39713992423 .59264551944", in_his_order(net.weights[:1]))
    assert net.predict(RGU_X)[0] == close([0.6820185832642942])


def test_rgu_as_printed_has_rounded_numbers_and_updated_weights():
    """The source goes on with what it has rounded, h = .68 and .6637 and o = .69 (which makes the delta -.0406, ours
    with the sign turned), and computes the hidden deltas from the output weights it has just updated. Its last digit is
    cut off and not rounded: .59288 became .5928."""
    hidden, output = [0.68, 0.6637], 0.69
    delta = -0.0406
    assert delta == pytest.approx((0.5 - output) * output * (1 - output), abs=0.0001)
    w = [0.3 + delta * hidden[0], 0.9 + delta * hidden[1]]
    assert_printed("0.272392 0.87305", w)
    deltas = [delta * w_k * h * (1 - h) for w_k, h in zip(w, hidden)]
    assert_printed("-0.002406", deltas[0])
    new = [0.1 + deltas[0] * 0.35, 0.8 + deltas[0] * 0.9, 0.4 + deltas[1] * 0.35, 0.6 + deltas[1] * 0.9]
    assert_printed(".09916 .7978 .3972", new[:3])
    assert 0.5928 <= new[3] < 0.5929
    right = in_his_order([matrix.subtract(rgu().weights[0], rgu().gradients(RGU_X, RGU_Y).weights[0])])
    assert not any(agrees(printed, found) for printed, found in zip(".09916 .7978".split(), right))


# -------------------------------------------------------------------------------- 8. Brownlee
# https://machinelearningmastery.com/implement-backpropagation-algorithm-scratch-python/
# His seed is Python's own, a unit's bias is the last of its weights, and his squared error has no 1/2, yet his delta no
# 2: the descent is that of ours, and his errors are twice ours. His delta has the sign of expected - output.


def brownlee(sizes):
    drawn = random.Random(1)
    units = [[[drawn.random() for _ in range(inputs + 1)] for _ in range(outputs)]
             for inputs, outputs in zip(sizes, sizes[1:])]
    weights = [matrix.transpose([unit[:-1] for unit in layer]) for layer in units]
    return Network.from_weights(weights, [[unit[-1] for unit in layer] for layer in units], reduction="sum", **PORTABLE)


def units(net, layer):
    """The weights as he prints them: by unit, the bias last."""
    return [weights + [bias] for weights, bias in zip(matrix.transpose(net.weights[layer]), net.biases[layer])]


def test_brownlee_forward():
    net = brownlee([2, 1, 2])
    assert units(net, 0) == [[0.13436424411240122, 0.8474337369372327, 0.763774618976614]]
    assert units(net, 1) == [[0.2550690257394217, 0.49543508709194095], [0.4494910647887381, 0.651592972722763]]
    assert_printed("0.6629970129852887 0.7253160725279748", net.predict([[1, 0]])[0])


def test_brownlee_backward_starts_from_stored_outputs_that_are_not_those_of_the_forward_pass():
    """The stored outputs .6214 and .6574 are the sigmoids of the biases alone, so the deltas that he prints are those
    of no input. Backprop of the real forward pass gives the others."""
    net, y = brownlee([2, 1, 2]), [[0, 1]]
    stored = [[0.7105668883115941], [0.6213859615555266, 0.6573693455986976]]
    assert stored[1] == close([sigmoid(bias) for bias in net.biases[1]])
    assert stored[0] == close(net.forward([[1, 0]])[1][0])
    zs = [[[0.13436424411240122 + 0.763774618976614]], [net.biases[1]]]  # those of the stored outputs
    deltas = {}
    backprop.backward(net, zs, [[[1, 0]], [stored[0]], [stored[1]]], y,
                      lambda step, layer, value: deltas.update({layer: value[0]}) if step == "delta" else None)
    assert_printed("-0.14619064683582808 0.0771723774346327", [-delta for delta in deltas[1]])
    assert_printed("-0.0005348048046610517", -deltas[0][0])
    steps, _ = recorded(net, [[1, 0]], y)
    assert [-delta for delta in steps["delta", 1][0]] == close([-0.14813473120687762, 0.05472601157879688])
    assert [-delta for delta in steps["delta", 0][0]] == close([-0.002711797799238243])


BROWNLEE_DATA = [
    (2.7810836, 2.550537003, 0), (1.465489372, 2.362125076, 0), (3.396561688, 4.400293529, 0),
    (1.38807019, 1.850220317, 0), (3.06407232, 3.005305973, 0), (7.627531214, 2.759262235, 1),
    (5.332441248, 2.088626775, 1), (6.922596716, 1.77106367, 1), (8.675418651, -0.242068655, 1),
    (7.673756466, 3.508563011, 1)]
BROWNLEE_X = [[a, b] for a, b, _ in BROWNLEE_DATA]
BROWNLEE_Y = [[1 - label, label] for _, _, label in BROWNLEE_DATA]
ONLINE = {"learning_rate": 0.5, "batch_size": 1, "shuffle": False}


def test_brownlee_training():
    net = brownlee([2, 2, 2])
    history = net.fit(BROWNLEE_X, BROWNLEE_Y, epochs=20, **ONLINE)
    assert_printed("6.350 5.531 5.221 4.951 4.519 4.173 3.835 3.506 3.192 2.898 "
                   "2.626 2.377 2.153 1.953 1.774 1.614 1.472 1.346 1.233 1.132", [2 * loss for loss in history.loss])
    assert_printed(["-1.4688375095432327 1.850887325439514 1.0858178629550297",
                    "0.37711098142462157 -0.0625909894552989 0.2765123702642716"], units(net, 0))
    assert_printed(["2.515394649397849 -0.3391927502445985 -0.9671565426390275",
                    "-2.5584149848484263 1.0036422106209202 0.42383086467582715"], units(net, 1))


def test_brownlee_last_row():
    """The outputs and deltas that are left after the training are those of the last row, before the last update."""
    net = brownlee([2, 2, 2])
    net.fit(BROWNLEE_X, BROWNLEE_Y, epochs=19, **ONLINE)
    net.fit(BROWNLEE_X[:-1], BROWNLEE_Y[:-1], **ONLINE)
    steps, _ = recorded(net, BROWNLEE_X[-1:], BROWNLEE_Y[-1:])
    assert_printed("0.029980305604426185 0.9456229000211323", steps["activation", 0][0])
    assert_printed("0.23648794202357587 0.7790535202438367", steps["activation", 1][0])
    assert_printed("-0.0059546604162323625 0.0026279652850863837", [-delta for delta in steps["delta", 0][0]])
    assert_printed("-0.04270059278364587 0.03803132596437354", [-delta for delta in steps["delta", 1][0]])


# -------------------------------------------------------------------------------- 11. Nielsen
# http://neuralnetworksanddeeplearning.com/chap3.html


@pytest.mark.parametrize("start, first, last, recomputed", [
    ((0.6, 0.9), ".82", ".09", [0.8175744761936437, 0.09395569486364724]),
    ((2.0, 2.0), ".98", ".20", [0.9820137900379085, 0.2028484242677765]),
])
def test_nielsen_one_unit_learns_more_slowly_from_a_worse_start(start, first, last, recomputed):
    """x = 1 is to give 0; learning rate .15, 300 epochs. The worse start is where the sigmoid is flat."""
    weight, bias = start
    net = Network.from_weights([[[weight]]], [[bias]], **PORTABLE)
    outputs = [net.predict([[1]])[0][0]]
    net.fit([[1]], [[0]], epochs=300, learning_rate=0.15)
    outputs.append(net.predict([[1]])[0][0])
    assert_printed([first, last], outputs)
    assert outputs == close(recomputed)


def test_nielsen_the_worse_start_barely_moves_at_first():
    good, bad = [Network.from_weights([[[w]]], [[b]], **PORTABLE) for w, b in ((0.6, 0.9), (2.0, 2.0))]
    assert good.gradients([[1]], [[0]]).weights[0][0][0] > 7 * bad.gradients([[1]], [[0]]).weights[0][0][0]
    for net in (good, bad):
        net.fit([[1]], [[0]], epochs=150, learning_rate=0.15)
    assert good.predict([[1]])[0][0] < 0.2 and bad.predict([[1]])[0][0] > 0.75


# -------------------------------------------------------------------------------- 12. cs231n
# https://cs231n.github.io/optimization-2/


def test_cs231n_one_unit_circuit():
    """f = sigmoid(w0 x0 + w1 x1 + w2) and its own derivatives: as a loss whose error is 1, so a target that is 1 below
    f."""
    net = Network.from_weights([[[2.0], [-3.0]]], [[-3.0]], reduction="sum", **PORTABLE)
    x = [[-1.0, -2.0]]
    f = net.predict(x)[0][0]
    steps, gradients = recorded(net, x, [[f - 1]])
    assert_printed("1.00", steps["weighted_input", 0][0][0])
    assert_printed(".73", f)
    assert_printed(".20", steps["slope", 0][0][0])
    assert [f, steps["slope", 0][0][0]] == close([0.7310585786300049, 0.19661193324148185])
    dw = column(gradients.weights[0]) + gradients.biases[0]
    dx = matrix.dot(steps["delta", 0], matrix.transpose(net.weights[0]))[0]
    assert_printed("-.20 -.39 .20", dw)
    assert_printed(".39 -.59", dx)
    assert dw == close([-0.19661193324148185, -0.3932238664829637, 0.19661193324148185])
    assert dx == close([0.3932238664829637, -0.5898357997244456])
    assert_printed(".2", sigmoid_slope(1.0))
    assert (1 - 0.73) * 0.73 == close(0.1971)
