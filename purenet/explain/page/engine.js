"use strict";
/* The network again, in JavaScript: the same sums in the same order as purenet/core, so that every number of every step
   is Python's, to the bit where the exponential is (exp "portable"). The tests compare the two. Nothing here touches the
   page; `purenet` is all that it gives. */

const purenet = (() => {

  // ---- arithmetic: the exponential, logarithm and tanh of purenet/core/arithmetic.py

  const view = new DataView(new ArrayBuffer(8));

  function powerOfTwo(k) {  // 2**k for -1022 <= k <= 1023
    view.setUint32(0, (k + 1023) << 20);
    view.setUint32(4, 0);
    return view.getFloat64(0);
  }

  function ldexp(x, k) {  // x * 2**k, rounded once: only the last factor can leave the range of normal numbers
    if (k > 1023) return ldexp(x, k - 1) * 2;
    return k < -1022 ? ldexp(x, k + 200) * powerOfTwo(-200) : x * powerOfTwo(k);
  }

  function frexp(x) {  // [fraction, k] with x = fraction * 2**k and 0.5 <= fraction < 1
    const subnormal = Math.abs(x) < powerOfTwo(-1022);
    view.setFloat64(0, subnormal ? x * powerOfTwo(54) : x);
    const high = view.getUint32(0), k = ((high >>> 20) & 0x7ff) - 1022;
    view.setUint32(0, (high & 0x800fffff) | (1022 << 20));
    return [view.getFloat64(0), subnormal ? k - 54 : k];
  }

  const LOG2_HIGH = ldexp(0x162E42FEE00000, -53), LOG2_LOW = ldexp(0x1A39EF35793C76, -85);
  const INVERSE_LOG2 = ldexp(0x171547652B82FE, -52), SQRT_HALF = ldexp(0x16A09E667F3BCD, -53);
  const LARGEST_EXPONENT = ldexp(0x162E42FEFA39EF, -43), SMALLEST_EXPONENT = ldexp(-0x174910D52D3051, -43);
  const TANH_SMALL = LOG2_HIGH / 4;
  const COTH = [[0x1555555555553E, -55], [-0x16C16C16BEBD93, -61], [0x11566AAF25DE2C, -66], [-0x1BBD41C5D26BF1, -72],
                [0x16376972BEA4D0, -77]].map(([mantissa, k]) => ldexp(mantissa, k));
  const LOG = [[0x15555555555593, -53], [0x1999999997FA04, -54], [0x12492494229359, -54], [0x1C71C51D8E78AF, -55],
               [0x17466496CB03DE, -55], [0x139A09D078C69F, -55], [0x12F112DF3E5244, -55]]
    .map(([mantissa, k]) => ldexp(mantissa, k));

  const polynomial = (coefficients, t) => coefficients.reduceRight((sum, c) => c + t * sum);

  function cothTail(z) {
    const t = z * z;
    return t * polynomial(COTH, t);
  }

  function portableExp(z) {
    if (z > LARGEST_EXPONENT) return Infinity;
    if (z < SMALLEST_EXPONENT) return 0;
    const k = Math.trunc(z * INVERSE_LOG2 + (z > 0 ? 0.5 : -0.5));
    const high = z - k * LOG2_HIGH, low = k * LOG2_LOW, r = high - low, c = r - cothTail(r);
    return ldexp(1 - ((low - r * c / (2 - c)) - high), k);
  }

  function portableLog(x) {
    let [fraction, k] = frexp(x);
    if (fraction < SQRT_HALF) [fraction, k] = [2 * fraction, k - 1];
    const f = fraction - 1, s = f / (2 + f), t = s * s;
    const tail = s * (0.5 * f * f + t * polynomial(LOG, t));
    return k * LOG2_HIGH - ((0.5 * f * f - (tail + k * LOG2_LOW)) - f);
  }

  function portableTanh(z) {
    const size = Math.abs(z);
    if (size <= TANH_SMALL) return 2 * z / (2 + cothTail(2 * z));
    if (size <= 2 * TANH_SMALL) {
      const half = portableTanh(0.5 * z);
      return 2 * half / (1 + half * half);
    }
    const value = size > 22 ? 1 : 1 - 2 / (portableExp(2 * size) + 1);
    return z > 0 ? value : -value;
  }

  const ARITHMETICS = {
    platform: {exp: Math.exp, log: Math.log, tanh: Math.tanh},
    portable: {exp: portableExp, log: portableLog, tanh: portableTanh},
  };

  // ---- matrices, activations and losses: purenet/core/matrix.py, activation.py, loss.py

  const range = (n) => Array.from({length: n}, (_, i) => i);
  const map = (A, f) => A.map((row, i) => row.map((a, j) => f(a, i, j)));
  const transpose = (A) => A[0].map((_, j) => A.map((row) => row[j]));
  const total = (values) => values.reduce((sum, value) => sum + value);  // from left to right, as everywhere

  function dot(A, B) {
    const columns = transpose(B);
    return A.map((row) => columns.map((column) => {
      let sum = row[0] * column[0];
      for (let k = 1; k < row.length; k++) sum += row[k] * column[k];
      return sum;
    }));
  }

  function sigmoid(z, {exp}) {
    const e = exp(-z);
    return e === Infinity ? exp(z) : 1 / (1 + e);
  }

  function sigmoidSlope(z, {exp}) {
    const e = exp(-z), a = 1 / (1 + e);
    return e === Infinity ? exp(z) : a * (e * a);
  }

  const VALUES = {
    sigmoid,
    tanh: (z, {tanh}) => tanh(z),
    relu: (z) => z > 0 ? z : 0,
    identity: (z) => z,
  };
  const SLOPES = {
    sigmoid: sigmoidSlope,
    tanh: (z, arithmetic) => 4 * sigmoidSlope(2 * z, arithmetic),
    relu: (z) => z > 0 ? 1 : 0,
    identity: () => 1,
  };

  function softmax(row, {exp}) {
    const largest = Math.max(...row), exps = row.map((z) => exp(z - largest)), sum = total(exps);
    return exps.map((e) => e / sum);
  }

  const activate = (name, Z, arithmetic) =>
    name === "softmax" ? Z.map((row) => softmax(row, arithmetic)) : map(Z, (z) => VALUES[name](z, arithmetic));
  const slopes = (name, Z, arithmetic) =>
    name === "softmax" ? activate(name, Z, arithmetic) : map(Z, (z) => SLOPES[name](z, arithmetic));

  function logOnePlus(x, {log}) {
    const rounded = 1 + x;
    return rounded === 1 ? x : log(rounded) * (x / (rounded - 1));
  }

  const squaredError = (a, y) => a.reduce((sum, value, j) => sum + (value - y[j]) * (value - y[j]), 0) / 2;

  const LOSSES = {  // of one example; `madeFor` one output activation, a loss takes z and its delta is a - y
    squared_error: {value: (z, a, y) => squaredError(a, y), error: (a, y) => a - y},
    mean_squared_error: {value: (z, a, y) => 2 * squaredError(a, y) / y.length,
                         error: (a, y, outputs) => 2 * (a - y) / outputs},
    binary_cross_entropy: {madeFor: "sigmoid", value: (z, a, y, arithmetic) => z.reduce((sum, value, j) =>
      sum + (((value > 0 ? value : 0) - y[j] * value)
             + logOnePlus(arithmetic.exp(value > 0 ? -value : value), arithmetic)), 0)},
    cross_entropy: {madeFor: "softmax", value: (z, a, y, arithmetic) => {
      const largest = Math.max(...z);
      let others = 0, found = false;
      for (const value of z) {
        const e = arithmetic.exp(value - largest);
        if (e === 1 && !found) found = true;
        else others += e;
      }
      const logSum = logOnePlus(others, arithmetic);
      return z.reduce((sum, value, j) => sum + y[j] * (logSum - (value - largest)), 0);
    }},
  };

  // ---- the step itself: purenet/core/backprop.py and purenet/explain/trace.py

  function settingOf(spec) {
    const {sizes, activation, output, loss, reduction, bias, exp} = spec.network, last = sizes.length - 1;
    return {
      sizes, bias, loss, last, exp, examples: spec.X.length, mean: reduction === "mean",
      activations: range(last).map((layer) => layer === last - 1 ? output : activation),
      madeFor: LOSSES[loss].madeFor !== undefined,
      share: reduction === "mean" ? ` / ${spec.X.length}` : "",
    };
  }

  function forward(s, X, {weights, biases}, record = () => {}) {
    const zs = [], as = [X], arithmetic = ARITHMETICS[s.exp];
    weights.forEach((W, layer) => {
      let z = dot(as[layer], W);
      if (s.bias) z = map(z, (value, i, j) => value + biases[layer][j]);
      record("weighted_input", layer + 1, z);
      const a = activate(s.activations[layer], z, arithmetic);
      record("activation", layer + 1, a);
      zs.push(z);
      as.push(a);
    });
    return [zs, as];
  }

  function lossesOf(s, zs, as, y, record = () => {}) {
    const z = zs[s.last - 1], a = as[s.last];
    const losses = a.map((row, i) => LOSSES[s.loss].value(z[i], row, y[i], ARITHMETICS[s.exp]));
    record("example_loss", null, losses);
    const loss = s.mean ? total(losses) / y.length : total(losses);
    record("loss", null, loss);
    return loss;
  }

  function backward(s, zs, as, y, weights, record = () => {}) {
    const gradients = {weights: [], biases: s.bias ? [] : null};
    const reduced = (value) => s.mean ? value / y.length : value;
    const throughActivation = (layer, error) => {
      const name = s.activations[layer - 1], slope = slopes(name, zs[layer - 1], ARITHMETICS[s.exp]);
      record("error", layer, error);
      record("slope", layer, slope);
      if (name !== "softmax") return map(error, (e, i, j) => e * slope[i][j]);
      const common = error.map((row, i) => total(row.map((e, j) => e * slope[i][j])));
      return map(slope, (a, i, j) => a * (error[i][j] - common[i]));
    };
    const outputs = y[0].length;
    let delta = s.madeFor
      ? map(as[s.last], (a, i, j) => reduced(a - y[i][j]))
      : throughActivation(s.last, map(as[s.last], (a, i, j) => reduced(LOSSES[s.loss].error(a, y[i][j], outputs))));
    for (let layer = s.last; layer >= 1; layer--) {
      record("delta", layer, delta);
      gradients.weights.unshift(dot(transpose(as[layer - 1]), delta));
      record("gradient", layer, gradients.weights[0]);
      if (s.bias) {
        gradients.biases.unshift(transpose(delta).map(total));
        record("bias_gradient", layer, gradients.biases[0]);
      }
      if (layer > 1) delta = throughActivation(layer - 1, dot(delta, transpose(weights[layer - 1])));
    }
    return gradients;
  }

  function descend({weights, biases}, gradients, rate) {
    return {
      weights: weights.map((W, layer) => map(W, (w, i, j) => w - rate * gradients.weights[layer][i][j])),
      biases: biases && biases.map((b, layer) => b.map((value, j) => value - rate * gradients.biases[layer][j])),
    };
  }

  const allFinite = (value) => Array.isArray(value) ? value.every(allFinite) : Number.isFinite(value);
  const shape = (value) => Array.isArray(value) ? [value.length, ...shape(value[0])] : [];

  /** Every step of one update, in order, as Trace of purenet/explain/trace.py has them.
      Throws a RangeError with a sentence when a number outgrows a float. */
  function trace(spec, parameters) {
    const s = settingOf(spec), {X, y, learning_rate: rate} = spec, {weights, biases} = parameters;
    const values = {X, y}, steps = [];
    weights.forEach((W, layer) => {
      values[`W${layer + 1}`] = W;
      if (s.bias) values[`b${layer + 1}`] = biases[layer];
    });
    values.learning_rate = rate;
    const record = (kind, layer, result) => {
      const at = layer ?? s.last, {name, title, formula, element} = KINDS[kind];
      const step = {name: name(at), kind, layer, title: title(at), formula: formula(s, at), operands: [],
                    note: noteOn(s, kind, at), shape: shape(result), result};
      if (!allFinite(result)) {
        throw new RangeError(`a number of ${step.name} (${step.title}) outgrew a float; ` +
                             "expected smaller weights, inputs or learning_rate");
      }
      const names = kind === "new_activation" || kind === "new_loss"
        ? Object.keys(values).filter((known) => ["X", "y"].includes(known) || /^new_[Wb]/.test(known))
        : placesIn(element(s, at, step.shape.map(() => 0))).map((place) => place.name);
      step.operands = [...new Set(names)];
      values[step.name] = result;
      steps.push(step);
    };
    const [zs, as] = forward(s, X, parameters, record);
    lossesOf(s, zs, as, y, record);
    const gradients = backward(s, zs, as, y, weights, record), after = descend(parameters, gradients, rate);
    weights.forEach((_, layer) => {
      record("update", layer + 1, map(gradients.weights[layer], (g) => g * rate));
      record("new_weights", layer + 1, after.weights[layer]);
      if (s.bias) {
        record("bias_update", layer + 1, gradients.biases[layer].map((g) => g * rate));
        record("new_biases", layer + 1, after.biases[layer]);
      }
    });
    const [newZs, newAs] = forward(s, X, after);
    record("new_activation", s.last, newAs[s.last]);
    record("new_loss", null, lossesOf(s, newZs, newAs, y));
    return {setting: s, values, steps};
  }

  /** Full-batch gradient descent: the parameters after so many epochs, and the loss before each.
      Throws a RangeError when the loss outgrows a float. */
  function train(spec, parameters, epochs) {
    const s = settingOf(spec), losses = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      const [zs, as] = forward(s, spec.X, parameters), loss = lossesOf(s, zs, as, spec.y);
      const next = descend(parameters, backward(s, zs, as, spec.y, parameters.weights), spec.learning_rate);
      if (!allFinite([loss, next.weights, next.biases || []])) {
        throw new RangeError(`training diverged after ${epoch} epochs; expected a smaller learning rate`);
      }
      losses.push(loss);
      parameters = next;
    }
    return {parameters, losses};
  }

  // ---- how each number came about: purenet/explain/formulas.py

  const P = (name, ...at) => ({name, at});
  const symbol = (place) => place.name + place.at.map((i) => `[${i}]`).join("");
  const written = (terms, before = [], after = []) => ({terms, before, after});
  const placesIn = ({terms, before, after}) => [...before, ...terms.flat(), ...after].filter((p) => typeof p === "object");
  const inputs = (layer) => layer === 1 ? "X" : `a${layer - 1}`;

  const VALUE_PIECES = {
    sigmoid: (z) => ["1 / (1 + e^-", z, ")"],
    tanh: (z) => ["tanh ", z],
    relu: (z) => ["max(0, ", z, ")"],
    identity: (z) => [z],
  };
  const SLOPE_PIECES = {
    sigmoid: (z, a) => [a, " · (1 - ", a, ")"],
    tanh: (z, a) => ["1 - ", a, "²"],
    relu: (z) => ["1 if ", z, " > 0 else 0"],
    identity: () => ["1"],
    softmax: (z, a) => [a],
  };

  function squares(pairs, divisor) {
    const after = divisor > 1 ? ` / ${divisor}` : "", bracket = pairs.length > 1 && after !== "";
    return written(pairs.map(([a, y]) => ["(", a, " - ", y, ")²"]), bracket ? ["("] : [], [bracket ? ")" + after : after]);
  }

  const LOSS_PIECES = {
    squared_error: (pairs) => squares(pairs, 2),
    mean_squared_error: (pairs) => squares(pairs, pairs.length),
    binary_cross_entropy: (pairs) => written(
      pairs.map(([a, y]) => [y, " · log ", a, " + (1 - ", y, ") · log(1 - ", a, ")"]), ["-("], [")"]),
    cross_entropy: (pairs) => written(pairs.map(([a, y]) => [y, " · log ", a]), ["-("], [")"]),
  };

  const errorPieces = (s, layer, [i, j]) => {
    if (layer < s.last) {
      return written(range(s.sizes[layer + 1]).map((k) => [P(`delta${layer + 1}`, i, k), " · ", P(`W${layer + 1}`, j, k)]));
    }
    let pieces = [P(`a${layer}`, i, j), " - ", P("y", i, j)];
    if (s.loss === "mean_squared_error") pieces = ["2 · (", ...pieces, `) / ${s.sizes[s.last]}`];
    else if (s.share) pieces = ["(", ...pieces, ")"];
    return written([[...pieces, s.share]]);
  };

  const deltaPieces = (s, layer, [i, j]) => {
    if (layer === s.last && s.madeFor) {
      const a = P(`a${layer}`, i, j), y = P("y", i, j);
      return written([s.share ? ["(", a, " - ", y, `)${s.share}`] : [a, " - ", y]]);
    }
    const e = P(`error${layer}`, i, j), p = P(`slope${layer}`, i, j);
    if (s.activations[layer - 1] !== "softmax") return written([[e, " · ", p]]);
    return written(range(s.sizes[layer]).map((k) => [P(`error${layer}`, i, k), " · ", P(`slope${layer}`, i, k)]),
                   [p, " · (", e, " - ("], ["))"]);
  };

  const errorFormula = (s, layer) => {
    if (layer < s.last) return `delta${layer + 1} · W${layer + 1}ᵀ`;
    const difference = `a${layer} - y`;
    if (s.loss === "mean_squared_error") return `2 · (${difference}) / ${s.sizes[s.last]}${s.share}`;
    return s.share ? `(${difference})${s.share}` : difference;
  };

  const SLOPE_FORMULAS = {
    sigmoid: (l) => `a${l} ⊙ (1 - a${l})`,
    tanh: (l) => `1 - a${l} ⊙ a${l}`,
    relu: (l) => `1 where z${l} > 0, else 0`,
    identity: () => "1",
    softmax: (l) => `a${l}, of which the matrix of slopes is made`,
  };

  const deltaFormula = (s, l) => {
    if (l === s.last && s.madeFor) return s.share ? `(a${l} - y)${s.share}` : `a${l} - y`;
    if (s.activations[l - 1] === "softmax") return `slope${l} ⊙ (error${l} - row sums of error${l} ⊙ slope${l})`;
    return `error${l} ⊙ slope${l}`;
  };

  const again = (s) => written([["the same forward pass, with the new weights" + (s.bias ? " and biases" : "")]]);
  const update = (parameter) => (s, l, at) => written([[P("learning_rate"), " · ", P(`d${parameter}${l}`, ...at)]]);
  const renew = (parameter) => (s, l, at) =>
    written([[P(`${parameter}${l}`, ...at), " - ", P(`update_${parameter}${l}`, ...at)]]);

  const KINDS = {
    weighted_input: {
      name: (l) => `z${l}`, title: (l) => `weighted input of layer ${l}`,
      formula: (s, l) => `${inputs(l)} · W${l}` + (s.bias ? ` + b${l}` : ""),
      element: (s, l, [i, j]) => written(
        range(s.sizes[l - 1]).map((k) => [P(inputs(l), i, k), " · ", P(`W${l}`, k, j)]), [],
        s.bias ? [" + ", P(`b${l}`, j)] : [])},
    activation: {
      name: (l) => `a${l}`, title: (l) => `activation of layer ${l}`,
      formula: (s, l) => `${s.activations[l - 1]}(z${l})`,
      element: (s, l, [i, j]) => s.activations[l - 1] === "softmax"
        ? written(range(s.sizes[l]).map((k) => ["e^", P(`z${l}`, i, k)]), ["e^", P(`z${l}`, i, j), " / ("], [")"])
        : written([VALUE_PIECES[s.activations[l - 1]](P(`z${l}`, i, j))])},
    example_loss: {
      name: () => "losses", title: () => "loss of each example",
      formula: (s) => `${s.loss}(a${s.last}, y), example by example`,
      element: (s, l, [i]) => LOSS_PIECES[s.loss](
        range(s.sizes[s.last]).map((j) => [P(`a${s.last}`, i, j), P("y", i, j)]))},
    loss: {
      name: () => "loss", title: () => "loss", formula: (s) => `sum of losses${s.share}`,
      element: (s) => written(range(s.examples).map((i) => [P("losses", i)]), s.mean ? ["("] : [],
                              s.mean ? [`)${s.share}`] : [])},
    error: {name: (l) => `error${l}`, title: (l) => `error of layer ${l}`, formula: errorFormula, element: errorPieces},
    slope: {
      name: (l) => `slope${l}`, title: (l) => `slope of layer ${l}`,
      formula: (s, l) => SLOPE_FORMULAS[s.activations[l - 1]](l),
      element: (s, l, at) => written([SLOPE_PIECES[s.activations[l - 1]](P(`z${l}`, ...at), P(`a${l}`, ...at))])},
    delta: {name: (l) => `delta${l}`, title: (l) => `delta of layer ${l}`, formula: deltaFormula, element: deltaPieces},
    gradient: {
      name: (l) => `dW${l}`, title: (l) => `gradient of the weights of layer ${l}`,
      formula: (s, l) => `${inputs(l)}ᵀ · delta${l}`,
      element: (s, l, [i, j]) => written(range(s.examples).map((k) => [P(inputs(l), k, i), " · ", P(`delta${l}`, k, j)]))},
    bias_gradient: {
      name: (l) => `db${l}`, title: (l) => `gradient of the biases of layer ${l}`,
      formula: (s, l) => `column sums of delta${l}`,
      element: (s, l, [j]) => written(range(s.examples).map((k) => [P(`delta${l}`, k, j)]))},
    update: {name: (l) => `update_W${l}`, title: (l) => `update of the weights of layer ${l}`,
             formula: (s, l) => `learning_rate · dW${l}`, element: update("W")},
    new_weights: {name: (l) => `new_W${l}`, title: (l) => `new weights of layer ${l}`,
                  formula: (s, l) => `W${l} - update_W${l}`, element: renew("W")},
    bias_update: {name: (l) => `update_b${l}`, title: (l) => `update of the biases of layer ${l}`,
                  formula: (s, l) => `learning_rate · db${l}`, element: update("b")},
    new_biases: {name: (l) => `new_b${l}`, title: (l) => `new biases of layer ${l}`,
                 formula: (s, l) => `b${l} - update_b${l}`, element: renew("b")},
    new_activation: {name: (l) => `new_a${l}`, title: () => "predictions after the step",
                     formula: () => "forward pass with the new weights", element: again},
    new_loss: {name: () => "new_loss", title: () => "loss after the step", formula: () => "loss with the new weights",
               element: again},
  };

  /** A number with so many significant digits, as Python's format(value, ".6g") writes it. */
  function number(value, digits = 6) {
    if (value === 0) return "0";
    const [mantissa, exponent] = rounded(value, digits);
    const trimmed = (text) => text.includes(".") ? text.replace(/\.?0+$/, "") : text;
    if (exponent < -4 || exponent >= digits) {
      return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
    }
    return trimmed(Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent)));
  }

  function rounded(value, digits) {  // half way between two numbers JavaScript goes up, Python to the even one
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const [longer] = value.toExponential(digits).split("e"), [exact] = value.toExponential(60).split("e");
    const halfWay = longer.endsWith("5") && /^0*$/.test(exact.slice(longer.length));
    const even = Number(longer.replace(".", "").slice(-2, -1)) % 2 === 0;
    return [halfWay && even ? longer.slice(0, -1).replace(/\.$/, "") : mantissa, Number(exponent)];
  }

  const inside = (value, digits) => value < 0 ? `(${number(value, digits)})` : number(value, digits);
  const lookUp = (values, {name, at}) => at.reduce((value, i) => value[i], values[name]);

  function fill({terms, before, after}, text, most = 8) {
    const join = (pieces) => pieces.map((piece) => typeof piece === "string" ? piece : text(piece)).join("");
    let sums = terms.map(join);
    if (sums.length > most) {
      sums = [...sums.slice(0, most - 1), `... ${sums.length - most} more ...`, sums[sums.length - 1]];
    }
    return join(before) + sums.join(" + ") + join(after);
  }

  /** How one number came about: the formula in symbols, with the numbers put in, and the places that it comes from. */
  function element(trace, name, at) {
    const step = trace.steps.find((one) => one.name === name), place = P(name, ...at);
    const pieces = KINDS[step.kind].element(trace.setting, step.layer ?? trace.setting.last, at);
    const value = lookUp(trace.values, place), symbols = fill(pieces, symbol);
    const numbers = fill(pieces, (p) => inside(lookUp(trace.values, p)));
    return {place, symbols, numbers, value, places: placesIn(pieces), pieces,
            text: [...new Set([symbol(place), symbols, numbers, number(value)])].join(" = ")};
  }

  // ---- who pushes a weight which way: purenet/explain/contributions.py

  /** What each example contributes to the gradient of one weight, at [input, unit], or of a bias, at [unit]. */
  function contributions({setting: s, values}, layer, at) {
    const parameter = `${at.length === 2 ? "W" : "b"}${layer}`, j = at[at.length - 1];
    const examples = range(s.examples).map((k) => {
      const input = at.length === 2 ? values[inputs(layer)][k][at[0]] : 1, delta = values[`delta${layer}`][k][j];
      const push = input * delta;
      return {example: k, input, delta, push, direction: push < 0 ? "up" : push > 0 ? "down" : "not"};
    });
    const found = {
      name: symbol(P(parameter, ...at)), examples, gradient: lookUp(values, P(`d${parameter}`, ...at)),
      old: lookUp(values, P(parameter, ...at)), new: lookUp(values, P(`new_${parameter}`, ...at)),
    };
    const pushing = examples.reduce((sum, {push}) => sum + Math.abs(push), 0);
    const up = examples.filter((e) => e.direction === "up").length;
    const down = examples.filter((e) => e.direction === "down").length;
    found.cancelled = pushing ? 1 - Math.min(1, Math.abs(found.gradient) / pushing) : 0;
    found.oneWay = !(up && down);
    found.verdict = verdict(found, up, down);
    return found;
  }

  function verdict({name, examples, old, new: after, cancelled}, up, down) {
    if (!up && !down) return `${name} stays: no example pushes it.`;
    const change = after - old;
    const moved = change ? `goes ${change > 0 ? "up" : "down"} by ${number(Math.abs(change))}` : "stays";
    if (!(up && down)) {
      const who = up + down === examples.length && examples.length > 1 ? `all ${examples.length} examples push`
        : `every example that pushes it (${up + down} of ${examples.length}) pushes`;
      return `${name} ${moved}: ${who} it ${up ? "up" : "down"}, so nothing cancels.`;
    }
    const pushes = up === 1 ? "1 example pushes" : `${up} examples push`;
    return `${name} ${moved}: ${pushes} it up, ${down} down; ${percent(cancelled)} of the pushing cancels.`;
  }

  function percent(part) {  // as Python's format(100 * part, ".0f"), which goes to the even number half way
    const value = 100 * part, floor = Math.floor(value);
    if (part >= 0.995 && part < 1) return "over 99 %";
    return `${value - floor === 0.5 ? floor + floor % 2 : Math.round(value)} %`;
  }

  /** error · slope = delta for every prediction, the undecided ones first. */
  function confidence({setting: s, values: v}) {
    const at = (name, i, j) => name in v ? v[name][i][j] : null;
    const stories = range(s.examples).flatMap((i) => range(s.sizes[s.last]).map((j) => ({
      example: i, output: j, prediction: v[`a${s.last}`][i][j], target: v.y[i][j],
      error: at(`error${s.last}`, i, j), slope: at(`slope${s.last}`, i, j), delta: v[`delta${s.last}`][i][j]})));
    const key = (c) => Math.abs(c.slope ?? c.delta);
    return stories.sort((a, b) => key(b) - key(a));
  }

  // ---- in words: purenet/explain/words.py

  const LOSS_WORDS = {
    squared_error: "half the sum of the squared errors of its outputs",
    mean_squared_error: "the mean of the squared errors of its outputs",
    binary_cross_entropy: "the cross-entropy of its outputs, each a yes or no of its own",
    cross_entropy: "the cross-entropy of its outputs, which share one choice",
  };

  function conventions(s, learningRate) {
    return [
      `The loss of an example is ${LOSS_WORDS[s.loss]}.`,
      s.mean ? `The loss is the mean over the ${s.examples} examples, so each counts 1/${s.examples}: every error is ` +
               `divided by ${s.examples}.`
        : `The loss is the sum over the examples (${s.examples} here), not their mean: each counts in full.`,
      s.madeFor ? `The loss is made for ${s.activations[s.last - 1]} outputs: the slope cancels, and delta${s.last} is ` +
                  `${deltaFormula(s, s.last)}.`
        : `The error is prediction minus target, here error${s.last} = ${errorFormula(s, s.last)}; delta, error times ` +
          "slope, says how fast the loss grows with z.",
      `Descent subtracts: new weight = weight - learning_rate · gradient; learning_rate is ${number(learningRate)}. ` +
      "So a positive gradient takes a weight down. (Some tutorials take target minus prediction and add: the same " +
      "step, with both signs turned.)",
    ];
  }

  const NOTES = {
    "activation softmax": "The largest z of the row is subtracted from all of them first: the same on paper, and no e^z " +
                          "overflows.",
    "example_loss binary_cross_entropy": "Computed from z, so that there is never a log of 0.",
    "example_loss cross_entropy": "Computed from z, so that there is never a log of 0.",
    "slope sigmoid": "Computed as a · (e^-z · a): the same on paper, and it keeps its digits where a is near 1.",
    "slope tanh": "Computed as 4 times the sigmoid's slope at 2z: the same on paper, and it keeps its digits.",
    "slope relu": "At z = 0 itself, where the slope jumps, it is 0 by convention.",
    "slope softmax": "Each output depends on every z of its row: the slopes are a matrix for each example, " +
                     "a_j (1 if j = k else 0) - a_j a_k, which can be told from a.",
    "delta binary_cross_entropy": "Error times slope in one: the loss's 1 / (a (1 - a)) cancels the slope.",
    "delta cross_entropy": "Error times slope in one: the loss's 1 / a cancels in the softmax's slopes.",
  };

  function noteOn(s, kind, layer) {
    const byLoss = kind === "example_loss" || (kind === "delta" && layer === s.last);
    return NOTES[`${kind} ${byLoss ? s.loss : s.activations[layer - 1]}`] ?? "";
  }

  const pair = ([rows, columns]) => `(${rows}, ${columns})`;

  /** For every product with a transpose: what the shapes are, which one fits, and why no other does. */
  function transposes(s) {
    const found = [];
    for (let layer = s.last; layer >= 1; layer--) {
      const m = s.examples, below = s.sizes[layer - 1], here = s.sizes[layer];
      found.push({name: `dW${layer}`, text: told({
        name: `dW${layer}`, result: `W${layer}`, left: inputs(layer), right: `delta${layer}`, transposed: "left",
        summed: "the examples", leftShape: [m, below], rightShape: [m, here], wanted: [below, here]})});
      if (layer > 1) {
        found.push({name: `error${layer - 1}`, text: told({
          name: `error${layer - 1}`, result: `a${layer - 1}`, left: `delta${layer}`, right: `W${layer}`,
          transposed: "right", summed: `the units of layer ${layer}`, leftShape: [m, here], rightShape: [below, here],
          wanted: [m, below]})});
      }
    }
    return found;
  }

  function told({name, result, left, right, transposed, summed, leftShape, rightShape, wanted}) {
    const turned = (shape, side) => side === transposed ? [shape[1], shape[0]] : shape;
    const turnedLeft = turned(leftShape, "left"), turnedRight = turned(rightShape, "right");
    const marks = transposed === "left" ? ["ᵀ", ""] : ["", "ᵀ"];
    const start = `${name} = ${left}${marks[0]} · ${right}${marks[1]}: ${left} is ${pair(leftShape)}, ${right} is ` +
                  `${pair(rightShape)}, and ${name} must be ${pair(wanted)}, as ${result} is. `;
    const fits = `${pair(turnedLeft)} · ${pair(turnedRight)} is: it adds up over ${summed}, the ${turnedLeft[1]} that ` +
                 "both have. ";
    const plain = `${pair(leftShape)} · ${pair(rightShape)}`, given = [leftShape[0], rightShape[1]];
    if (leftShape[1] !== rightShape[0]) {
      return `${start}Only ${fits}Without the transpose ${plain} does not fit: ${leftShape[1]} is not ${rightShape[0]}.`;
    }
    if (pair(given) !== pair(wanted)) {
      return `${start}${fits}Without the transpose ${plain} happens to fit, because two sizes are equal, but gives ` +
             `${pair(given)}: the wrong shape.`;
    }
    return `${start}${fits}Beware: without the transpose ${plain} fits too, and even gives ${pair(given)}, because the ` +
           "sizes are equal. No error would tell; but its sums pair the wrong things.";
  }

  return {trace, train, element, contributions, confidence, transposes, conventions, number, symbol, lookUp, shape};
})();

if (typeof module !== "undefined") module.exports = purenet;
