"""Losses: one number for how far the predictions are from the targets, and its derivative, where backprop starts.

A loss is a number for each example; the network's `reduction` adds those up or takes their mean.
"""

from .arithmetic import PLATFORM
from .matrix import row_sums


def squared_error(activations, targets, arithmetic=PLATFORM):
    """Return half the sum of the squared errors over one example's outputs.

    C = ½ ((a_1 - y_1)² + (a_2 - y_2)² + ...)

    >>> squared_error([0.5, 1.0], [0.0, 1.0])
    0.125
    """
    total = 0
    for a, y in zip(activations, targets):
        total += (a - y) * (a - y)
    return total / 2


def mean_squared_error(activations, targets, arithmetic=PLATFORM):
    """Return the mean of the squared errors over one example's outputs.

    C = ((a_1 - y_1)² + (a_2 - y_2)² + ... + (a_n - y_n)²) / n

    >>> mean_squared_error([0.5, 1.0], [0.0, 1.0])
    0.125
    """
    return 2 * squared_error(activations, targets) / len(targets)


def binary_cross_entropy(weighted_inputs, targets, arithmetic=PLATFORM):
    """Return how surprising the targets are to one example's sigmoid outputs, each a yes or no of its own.

    C = -(y_1 log a_1 + (1 - y_1) log(1 - a_1)) - ...  with a = sigmoid(z)
      =  log(1 + e^z_1) - y_1 z_1 + ...
      =  max(z_1, 0) - y_1 z_1 + log(1 + e^-|z_1|) + ...

    The last form is computed, from the weighted inputs: no e^z overflows, and there is no log of 0.

    >>> binary_cross_entropy([0.0], [1])
    0.6931471805599453
    >>> binary_cross_entropy([1000.0], [0])
    1000.0
    """
    total = 0
    for z, y in zip(weighted_inputs, targets):
        positive = arithmetic.real(z) > 0
        total += ((z if positive else 0) - y * z) + log_one_plus(arithmetic.exp(-z if positive else z), arithmetic)
    return total


def cross_entropy(weighted_inputs, targets, arithmetic=PLATFORM):
    """Return how surprising the targets are to one example's softmax outputs, which share one choice.

    C = -(y_1 log a_1 + y_2 log a_2 + ...)  with a = softmax(z)
      =  y_1 (log(e^z_1 + e^z_2 + ...) - z_1) + ...

    The second form is computed, from the weighted inputs less the largest: no log of 0, no overflow.

    >>> cross_entropy([0.0, 0.0], [1, 0])
    0.6931471805599453
    >>> cross_entropy([0.0, 1000.0], [1, 0])
    1000.0
    """
    largest = max(weighted_inputs, key=arithmetic.real)
    others, found = 0, False
    for z in weighted_inputs:
        e = arithmetic.exp(z - largest)
        if e == 1 and not found:
            found = True  # the largest itself, the 1 of log_one_plus
        else:
            others += e
    log_sum = log_one_plus(others, arithmetic)
    total = 0
    for z, y in zip(weighted_inputs, targets):
        total += y * (log_sum - (z - largest))
    return total


def log_one_plus(x, arithmetic=PLATFORM):
    """Return log(1 + x), to full precision also for a small x, whose digits the sum 1 + x would round away.

    >>> log_one_plus(1e-20)
    1e-20

    Source: W. Kahan's correction, in D. Goldberg, "What every computer scientist should know about floating-point
    arithmetic", ACM Computing Surveys 23 (1991), theorem 4.
    """
    rounded = 1 + x
    return x if rounded == 1 else arithmetic.log(rounded) * (x / (rounded - 1))


def difference(activations, targets):
    """Return the error of each output: prediction minus target.

    >>> difference([0.5, 1.0], [0.0, 1.0])
    [0.5, 0.0]
    """
    return [a - y for a, y in zip(activations, targets)]


def mean_difference(activations, targets):
    """Return the derivative of the mean squared error: 2 (a - y) / n for each of the n outputs.

    >>> mean_difference([0.5, 1.0], [0.0, 1.0])
    [0.5, 0.0]
    """
    return [2 * (a - y) / len(targets) for a, y in zip(activations, targets)]


def wants_probabilities(targets):
    """Return what is wanted of the targets when they are not each from 0 to 1, else None.

    >>> wants_probabilities([0, 0.5, 1])
    >>> wants_probabilities([2])
    'targets from 0 to 1'
    """
    return None if all(0 <= y <= 1 for y in targets) else "targets from 0 to 1"


def wants_one_choice(targets):
    """Return what is wanted of the targets when they are not probabilities that add up to 1, else None.

    Only if they do is a - y the derivative; it is a (y_1 + y_2 + ...) - y otherwise.

    >>> wants_one_choice([0, 1, 0])
    >>> wants_one_choice([1, 1, 0])
    'targets from 0 to 1 that add up to 1, such as [0, 1, 0]'
    """
    one_choice = all(0 <= y <= 1 for y in targets) and abs(row_sums([targets])[0] - 1) < 1e-9
    return None if one_choice else "targets from 0 to 1 that add up to 1, such as [0, 1, 0]"


def wants_nothing(targets):
    """Return None: any numbers can be the targets of a squared error."""


class Loss:
    """Hold a loss, where backprop starts from it, and which targets it refuses.

    `value` takes one example's outputs and targets. `error` is its derivative by the outputs, ∂C/∂a. A loss that is
    made for one output activation names it in `output`: its `value` takes the weighted inputs z instead, and its
    derivative by those is a - y, because the slope of the activation cancels against the logarithm's 1 / a. `wants`
    returns what is wrong with one example's targets, or None.
    """

    def __init__(self, value, error=None, output=None, wants=wants_nothing):
        self.value = value
        self.error = error
        self.output = output
        self.wants = wants


LOSSES = {
    "squared_error": Loss(squared_error, error=difference),
    "mean_squared_error": Loss(mean_squared_error, error=mean_difference),
    "binary_cross_entropy": Loss(binary_cross_entropy, output="sigmoid", wants=wants_probabilities),
    "cross_entropy": Loss(cross_entropy, output="softmax", wants=wants_one_choice),
}
