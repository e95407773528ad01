/* The page itself: what is shown, what has been changed, and what happens when someone touches it. The arithmetic is all
   in engine.js; here is not a sum but for those that a table shows. */

(() => {

  const {html, minus} = dom;
  const {symbol, lookUp} = purenet;
  const $ = (id) => document.getElementById(id);
  const fill = (id, ...children) => $(id).replaceChildren(...children.flat(Infinity).filter((child) => child !== null));
  const button = (text, click, attributes = {}) => html("button", {type: "button", click, ...attributes}, text);
  const range = (n) => Array.from({length: n}, (_, i) => i);
  const plural = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

  const spec = JSON.parse($("spec").textContent);
  const sizes = spec.network.sizes, last = sizes.length - 1;
  const MOST_ROWS = 20, MOST_STORIES = 12;  // of a table of examples, before the rest is put together or left out

  // ---- what is shown

  const original = {X: spec.X, y: spec.y, learning_rate: spec.learning_rate};
  const asTrained = spec.snapshots.map((snapshot) => ({...snapshot, edits: new Map()}));
  const state = {
    given: original, edits: new Map(),  // of X, y and learning_rate: symbol -> {place, was}
    runs: {file: asTrained, here: []}, run: "file", at: 0,  // a snapshot has edits of its own weights and biases
    trace: null, base: null,  // of the numbers in force; and of those in the file, while something is changed
    step: 0, example: 0, path: [], whole: false, digits: 4, quiz: null, job: null,
  };

  const run = () => state.runs[state.run];
  const snapshot = () => run()[state.at];
  const specNow = () => ({...spec, ...state.given});
  const steps = () => [{name: "given", kind: "given", layer: null, title: "what is given", operands: []}, ...state.trace.steps];
  const current = () => steps()[state.step];
  const setting = () => state.trace.setting;
  const allEdits = () => [...state.edits.values(), ...snapshot().edits.values()];
  const isEdited = (place) => state.edits.has(symbol(place)) || snapshot().edits.has(symbol(place));

  // ---- names

  const layerOf = (name) => Number(/(\d*)$/.exec(name)[1]);
  const stem = (name) => name.replace(/\d*$/, "");
  const PARAMETER = /^(?:d|update_|new_)?([Wb])(\d+)$/;
  const rowsAreExamples = (name) => /^(X|y|losses|z\d+|a\d+|error\d+|slope\d+|delta\d+|new_a\d+)$/.test(name);

  const named = (names, k) => names ? names[k] : "";
  const exampleHead = (k) => [k, named(spec.examples, k)];
  const unitHead = (layer, j) => [j, layer === 0 ? named(spec.inputs, j) : layer === last ? named(spec.outputs, j) : ""];
  const layerOfColumns = (name) => name === "X" ? 0 : name === "y" ? last : layerOf(name);

  const withName = (word, [index, name]) => name ? `${word} ${index} (${name})` : `${word} ${index}`;
  const exampleWords = (k) => withName("example", exampleHead(k));
  const unitWords = (layer, j) => withName(layer === 0 ? "input" : layer === last ? "output" : "unit", unitHead(layer, j));

  const STEMS = {
    X: "input", y: "target", learning_rate: "learning rate", z: "weighted input", a: "activation", losses: "loss",
    loss: "loss over all examples", error: "error", slope: "slope", delta: "delta", new_a: "prediction after the step",
    new_loss: "loss after the step", W: "weight", b: "bias", dW: "gradient of the weight", db: "gradient of the bias",
    update_W: "update of the weight", update_b: "update of the bias", new_W: "new weight", new_b: "new bias",
  };

  /** What a number is, in words. */
  function meaning({name, at}) {
    const words = STEMS[name] || STEMS[stem(name)], parameter = PARAMETER.exec(name);
    if (at.length === 0) return words;
    if (parameter) {
      const layer = Number(parameter[2]), to = unitWords(layer, at[at.length - 1]), of = layer === last ? "" : ` of layer ${layer}`;
      return parameter[1] === "b" ? `${words} of ${to}${of}` : `${words} from ${unitWords(layer - 1, at[0])} to ${to}${of}`;
    }
    if (name === "losses") return `${words} of ${exampleWords(at[0])}`;
    const layer = layerOfColumns(name), of = layer > 0 && layer < last ? ` of layer ${layer}` : "";
    return `${words}: ${exampleWords(at[0])}, ${unitWords(layer, at[1])}${of}`;
  }

  // ---- numbers, one of which a quiz may hide

  const isHidden = (place) => state.quiz !== null && state.quiz.open && symbol(place) === symbol(state.quiz.place);
  const fullDigits = (value) => Object.is(value, -0) ? "0" : String(value);
  const inside = (place) => {
    if (isHidden(place)) return "?";
    const text = dom.number(lookUp(state.trace.values, place), 6);
    return text.startsWith("−") ? `(${text})` : text;
  };
  const inTable = (place) => link(place, isHidden(place) ? "?" : dom.number(lookUp(state.trace.values, place), state.digits));
  const link = (place, text) => button(text, (event) => follow(place, event.detail === 0),
    {class: `place ${isEdited(place) ? "edited" : ""}`, title: `${symbol(place)}: ${meaning(place)}`, "data-place": symbol(place)});

  // ---- changing what is given

  const replaced = (value, at, number) =>
    at.length === 0 ? number : value.map((part, i) => i === at[0] ? replaced(part, at.slice(1), number) : part);

  const isGiven = (name) => name === "X" || name === "y" || name === "learning_rate" || /^[Wb]\d+$/.test(name);

  /** Put a number in the place of another and compute everything anew; return why not, or "" when it is done. */
  function change(place, value) {
    const {name, at} = place, next = {...state};
    if (name === "learning_rate" && !(value > 0)) return "The learning rate must be above 0.";
    if (name === "y" && setting().madeFor && !(value >= 0 && value <= 1)) return `${spec.network.loss} needs targets from 0 to 1.`;
    if (name in state.given) {
      next.given = {...state.given};
      const changes = name === "y" && spec.network.loss === "cross_entropy" ? shareOut(at, value) : [[at, value]];
      next.edits = new Map(state.edits);
      for (const [where, number] of changes) {
        note(next.edits, {name, at: where}, lookUp(next.given, {name, at: where}), number);
        next.given[name] = replaced(next.given[name], where, number);
      }
    } else {
      const list = name[0] === "W" ? "weights" : "biases", where = [layerOf(name) - 1, ...at], edits = new Map(snapshot().edits);
      note(edits, place, lookUp(snapshot(), {name: list, at: where}), value);
      const changed = {...snapshot(), [list]: replaced(snapshot()[list], where, value), edits};
      next.runs = {...state.runs, [state.run]: replaced(run(), [state.at], changed)};
    }
    return commit(next);
  }

  function note(edits, place, before, after) {  // remember what the file has, and forget what is as in the file again
    const key = symbol(place), was = edits.has(key) ? edits.get(key).was : before;
    if (Object.is(was, after)) edits.delete(key);
    else edits.set(key, {place, was});
  }

  function shareOut([i, j], value) {  // the targets of an example that are shares of one choice go on adding up to 1
    const row = state.given.y[i], others = row.reduce((sum, y, k) => k === j ? sum : sum + y, 0), rest = 1 - value;
    return row.map((y, k) => [[i, k], k === j ? value : others > 0 ? y * rest / others : rest / (row.length - 1)]);
  }

  function commit(next) {  // nothing is changed unless all of it can be computed
    try {
      next.trace = purenet.trace({...spec, ...next.given}, next.runs[next.run][next.at]);
    } catch (error) {
      if (error instanceof RangeError) return minus(`${error.message[0].toUpperCase()}${error.message.slice(1)}.`);
      throw error;
    }
    Object.assign(state, next, {base: null});
    render();
    return "";
  }

  function reset() {
    stop();
    $("training-says").textContent = "";
    commit({...state, given: original, edits: new Map(), runs: {file: asTrained, here: []}, run: "file",
            at: state.run === "file" ? state.at : 0});
    $("slider").focus({preventScroll: true});
  }

  /** The trace of the file's own numbers, to compare with; null while nothing is changed. */
  function baseTrace() {
    if (!allEdits().length) return null;
    if (!state.base) {
      const parameters = {weights: snapshot().weights, biases: snapshot().biases};
      for (const {place: {name, at}, was} of snapshot().edits.values()) {
        const list = name[0] === "W" ? "weights" : "biases";
        parameters[list] = replaced(parameters[list], [layerOf(name) - 1, ...at], was);
      }
      state.base = purenet.trace({...spec, ...original}, parameters);
    }
    return state.base;
  }

  function renderChanged() {
    const edits = allEdits(), some = edits.slice(0, 4);
    document.body.classList.toggle("is-changed", edits.length > 0 || state.run === "here");
    if (!edits.length && state.run === "file") return fill("changed");
    fill("changed",
      html("strong", null, edits.length ? "Changed: " : "Trained in this page. "),
      some.map(({place, was}, k) => [k ? ", " : "", link(place, symbol(place)), ` was ${dom.number(was, 4)}`]),
      edits.length > some.length ? ` and ${edits.length - some.length} more` : "", edits.length ? ". " : "",
      button("Reset everything", reset, {id: "reset"}));
  }

  // ---- the steps

  const PHASES = [["given", /^given$/], ["forward", /^(weighted_input|activation)$/], ["loss", /^(example_loss|loss)$/],
                  ["backward", /^(error|slope|delta|gradient|bias_gradient)$/],
                  ["update", /^(update|new_weights|bias_update|new_biases)$/], ["after", /^new_(activation|loss)$/]];

  const ACTIVATION_WORDS = {
    sigmoid: "The sigmoid squeezes each weighted input into a number between 0 and 1: above 0.5 for a positive one, below for a negative one.",
    tanh: "The tanh squeezes each weighted input into a number between −1 and 1, with the same sign.",
    relu: "The ReLU lets a positive weighted input through as it is, and makes a negative one 0.",
    identity: "The identity leaves the weighted input as it is.",
    softmax: "The softmax turns each example's weighted inputs into shares that add up to 1: the largest gets the most.",
  };
  const SLOPE_WORDS = {
    sigmoid: "How much a moves when z moves a little: 0.25 where the unit is undecided (a is 0.5), nearly 0 where it is sure (a near 0 or 1).",
    tanh: "How much a moves when z moves a little: 1 where a is 0, nearly 0 where the unit is sure (a near −1 or 1).",
    relu: "How much a moves when z moves a little: just as much where z is above 0, not at all elsewhere.",
    identity: "How much a moves when z moves a little: just as much.",
    softmax: "How much each output moves when the weighted inputs of its example move a little.",
  };

  const SENTENCES = {
    given: () => `Where the step starts: the examples (X) with their targets (y), and the weights as they are now. ${
      "Click any number to see what it is, and to change it."}`,
    weighted_input: (s, l) => `Each unit of layer ${l} adds up what comes in, each number times the weight on its way${
      s.bias ? ", and then its bias" : ""}. Row by row, column by column: one row of ${l === 1 ? "X" : `a${l - 1}`} meets one column of W${l}.`,
    activation: (s, l) => ACTIVATION_WORDS[s.activations[l - 1]] + (l === s.last ? " These are the network's predictions." : ""),
    example_loss: () => "How far each example's predictions are from its targets, as one number: 0 would be perfect.",
    loss: (s) => `One number for all examples${s.mean ? ", their mean" : ", their sum"}. The step is there to make it smaller.`,
    error: (s, l) => l < s.last
      ? `Each unit of layer ${l} gets its share of the blame: the deltas of layer ${l + 1} come back through the same weights that carried its activation forward.`
      : `How far each prediction is above its target (+) or below it (−)${s.mean ? `, divided by the ${s.examples} examples, as the loss is their mean` : ""}.`,
    slope: (s, l) => SLOPE_WORDS[s.activations[l - 1]],
    delta: (s, l) => l === s.last && s.madeFor
      ? "How fast the loss grows with each weighted input z. Below 0: z should rise; above 0: z should fall."
      : "Error times slope: how fast the loss grows with each z. Below 0: z should rise; above 0: it should fall. A unit that is sure has a small slope, and is left nearly alone.",
    gradient: (s, l) => `How fast the loss grows with each weight of layer ${l}: what came in times the delta, added up over the ${s.examples} examples. Click one to see which example pushes it which way.`,
    bias_gradient: () => "How fast the loss grows with each bias: the deltas, added up over the examples. A bias is a weight whose input is always 1.",
    update: () => "How far each weight is to move: the gradient times the learning rate.",
    new_weights: () => "The update is subtracted: a weight with a positive gradient goes down, one with a negative gradient goes up.",
    bias_update: () => "How far each bias is to move: the gradient times the learning rate.",
    new_biases: () => "The update is subtracted: a bias with a positive gradient goes down, one with a negative gradient goes up.",
    new_activation: () => "The forward pass again, with the new weights. Have the predictions come nearer to their targets?",
    new_loss: () => {
      const {loss, new_loss: after} = state.trace.values;
      return after < loss ? `The loss went from ${dom.number(loss, 6)} to ${dom.number(after, 6)}: the step made it smaller.`
        : after > loss ? `The loss went up, from ${dom.number(loss, 6)} to ${dom.number(after, 6)}: the step was too long. Try a smaller learning rate.`
        : "The loss stayed where it was.";
    },
  };

  const OPERATORS = [["⊙", "⊙ multiplies number by number"], [" · ", "· multiplies row by column"], ["ᵀ", "ᵀ is transposed: rows become columns"]];

  function legend(step) {
    const {kind, formula} = step, s = setting();
    const lines = OPERATORS.filter(([sign]) => formula.includes(sign)).map(([, words]) => words);
    if (kind === "update" || kind === "bias_update") lines.splice(0, 1, "every number is multiplied by the learning rate");
    if (kind === "weighted_input" && s.bias) lines.push(`b${step.layer} is added to every row`);
    if (kind === "error" && step.layer === s.last) lines.splice(0, lines.length);
    return lines.length ? html("p", {class: "legend"}, lines.join("; ") + ".") : null;
  }

  let grids = [], shownStep = "";  // the matrices in sight, and the step that they are of

  function classesOf(place) {
    const key = symbol(place), classes = [];
    if (state.path.length && symbol(state.path[state.path.length - 1]) === key) classes.push("chosen");
    if (operands.has(key)) classes.push("operand");
    if (isEdited(place)) classes.push("edited");
    if (isHidden(place)) classes.push("hidden");
    if (rowsAreExamples(place.name) && place.at[0] === state.example && state.trace.setting.examples > 1) classes.push("mine");
    return classes.join(" ");
  }

  /** A matrix of the trace with its name, shape and labels; `turned`: transposed. */
  function matrix(name, turned = false, into = grids) {
    const value = state.trace.values[name], shape = purenet.shape(value);
    const columns = shape.length === 1 && name === "losses" ? 1 : shape[shape.length - 1] || 1;
    const rows = shape.length === 2 || name === "losses" ? shape[0] : 1;
    const format = dom.formatter([value].flat(Infinity), state.digits);
    const place = (r, c) => ({name, at: shape.length === 2 ? [r, c] : shape.length === 0 ? [] : name === "losses" ? [r] : [c]});
    const layer = layerOfColumns(name), isParameter = PARAMETER.exec(name);
    const rowHead = (r) => shape.length === 0 || (isParameter && isParameter[1] === "b") ? null
      : isParameter ? unitHead(layer - 1, r) : exampleHead(r);
    const columnHead = (c) => shape.length === 0 || name === "losses" ? null : unitHead(layer, c);
    const mark = turned ? "ᵀ" : "", size = turned ? [columns, rows] : [rows, columns];
    const shapeText = shape.length === 2 ? `(${size.join(", ")})` : shape.length === 1 ? `(${shape[0]})` : "";
    const one = grid({
      label: `${name}${turned ? " transposed" : ""}${shapeText ? `, ${size.join(" by ")}` : ""}`,
      rows: size[0], columns: size[1],
      place: turned ? (r, c) => place(c, r) : place,
      text: (p) => isHidden(p) ? "?" : format(lookUp(state.trace.values, p)),
      classes: classesOf,
      rowHead: turned ? columnHead : rowHead, columnHead: turned ? rowHead : columnHead,
      open,
    });
    one.locate = (p) => p.name === name && (turned ? [p.at[1], p.at[0]] : shape.length === 2 ? p.at : [0, p.at[0] || 0]);
    into.push(one);
    return html("figure", {class: one.large ? "matrix wide-matrix" : "matrix"},
      html("figcaption", null, html("b", null, name, mark && html("sup", {class: "turned"}, "T")), " ",
        html("span", {class: "shape"}, shapeText, one.cut ? " · scroll for the rest" : "")),
      one.element);
  }

  /** The formula of a step with the matrices put in, and its result. */
  function equation(step, into) {
    if (step.kind === "given") {
      return html("div", {class: "equation given"}, ["X", "y"].map((name) => matrix(name, false, into)), range(last).map((k) => [
        matrix(`W${k + 1}`, false, into), setting().bias ? matrix(`b${k + 1}`, false, into) : null]), matrix("learning_rate", false, into));
    }
    const sign = (text) => text.trim() ? html("span", {class: /[a-z]/.test(text) ? "sign words" : "sign"}, minus(text.trim())) : null;
    const factor = (text, content) => html("div", {class: "factor"}, sign(text), content);  // they stay together on a line
    const factors = [];
    let text = "";
    for (const piece of step.formula.split(/([A-Za-z_]\w*ᵀ?)/)) {
      const name = piece.replace("ᵀ", "");
      if (step.operands.includes(name)) {
        factors.push(factor(text, matrix(name, name !== piece, into)));
        text = "";
      } else text += piece;
    }
    factors.push(factor(`${text} =`, html("div", {class: "result"}, matrix(step.name, false, into))));
    const compare = {new_activation: [["before:", `a${last}`], ["wanted:", "y"]], new_loss: [["before:", "loss"]]}[step.kind] || [];
    return html("div", {class: "equation"}, factors, compare.map(([words, name]) => factor(words, matrix(name, false, into))));
  }

  function transpose(step) {
    const told = purenet.transposes(setting()).find(({name}) => name === step.name);
    if (!told) return null;
    const factors = /^(\w+)(ᵀ?) · (\w+)(ᵀ?)$/.exec(step.formula), shapeOf = (name) => purenet.shape(state.trace.values[name]);
    return html("div", {class: "card"}, html("h3", null, "Why the transpose? The shapes tell"),
      drawing.shapes([{name: factors[1], shape: shapeOf(factors[1]), turned: factors[2] !== ""},
                      {name: factors[3], shape: shapeOf(factors[3]), turned: factors[4] !== ""}], step.shape),
      html("p", null, minus(told.text)),
      html("p", null, step.kind === "gradient"
        ? `In words: the gradient of one weight pairs, example by example, what came in over it with the delta of the unit it leads to. So both must be columns: ${factors[1]} is laid on its side.`
        : `In words: forward, a row of W${step.layer + 1} spreads one unit's activation over the units of layer ${step.layer + 1}; backward the same row gathers their deltas for it. So the rows have to stand as columns.`));
  }

  /** A cell with a number, and its size as a bar below it. */
  const barCell = (content, value, largest) => {
    const bar = html("span", {class: `bar ${value < 0 ? "up" : "down"}`});
    bar.style.width = `${largest ? 90 * Math.abs(value) / largest : 0}%`;
    return html("td", {class: "barred"}, content, bar);
  };

  function confidence(step) {
    const s = setting();
    if (step.layer !== s.last || (step.kind !== "delta" && step.kind !== "slope")) return null;
    const stories = purenet.confidence(state.trace), rows = state.whole ? stories : stories.slice(0, MOST_STORIES), cut = stories.length - rows.length;
    const withSlope = stories[0].slope !== null, at = ({example, output}) => [example, output];
    const largest = Math.max(...stories.map(({delta}) => Math.abs(delta)));
    return html("div", {class: "card"}, html("h3", null, "Who is sure, and who is not"),
      html("p", null, withSlope
        ? "The predictions that are least sure come first: their slope is steep, so their error counts most. One that is sure keeps its weights, right or wrong."
        : "The loss is made for these outputs, so every error counts in full, sure or not. The largest comes first."),
      html("div", {class: "scroll"}, html("table", {class: "plain"},
        html("thead", null, html("tr", null, ["example", "output", "prediction", "target", ...(withSlope ? ["error", "slope"] : []), "delta"]
          .filter((word) => word !== "output" || sizes[last] > 1).map((word) => html("th", {scope: "col"}, word === "delta" && withSlope ? "error · slope = delta" : word)))),
        html("tbody", null, rows.map((c) => html("tr", {class: c.example === state.example ? "mine" : ""},
          html("th", {scope: "row"}, exampleHead(c.example).join(" ")),
          sizes[last] > 1 ? html("td", null, unitHead(last, c.output).join(" ")) : null,
          [`a${last}`, "y", ...(withSlope ? [`error${last}`, `slope${last}`] : [])].map((name) => html("td", null, inTable({name, at: at(c)}))),
          barCell(inTable({name: `delta${last}`, at: at(c)}), c.delta, largest)))))),
      cut ? button(`Show all ${stories.length}`, () => { state.whole = true; renderStep(); }) : null);
  }

  function renderStep() {
    const step = current(), s = setting(), count = steps().length;
    $("where").textContent = step.kind === "given" ? `start · then ${count - 1} steps` : `step ${state.step} of ${count - 1} · ${step.title}`;
    $("step-title").textContent = step.kind === "given" ? "What is given" : minus(`${step.name} = ${step.formula}`);
    $("sentence").textContent = SENTENCES[step.kind](s, step.layer);
    const old = step.name === shownStep ? grids : [], held = old.findIndex((one) => one.element.contains(document.activeElement));
    const at = held >= 0 && document.activeElement.at, scrolled = old.map(({element}) => [element.scrollLeft, element.scrollTop]);
    shownStep = step.name;
    grids = [];
    fill("equation", equation(step, grids));
    const cards = state.quiz && state.quiz.open ? [] : [confidence(step)];
    fill("more", step.kind === "given" ? null : legend(step), step.note ? html("p", {class: "note"}, minus(step.note)) : null, transpose(step), cards);
    grids.forEach((one) => one.draw());
    scrolled.forEach(([left, top], k) => { if (left || top) grids[k].element.scrollTo(left, top); });
    if (at) grids[held].go(...at);
    $("slider").max = count - 1;
    $("slider").value = state.step;
    $("slider").setAttribute("aria-valuetext", `${state.step}: ${step.name}, ${step.title}`);
    $("previous").setAttribute("aria-disabled", state.step === 0);
    $("next").setAttribute("aria-disabled", state.step === count - 1);
    for (const phase of $("phases").children) phase.classList.toggle("on", phase.kinds.test(step.kind));
  }

  function renderPhases() {
    fill("phases", PHASES.map(([name, kinds]) => {
      const indices = range(steps().length).filter((k) => kinds.test(steps()[k].kind));
      const node = button(name, () => goTo(indices[0]), {tabindex: -1});
      node.kinds = kinds;
      node.style.flexGrow = indices.length;
      return node;
    }));
  }

  function goTo(index) {
    const to = Math.max(0, Math.min(steps().length - 1, index));
    if (to === state.step) return;
    state.step = to;
    state.whole = false;
    if (state.quiz) ask();
    render();
  }

  // ---- the network

  const UNIT_KINDS = new Set(["weighted_input", "activation", "error", "slope", "delta"]);

  function renderGraph() {
    const s = setting(), step = current(), done = steps().slice(1, state.step + 1), v = state.trace.values;
    const latest = range(last + 1).map((l) => l === 0 ? "X" : null), weightNames = range(last).map((k) => `W${k + 1}`);
    for (const one of done) {
      if (UNIT_KINDS.has(one.kind)) latest[one.layer] = one.name;
      if (one.kind === "new_weights") weightNames[one.layer - 1] = one.name;
    }
    if (/update|^new_/.test(step.kind)) {  // the deltas have done their part
      for (let l = 1; l <= last; l++) latest[l] = `a${l}`;
      if (/^new_(activation|loss)$/.test(step.kind)) latest[last] = `new_a${last}`;
    }
    const edgesOn = (l) => (["weighted_input", "gradient", "update", "new_weights"].includes(step.kind) && step.layer === l)
      || (step.kind === "error" && step.layer === l - 1) || step.kind === "new_activation";
    const nodesOn = (l) => (UNIT_KINDS.has(step.kind) || /bias/.test(step.kind)) && step.layer === l
      || (l === last && /loss|new_activation/.test(step.kind));
    const layers = range(last + 1).map((l) => {
      const name = latest[l], row = name && v[name][state.example];
      const largest = row ? row.reduce((m, value) => Math.max(m, Math.abs(value)), /^(a|new_a)/.test(name) ? 1 : 1e-300) : 1;
      return {name, size: sizes[l], on: nodesOn(l), value: (j) => row[j] / largest,
              text: (p) => isHidden(p) ? "?" : dom.number(lookUp(v, p), 2),
              labels: l === 0 || l === last ? (j) => named(l === 0 ? spec.inputs : spec.outputs, j) || `${l === 0 ? "input" : "output"} ${j}` : null};
    });
    layers.example = state.example;
    const had = $("graph").contains(document.activeElement) && document.activeElement.dataset.node;
    fill("graph", drawing.network({
      layers, classes: classesOf, open,
      weights: weightNames.map((name, k) => ({name, matrix: v[name], on: edgesOn(k + 1), text: (p) => isHidden(p) ? "?" : dom.number(lookUp(v, p), 4)})),
      targets: (j) => dom.number(state.given.y[state.example][j], 3),
      label: `The network, with the numbers of ${exampleWords(state.example)}`,
    }));
    if (had) $("graph").querySelector(`[data-node="${had}"]`).focus({preventScroll: true});
    const cut = sizes.map((size) => [drawing.shownUnits(size).filter((j) => j !== null).length, size]).filter(([shown, size]) => shown < size);
    $("graph-short").textContent = cut.length ? `Not all of it is drawn: ${cut.map((pair) => pair.join(" of ")).join(", ")} units.` : "";
    $("example").value = state.example;
  }

  function chooseExample(k) {
    const count = setting().examples;
    state.example = (k + count) % count;
    renderGraph();
    renderNumber();
    grids.forEach((one) => one.mark());
  }

  // ---- where a number comes from

  let operands = new Set();
  const stepOf = (place) => state.trace.steps.find(({name}) => name === place.name);

  function open(place, byKeyboard) {  // a number in a matrix or in the network: a new way begins
    if (isHidden(place)) return $("answer").focus();
    state.path = [place];
    state.whole = false;
    showNumber(byKeyboard);
  }

  function follow(place, byKeyboard) {  // a number in a formula: one further on the way
    if (isHidden(place)) return $("answer").focus();
    const known = state.path.findIndex((one) => symbol(one) === symbol(place));
    state.path = known >= 0 ? state.path.slice(0, known + 1) : [...state.path, place];
    state.whole = false;
    showNumber(byKeyboard);
  }

  function showNumber(byKeyboard) {
    renderNumber();
    const place = state.path[state.path.length - 1];
    const places = place && stepOf(place) ? purenet.element(state.trace, place.name, place.at).places : [];
    for (const one of grids) {  // the number itself, or else the first that it comes from
      const at = place && [place, ...places].map(one.locate).find((at) => at);
      if (at) one.reveal(...at);
    }
    grids.forEach((one) => one.mark());
    renderGraph();
    const head = $("number-head");
    if (byKeyboard) head.focus({preventScroll: true});
    const box = $("number").getBoundingClientRect();
    if (box.top > innerHeight - 120 || box.bottom < 120) $("number").scrollIntoView({block: "start", behavior: "auto"});
  }

  function formulaLines(place, step) {
    const {pieces} = purenet.element(state.trace, place.name, place.at), {before, terms, after} = pieces;
    const cut = !state.whole && terms.length > 8, shown = cut ? [...terms.slice(0, 7), null, terms[terms.length - 1]] : terms;
    const line = (text) => {
      const write = (list) => list.map((piece) => typeof piece === "string" ? minus(piece) : link(piece, text(piece)));
      return [write(before), shown.map((term, k) => [k ? " + " : "", term ? html("span", {class: term.length > 3 ? "" : "term"}, write(term))
        : button(`… ${terms.length - 8} more …`, () => { state.whole = true; renderNumber(); })]), write(after)];
    };
    if (step.kind === "new_activation" || step.kind === "new_loss") return html("p", {class: "formula"}, "= ", line(symbol));
    return [html("p", {class: "formula"}, "= ", line(symbol)), html("p", {class: "formula"}, "= ", line(inside))];
  }

  const WAYS = {up: ["↑", " up"], down: ["↓", " down"], not: ["–", " no say"]};

  function because({example, input, delta}, at, layer) {
    const unit = `z${layer}[${example}][${at[at.length - 1]}]`;
    const rises = delta < 0 ? "should rise" : "should fall";
    return at.length === 1 ? `its delta is ${delta < 0 ? "below" : "above"} 0, so ${unit} ${rises}, and so the bias`
      : `its delta is ${delta < 0 ? "below" : "above"} 0, so ${unit} ${rises}; what came in is ${input < 0 ? "below" : "above"} 0, so for that the weight has to ${(delta < 0) === (input > 0) ? "rise" : "fall"}`;
  }

  function contributions(place) {
    const [, kind, digits] = PARAMETER.exec(place.name), layer = Number(digits), at = place.at, j = at[at.length - 1];
    const c = purenet.contributions(state.trace, layer, at), parameter = `${kind}${layer}`;
    const inputName = layer === 1 ? "X" : `a${layer - 1}`, largest = Math.max(...c.examples.map(({push}) => Math.abs(push)));
    const shortened = !state.whole && c.examples.length > MOST_ROWS;
    const rows = shortened ? [...c.examples].sort((a, b) => Math.abs(b.push) - Math.abs(a.push)).slice(0, MOST_ROWS) : c.examples;
    const others = shortened ? c.examples.filter((one) => !rows.includes(one)) : [];
    const most = (way) => c.examples.filter((one) => one.direction === way).sort((a, b) => Math.abs(b.push) - Math.abs(a.push))[0];
    const write = (value) => dom.number(value, state.digits), here = (name) => ({name, at});
    const why = ["up", "down"].map((way) => [way, most(way)]).filter(([, one]) => one).map(([way, one]) => html("li", null,
      html("b", null, `${exampleWords(one.example)} wants it ${way}`), c.examples.filter(({direction}) => direction === way).length > 1 ? " most: " : ": ",
      because(one, at, layer), "."));
    const total = c.examples.reduce((sum, {push}) => sum + Math.abs(push), 0);
    return html("div", {class: "pushes"},
      html("h3", null, kind === "W" ? "Who pushes this weight which way?" : "Who pushes this bias which way?"),
      html("p", {class: "verdict"}, minus(c.verdict)), html("ul", null, why),
      html("div", {class: "scroll"}, html("table", {class: "plain"},
        html("thead", null, html("tr", null, ["example", "wants it", "came in", "delta", "push"].map((word) => html("th", {scope: "col"}, word)))),
        html("tbody", null, rows.map((one) => html("tr", {class: `${one.example === state.example ? "mine" : ""}`},
          html("th", {scope: "row"}, exampleHead(one.example).join(" ")),
          html("td", {class: one.direction}, WAYS[one.direction][0], html("span", {class: "word"}, WAYS[one.direction][1])),
          html("td", null, kind === "W" ? inTable({name: inputName, at: [one.example, at[0]]}) : "1"),
          html("td", null, inTable({name: `delta${layer}`, at: [one.example, j]})),
          barCell(write(one.push), one.push, largest))),
          others.length ? html("tr", null, html("th", {scope: "row"}, `${others.length} others`), html("td"), html("td"), html("td"),
            html("td", null, write(others.reduce((sum, {push}) => sum + push, 0)))) : null),
        html("tfoot", null, html("tr", null, html("th", {scope: "row", colspan: 4}, "sum of the pushes = gradient"),
          html("td", null, inTable(here(`d${parameter}`))))))),
      shortened ? button(`Show all ${c.examples.length}`, () => { state.whole = true; renderNumber(); }) : null,
      html("p", {class: "note"}, `push = ${kind === "W" ? "what came in" : "1"} · delta. One below 0 takes the ${STEMS[kind]} up, for descent subtracts. ${
        c.oneWay ? "" : `The sizes of the pushes add up to ${write(total)}, the pushes themselves to ${write(c.gradient)}: the rest cancels.`}`),
      html("dl", {class: "formula"},
        html("dt", null, "update"), html("dd", null, link({name: "learning_rate", at: []}, inside({name: "learning_rate", at: []})), " · ",
          link(here(`d${parameter}`), inside(here(`d${parameter}`))), " = ", link(here(`update_${parameter}`), inside(here(`update_${parameter}`)))),
        html("dt", null, "new value"), html("dd", null, link(here(parameter), inside(here(parameter))), " − ",
          link(here(`update_${parameter}`), inside(here(`update_${parameter}`))), " = ", link(here(`new_${parameter}`), inside(here(`new_${parameter}`))))));
  }

  /** Whether the contributions to a weight would tell what the quiz asks for. */
  function tellsAnswer({name, at}) {
    if (!PARAMETER.test(name) || !state.quiz || !state.quiz.open) return false;
    const asked = PARAMETER.exec(state.quiz.place.name), own = PARAMETER.exec(name);
    return asked !== null && asked[1] + asked[2] === own[1] + own[2] && at.join() === state.quiz.place.at.join();
  }

  let shownPlace = "";  // of which the field for changing it is shown: it must not be drawn anew while someone types in it

  function renderNumber() {
    const place = state.path[state.path.length - 1];
    operands = new Set();
    if (!place) {
      fill("crumbs");
      fill("number-head", html("p", {class: "note"}, "Click any number, in a matrix or in the network, or press Enter on it. Its formula comes here, and from there you can go on, down to the inputs."));
      fill("edit");
      fill("number-body");
      shownPlace = "";
      return;
    }
    const step = stepOf(place), value = lookUp(state.trace.values, place);
    const before = baseTrace(), was = before && lookUp(before.values, place);
    if (step) purenet.element(state.trace, place.name, place.at).places.forEach((one) => operands.add(symbol(one)));
    fill("crumbs", state.path.length > 1 ? [state.path.slice(0, -1).map((one) => [button(symbol(one), (event) => follow(one, event.detail === 0)), " › "]),
                                            html("b", null, symbol(place))] : null);
    fill("number-head", html("p", {class: "big"}, html("b", null, symbol(place)), " = ", html("span", {class: "full"}, isHidden(place) ? "?" : fullDigits(value))),
      html("p", {class: "meaning"}, meaning(place), was !== null && !Object.is(was, value) ? html("span", {class: "was"}, ` — before your change: ${dom.number(was, 6)}`) : null));
    renderEdit(place, value);
    fill("number-body", step ? formulaLines(place, step) : null,
      step && step.kind === "delta" && !(step.layer === last && setting().madeFor) ? html("p", {class: "note"}, value < 0 ? "Below 0: the loss falls when z rises." : value > 0 ? "Above 0: the loss falls when z falls." : "0: nothing to gain here.") : null,
      tellsAnswer(place) ? html("p", {class: "note"}, "The rest is hidden while the quiz asks for it.")
        : PARAMETER.test(place.name) ? contributions(place) : null);
  }

  function renderEdit(place, value) {
    if (!isGiven(place.name)) {
      fill("edit");
      shownPlace = "";
      return;
    }
    const field = $("edit-field");
    if (shownPlace === symbol(place) && field) {
      if (document.activeElement !== field) field.value = fullDigits(value);
      $("edit-undo").hidden = !isEdited(place);
      return;
    }
    shownPlace = symbol(place);
    const undo = button("as in the file", () => {
      const edit = state.edits.get(symbol(place)) || snapshot().edits.get(symbol(place));
      if (edit) refuse(change(place, edit.was), "edit-refused", $("edit-field"));
      $("edit-field").value = fullDigits(lookUp(state.trace.values, place));
      $("edit-field").focus();
    }, {id: "edit-undo", hidden: !isEdited(place)});
    fill("edit", html("p", {class: "row"}, html("label", {for: "edit-field"}, "This number is given. Change it:"),
      html("input", {id: "edit-field", type: "text", size: 12, autocomplete: "off", "aria-describedby": "edit-refused",
                     input: (event) => typed(event.target, place, "edit-refused")}), undo),
      place.name === "y" && spec.network.loss === "cross_entropy" ? html("p", {class: "note"}, "The targets of an example add up to 1: its others change along.") : null,
      html("p", {id: "edit-refused", class: "refused", role: "alert"}));
    $("edit-field").value = fullDigits(value);
  }

  function refuse(sentence, id, field) {
    $(id).textContent = sentence;
    if (sentence) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  function typed(field, place, id) {
    const {value, refused} = dom.readNumber(field.value);
    refuse(refused ? `${refused} Nothing was changed.` : explained(change(place, value)), id, field);
  }

  const explained = (sentence) => sentence && `${sentence} Nothing was changed.`;

  // ---- training

  let losses = new WeakMap(), lossesFor = null;  // of the snapshots, and the given numbers that they were computed for

  function lossOf(one) {
    return purenet.train({...specNow(), learning_rate: 0}, one, 1).losses[0];
  }

  let filling = 0;

  function fillLosses() {  // a slice at a time, so that the page stays quick
    if (lossesFor !== state.given) [losses, lossesFor] = [new WeakMap(), state.given];
    const began = performance.now();
    for (const one of [snapshot(), ...run()]) {
      if (performance.now() - began > 8) break;
      if (!losses.has(one)) losses.set(one, one === snapshot() ? state.trace.values.loss : lossOf(one));
    }
    if (run().some((one) => !losses.has(one))) {
      clearTimeout(filling);
      filling = setTimeout(() => { fillLosses(); renderCurve(); }, 0);
    }
  }

  function renderCurve() {
    fill("curve", drawing.curve({losses: run().map((one) => losses.has(one) ? losses.get(one) : null),
                                 epochs: run().map(({epochs}) => epochs), at: state.at, pick: goToSnapshot}));
  }

  function renderTraining() {
    fillLosses();
    renderCurve();
    const {epochs} = snapshot(), {loss} = state.trace.values, count = run().length;
    $("snapshot").max = count - 1;
    $("snapshot").value = state.at;
    $("snapshot").disabled = count < 2;
    $("snapshot").setAttribute("aria-valuetext", `after ${plural(epochs, "epoch")}, loss ${purenet.number(loss, 4)}`);
    $("snapshot-says").textContent = `After ${plural(epochs, "epoch")}: loss ${dom.number(loss, 6)}${count > 1 ? ` (snapshot ${state.at + 1} of ${count})` : ""}.`;
    fill("runs", state.runs.here.length ? [["file", "As in the file"], ["here", "Trained here"]].map(([name, words]) =>
      button(words, () => switchTo(name), {"aria-pressed": String(state.run === name)})) : null);
    const field = $("rate");
    if (document.activeElement !== field) {
      field.value = fullDigits(state.given.learning_rate);
      refuse("", "rate-refused", field);
    }
    field.classList.toggle("edited", isEdited({name: "learning_rate", at: []}));
  }

  function goToSnapshot(k) {
    const at = Math.max(0, Math.min(run().length - 1, k));
    if (at === state.at) return;
    stop();
    const refused = commit({...state, at});
    $("training-says").textContent = refused;
    if (refused) renderTraining();
  }

  function switchTo(name) {
    stop();
    commit({...state, run: name, at: name === "here" ? state.runs.here.length - 1 : Math.min(state.at, asTrained.length - 1)});
  }

  /** Train from the snapshot that is shown; up to ten new snapshots are added. It goes on in slices of time. */
  function train(epochs) {
    stop();
    const start = snapshot(), mark = Math.max(1, Math.floor(epochs / 10)), given = specNow(), before = state.trace.values.loss;
    const known = state.run === "here" ? state.runs.here.slice(0, state.at + 1) : [start];
    const job = {stopped: false}, added = [];
    let parameters = start, done = 0;
    state.job = job;
    const finish = (sentence) => {
      state.job = null;
      $("stop").hidden = true;
      if (!done) return void ($("training-says").textContent = sentence);
      if (done % mark) added.push({...parameters, epochs: start.epochs + done, edits: new Map()});
      for (;; added.pop()) {  // weights may be finite still, and their loss no longer
        const here = [...known, ...added];
        if (!commit({...state, runs: {...state.runs, here}, run: "here", at: here.length - 1}) || !added.length) break;
      }
      $("training-says").textContent = `${sentence} The loss went from ${dom.number(before, 4)} to ${dom.number(state.trace.values.loss, 4)}.`;
    };
    const slice = () => {
      if (state.job !== job) return;
      const began = performance.now();
      try {
        while (done < epochs && performance.now() - began < 25) {
          parameters = purenet.train(given, parameters, 1).parameters;
          done++;
          if (done % mark === 0) added.push({...parameters, epochs: start.epochs + done, edits: new Map()});
        }
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return finish(`Training diverged after ${plural(done, "step")}: try a smaller learning rate.`);
      }
      if (done === epochs || job.stopped) return finish(`Trained ${plural(done, "step")}.`);
      $("stop").hidden = false;
      $("training-says").textContent = `${done} of ${epochs} steps …`;
      setTimeout(slice, 0);
    };
    slice();
  }

  function stop() {  // drop what is under way: what it started from is no longer what is shown
    if (state.job) $("training-says").textContent = "Training was stopped, for something else was chosen.";
    state.job = null;
    $("stop").hidden = true;
  }

  // ---- the quiz

  const ASKABLE = (kind) => !["given", "new_activation", "new_loss"].includes(kind);

  function ask() {
    const step = current(), quiz = state.quiz;
    quiz.hints = 0;
    quiz.open = ASKABLE(step.kind);
    quiz.place = null;
    quiz.says = "";
    if (quiz.open) {
      const pick = () => ({name: step.name, at: step.shape.map((size) => Math.floor(Math.random() * size))});
      quiz.place = pick();
      for (let tries = 0; tries < 20 && lookUp(state.trace.values, quiz.place) === 0; tries++) quiz.place = pick();
      if (rowsAreExamples(step.name)) state.example = quiz.place.at[0];
      state.path = [];
    }
  }

  function toggleQuiz() {
    state.quiz = state.quiz ? null : {right: 0, helped: 0, shown: 0};
    $("ask").setAttribute("aria-pressed", state.quiz !== null);
    if (state.quiz) {
      if (!ASKABLE(current().kind)) state.step = 1;
      ask();
    }
    render();
    if (state.quiz) $("answer").focus();
  }

  /** Whether an answer is near enough: 1 % of the number, or, of a sum, 0.1 % of its largest term. */
  function isRight(answer, place) {
    const value = lookUp(state.trace.values, place), {pieces} = purenet.element(state.trace, place.name, place.at);
    const largest = pieces.terms.length < 2 ? 0 : Math.max(...pieces.terms.map((term) => term.filter((piece) => typeof piece === "object")
      .reduce((product, piece) => product * Math.abs(lookUp(state.trace.values, piece)), 1)));
    return Math.abs(answer - value) <= Math.max(0.01 * Math.abs(value), 0.001 * largest);
  }

  function check() {
    const quiz = state.quiz, {value: answer, refused} = dom.readNumber($("answer").value), value = lookUp(state.trace.values, quiz.place);
    if (refused) return refuse(refused, "answer-refused", $("answer"));
    refuse("", "answer-refused", $("answer"));
    if (!isRight(answer, quiz.place)) {
      quiz.says = isRight(-answer, quiz.place) ? "The size is right, but not the sign."
        : Math.abs(answer - value) <= 0.1 * Math.abs(value) ? "Close, but not to within 1 %." : "Not yet. Try again, or take a hint.";
      return fill("quiz-says", quiz.says);
    }
    quiz[quiz.hints ? "helped" : "right"]++;
    finishQuestion(`Right: ${symbol(quiz.place)} = ${dom.number(value, 6)}.`);
  }

  function finishQuestion(sentence) {
    state.quiz.open = false;
    state.quiz.says = sentence;
    render();
    $("quiz-next").focus();
  }

  function hint() {
    const quiz = state.quiz;
    quiz.hints++;
    if (quiz.hints < 3) return renderQuiz();
    quiz.shown++;
    finishQuestion(`The answer: ${symbol(quiz.place)} = ${dom.number(lookUp(state.trace.values, quiz.place), 6)}.`);
  }

  function nextQuestion() {
    const all = steps();
    let next = state.step;
    do next = (next + 1) % all.length; while (!ASKABLE(all[next].kind));
    state.step = next;
    ask();
    render();
    $("answer").focus();
  }

  const tally = ({right, helped, shown}) => `${plural(right, "number")} right without help, ${helped} with hints, ${shown} shown.`;

  function renderQuiz() {
    const quiz = state.quiz;
    if (!quiz) return fill("quiz");
    if (!quiz.place) return fill("quiz", html("p", null, "Nothing to work out at this step. "), button("Next question", nextQuestion, {id: "quiz-next"}), html("p", {class: "note"}, tally(quiz)));
    const name = symbol(quiz.place), element = purenet.element(state.trace, quiz.place.name, quiz.place.at);
    if (!quiz.open) {
      return fill("quiz", html("p", {id: "quiz-says", role: "status"}, quiz.says), html("p", {class: "formula"}, minus(`= ${element.numbers}`)),
        html("div", {class: "row"}, button("Next question", nextQuestion, {id: "quiz-next"}), button("Another one here", () => { ask(); render(); $("answer").focus(); })),
        html("p", {class: "note"}, tally(quiz)));
    }
    const written = $("answer") && $("answer").dataset.place === name ? $("answer").value : "";
    const HINTS = ["Hint: the formula", "Hint: the numbers", "Show the answer"];
    const field = html("input", {id: "answer", type: "text", size: 10, autocomplete: "off", "aria-describedby": "answer-refused", "data-place": name,
                                 keydown: (event) => {
                                   if (event.key !== "Enter") return;
                                   event.preventDefault();  // or it would press the button that takes the focus, too
                                   check();
                                 }});
    const focused = document.activeElement && document.activeElement.id;
    fill("quiz", html("p", null, html("label", {for: "answer"}, "What is ", html("b", null, name), "? ", html("span", {class: "meaning"}, `(${meaning(quiz.place)})`))),
      html("div", {class: "row"}, field, button("Check", check, {id: "check"}), button(HINTS[quiz.hints], hint, {id: "hint"})),
      html("p", {id: "answer-refused", class: "refused", role: "alert"}), html("p", {id: "quiz-says", role: "status"}, quiz.says),
      quiz.hints > 0 ? html("p", {class: "formula"}, minus(`${name} = ${element.symbols}`)) : null,
      quiz.hints > 1 ? html("p", {class: "formula"}, minus(`= ${element.numbers}`)) : null,
      html("p", {class: "note"}, "An answer counts when it is right to within 1 %. ", tally(quiz)));
    field.value = written;
    if (["answer", "hint", "check"].includes(focused)) $(focused).focus();
  }

  // ---- all of it

  function render() {
    renderChanged();
    renderNumber();
    renderStep();
    renderQuiz();
    renderGraph();
    renderTraining();
    fill("conventions-list", purenet.conventions(setting(), state.given.learning_rate).map((sentence) => html("li", null, minus(sentence))));
  }

  function about() {
    const s = setting(), hidden = sizes.slice(1, -1), functions = [...new Set(s.activations)].join(", then ");
    return `${plural(sizes[0], "input")}, ${hidden.length ? `${hidden.join(" and ")} hidden units, ` : ""}${plural(sizes[last], "output")}; ${functions}; ${
      s.loss}, ${s.mean ? "mean" : "sum"} over ${plural(s.examples, "example")}; ${s.bias ? "with" : "without"} biases.`;
  }

  function toggleTheme() {
    const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    $("theme").textContent = dark ? "Dark" : "Light";
  }

  function printAll() {
    const drawn = [];
    $("all-steps").replaceChildren(...steps().map((step, k) => html("article", null, html("h2", null, minus(k ? `${k}. ${step.name} = ${step.formula}` : step.title)),
      html("p", null, SENTENCES[step.kind](setting(), step.layer)), equation(step, drawn))));
    document.body.classList.add("prints-all");
    drawn.forEach((one) => one.draw());
    print();
  }

  function escape(target) {
    if (target.closest("[data-arrows]") || target.closest("#equation")) return $("slider").focus();
    if (target.closest("#number") && state.path.length) {
      state.path = state.path.slice(0, -1);
      showNumber(state.path.length > 0);
      if (!state.path.length) $("slider").focus({preventScroll: true});
    }
  }

  const KEYS = {
    ArrowLeft: () => goTo(state.step - 1), ArrowRight: () => goTo(state.step + 1),
    e: () => chooseExample(state.example + 1), q: toggleQuiz, t: toggleTheme, "?": () => $("helper").showModal(),
    ",": () => goToSnapshot(state.at - 1), ".": () => goToSnapshot(state.at + 1),
  };

  function keydown(event) {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.altKey || event.metaKey || $("helper").open) return;
    if (event.key === "Escape") return escape(target);
    const arrows = event.key.startsWith("Arrow");
    if (!(event.key in KEYS) || target.closest("input[type=text], textarea, select") || (arrows && target.closest("input, [data-arrows], .window, .scroll"))) return;
    event.preventDefault();
    KEYS[event.key]();
  }

  function start() {
    document.title = spec.title;
    $("title").textContent = spec.title;
    state.trace = purenet.trace(specNow(), snapshot());
    $("about").textContent = about();
    fill("example", range(setting().examples).map((k) => html("option", {value: k}, dom.short(exampleHead(k).filter(String).join(" · "), 40))));
    renderPhases();
    render();
    const on = (id, event, action) => $(id).addEventListener(event, action);
    on("previous", "click", () => goTo(state.step - 1));
    on("next", "click", () => goTo(state.step + 1));
    on("slider", "input", (event) => goTo(Number(event.target.value)));
    on("snapshot", "input", (event) => goToSnapshot(Number(event.target.value)));
    on("example", "change", (event) => chooseExample(Number(event.target.value)));
    on("example-before", "click", () => chooseExample(state.example - 1));
    on("example-after", "click", () => chooseExample(state.example + 1));
    on("rate", "input", (event) => typed(event.target, {name: "learning_rate", at: []}, "rate-refused"));
    for (const one of document.querySelectorAll(".train")) one.addEventListener("click", () => train(Number(one.dataset.epochs)));
    on("stop", "click", () => { if (state.job) state.job.stopped = true; });
    on("digits", "change", (event) => { state.digits = Number(event.target.value); renderStep(); });
    on("ask", "click", toggleQuiz);
    on("theme", "click", toggleTheme);
    on("help", "click", () => $("helper").showModal());
    on("print", "click", () => print());
    on("print-all", "click", printAll);
    addEventListener("afterprint", () => { document.body.classList.remove("prints-all"); fill("all-steps"); });
    document.addEventListener("keydown", keydown);
    if (matchMedia("(prefers-color-scheme: dark)").matches) $("theme").textContent = "Light";
  }

  start();
  window.shown = () => ({trace: state.trace, spec: specNow(), snapshot: snapshot()});  // for the console: what is shown, as data
})();
