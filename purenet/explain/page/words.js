/* What things are called, and what happens at each step, in words. */

const words = (() => {

  const {spec, state} = model;
  const last = spec.network.sizes.length - 1;
  const plural = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

  // ---- names: of the rows and columns of a matrix, and of a number

  const PARAMETER = /^(?:d|update_|new_)?([Wb])(\d+)$/;
  const layerOf = (name) => name === "X" ? 0 : name === "y" ? last : Number(/\d*$/.exec(name)[0]);
  const rowsAreExamples = (name) => /^(X|y|losses|(z|a|error|slope|delta|new_a)\d+)$/.test(name);

  /** The weight or bias that a name is about, as it is, its gradient, its update or its new value: or null. */
  function parameter(name) {
    const found = PARAMETER.exec(name);
    return found && {kind: found[1], layer: Number(found[2]), name: found[1] + found[2]};
  }

  const named = (names, k) => names ? names[k] : "";
  const example = (k) => [k, exampleName(k)];
  const unit = (layer, j) => [j, layer === 0 ? named(spec.inputs, j) : layer === last ? named(spec.outputs, j) : ""];
  const head = ([index, name]) => name ? `[${index}] ${name}` : `[${index}]`;

  function exampleName(k) {  // one that is but its inputs changes with them
    const name = named(spec.examples, k), was = spec.X[k], now = state.given.X[k];
    if (!name || was.every((x, j) => x === now[j])) return name;
    return name === was.join(" ") ? now.map((x) => dom.number(x, 4)).join(" ") : `${name}, changed`;
  }

  const withName = (word, [index, name]) => name ? `${word} ${index} (${dom.short(name, 40)})` : `${word} ${index}`;
  const exampleInWords = (k) => withName("example", example(k));
  const unitInWords = (layer, j) =>
    withName(layer === 0 ? "input" : layer === last ? "output" : "unit", unit(layer, j))
    + (layer > 0 && layer < last ? ` of layer ${layer}` : "");

  const MEANINGS = {
    X: "input", y: "target", learning_rate: "learning rate", z: "weighted input", a: "activation", losses: "loss",
    loss: "loss over all examples", error: "error", slope: "slope", delta: "delta", new_a: "prediction after the step",
    new_loss: "loss after the step", W: "weight", b: "bias", dW: "gradient of the weight", db: "gradient of the bias",
    update_W: "update of the weight", update_b: "update of the bias", new_W: "new weight", new_b: "new bias",
  };

  /** What a number is, in words. */
  function meaning({name, at}) {
    const what = MEANINGS[name] || MEANINGS[name.replace(/\d+$/, "")], about = parameter(name);
    if (at.length === 0) return what;
    if (about) {
      const to = unitInWords(about.layer, at[at.length - 1]);
      return about.kind === "b" ? `${what} of ${to}` : `${what} from ${unitInWords(about.layer - 1, at[0])} to ${to}`;
    }
    if (name === "losses") return `${what} of ${exampleInWords(at[0])}`;
    return `${what}: ${exampleInWords(at[0])}, ${unitInWords(layerOf(name), at[1])}`;
  }

  /** The network, in a line. */
  function network(s) {
    const hidden = s.sizes.slice(1, -1), inside = hidden.length ? `${hidden.join(" and ")} hidden units, ` : "";
    return `${plural(s.sizes[0], "input")}, ${inside}${plural(s.sizes[last], "output")}; ` +
      `${[...new Set(s.activations)].join(", then ")}; ${s.loss}, ${s.mean ? "mean" : "sum"} over ` +
      `${plural(s.examples, "example")}; ${s.bias ? "with" : "without"} biases.`;
  }

  // ---- the steps

  const PHASES = {
    given: /^given$/,
    forward: /^(weighted_input|activation)$/,
    loss: /^(example_loss|loss)$/,
    backward: /^(error|slope|delta|gradient|bias_gradient)$/,
    update: /^(update|new_weights|bias_update|new_biases)$/,
    after: /^new_(activation|loss)$/,
  };

  const ACTIVATIONS = {
    sigmoid: "The sigmoid squeezes each weighted input into a number between 0 and 1: above 0.5 for a positive one, " +
             "below for a negative one.",
    tanh: "The tanh squeezes each weighted input into a number between −1 and 1, with the same sign.",
    relu: "The ReLU lets a positive weighted input through as it is, and makes a negative one 0.",
    identity: "The identity leaves the weighted input as it is.",
    softmax: "The softmax turns each example's weighted inputs into shares that add up to 1: the largest gets most.",
  };
  const SLOPES = {
    sigmoid: "How much a moves when z moves a little: 0.25 where the unit is undecided (a is 0.5), nearly 0 where it " +
             "is sure (a near 0 or 1).",
    tanh: "How much a moves when z moves a little: 1 where a is 0, nearly 0 where the unit is sure (a near −1 or 1).",
    relu: "How much a moves when z moves a little: just as much where z is above 0, not at all elsewhere.",
    identity: "How much a moves when z moves a little: just as much.",
    softmax: "How much each output moves when the weighted inputs of its example move a little.",
  };

  const SENTENCES = {  // of each kind of step; s is the setting, l the layer
    given: () => "Where the step starts: the examples (X) with their targets (y), and the weights as they are now.",
    weighted_input: (s, l) => `Each unit of layer ${l} adds up what comes in, each number times the weight on its way` +
      `${s.bias ? ", and then its bias" : ""}. Row by row, column by column: one row of ` +
      `${l === 1 ? "X" : `a${l - 1}`} meets one column of W${l}.`,
    activation: (s, l) => ACTIVATIONS[s.activations[l - 1]] +
      (l === s.last ? " These are the network's predictions." : ""),
    example_loss: () => "How far each example's predictions are from its targets, as one number: 0 would be perfect.",
    loss: (s) => `One number for all examples: ${s.mean ? "their mean" : "their sum"}. ` +
      "The step is there to make it smaller.",
    error: (s, l) => l < s.last
      ? `Each unit of layer ${l} gets its share of the blame: the deltas of layer ${l + 1} come back through the ` +
        "same weights that carried its activation forward."
      : "How far each prediction is above its target (+) or below it (−)" +
        `${s.mean ? `, divided by the ${s.examples} examples, as the loss is their mean` : ""}.`,
    slope: (s, l) => SLOPES[s.activations[l - 1]],
    delta: (s, l) => l === s.last && s.madeFor
      ? "How fast the loss grows with each weighted input z. Below 0: z should rise; above 0: z should fall."
      : "Error times slope: how fast the loss grows with each z. Below 0: z should rise; above 0: it should fall. " +
        "A unit that is sure has a small slope, and is left nearly alone.",
    gradient: (s, l) => `How fast the loss grows with each weight of layer ${l}: what came in times the delta, added ` +
      `up over the ${plural(s.examples, "example")}.`,
    bias_gradient: () => "How fast the loss grows with each bias: the deltas, added up over the examples. A bias is " +
      "a weight whose input is always 1.",
    update: () => "How far each weight is to move: the gradient times the learning rate.",
    new_weights: () => "The update is subtracted: a weight with a positive gradient goes down, one with a negative " +
      "gradient goes up.",
    bias_update: () => "How far each bias is to move: the gradient times the learning rate.",
    new_biases: () => "The update is subtracted: a bias with a positive gradient goes down, one with a negative " +
      "gradient goes up.",
    new_activation: () => "The forward pass again, with the new weights. Have the predictions come nearer to their " +
      "targets?",
    new_loss: () => {
      const {loss, new_loss: after} = state.trace.values;
      const change = `from ${dom.number(loss, 6)} to ${dom.number(after, 6)}`;
      return after < loss ? `The loss went ${change}: the step made it smaller.`
        : after > loss ? `The loss went up, ${change}: the step was too long. Try a smaller learning rate.`
        : "The loss stayed where it was.";
    },
  };

  /** What was done to the columns of the file, or "" if nothing was. */
  function encoding() {
    if (!spec.encoding) return "";
    const has = (kind) => spec.encoding.columns.some((column) => column.kind === kind);
    return [
      has("number") && `${model.scalesTargets ? "X and y are" : "X is"} not what stands in the file: each number there is scaled, ` +
        "(value − mean) / deviation, by the mean and the deviation that its column had in training. So no column " +
        "outweighs another by its unit.",
      has("text") && "Of a column of texts, each text has an input of its own: 1 where the file has that text, 0 elsewhere.",
    ].filter(Boolean).join(" ");
  }

  const INVITATIONS = {
    given: " Click any number to see what it is, and to change it.",
    gradient: " Click one to see which example pushes it which way.",
  };

  const invitation = ({kind}) => INVITATIONS[kind] || "";
  const sentence = ({kind, layer}) => SENTENCES[kind](model.setting(), layer);
  const title = ({kind, name, formula}) => kind === "given" ? "What is given" : dom.minus(`${name} = ${formula}`);

  /** What the signs in a formula mean, or "". */
  function legend({kind, formula, layer}) {
    if (kind === "error" && layer === last) return "";
    const lines = [];
    if (formula.includes("⊙")) lines.push("⊙ multiplies number by number");
    if (kind === "update" || kind === "bias_update") lines.push("every number is multiplied by the learning rate");
    else if (formula.includes(" · ")) lines.push("· multiplies row by column");
    if (formula.includes("ᵀ")) lines.push("ᵀ is transposed: rows become columns");
    if (kind === "weighted_input" && model.setting().bias) lines.push(`b${layer} is added to every row`);
    return lines.length ? `${lines.join("; ")}.` : "";
  }

  /** Why a product has a transpose, in the words of what it is for. */
  const transpose = ({kind, layer}) => kind === "gradient"
    ? "In words: the gradient of one weight pairs, example by example, what came in over it with the delta of the " +
      `unit it leads to. So both must be columns: ${layer === 1 ? "X" : `a${layer - 1}`} is laid on its side.`
    : `In words: forward, a row of W${layer + 1} spreads one unit's activation over the units of layer ${layer + 1}; ` +
      "backward the same row gathers their deltas for it. So the rows have to stand as columns.";

  /** Why an example wants a weight or a bias to go the way it pushes. */
  function because({example, input, delta}, {kind, layer}, at) {
    const side = (value) => value < 0 ? "below 0" : "above 0", way = (up) => up ? "rise" : "fall";
    const z = `its delta is ${side(delta)}, so z${layer}[${example}][${at[at.length - 1]}] should ${way(delta < 0)}`;
    return kind === "b" ? `${z}, and so the bias.`
      : `${z}; what came in is ${side(input)}, so for that the weight has to ${way((delta < 0) === (input > 0))}.`;
  }

  return {plural, parameter, layerOf, rowsAreExamples, example, unit, head, exampleInWords, MEANINGS, meaning, network,
          PHASES, sentence, invitation, encoding, title, legend, transpose, because};
})();
