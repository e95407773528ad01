/* The panel of the network: the numbers of one example as they flow through it. */

const networkPanel = (() => {

  const {byId, fill} = dom;
  const {spec, state, shown} = model;
  const sizes = spec.network.sizes, last = sizes.length - 1, layers = sizes.map((_, l) => l);
  let named = null;  // the inputs that the examples in the list are called by
  const OF_UNITS = /^(weighted_input|activation|error|slope|delta)$/;

  /** The names of the matrices in the nodes and of the weights on the lines: the latest that there are. */
  function latest() {
    const nodes = layers.map((l) => l === 0 ? "X" : null), lines = layers.slice(1).map((l) => `W${l}`);
    for (const {kind, layer, name} of model.steps().slice(0, shown.step + 1)) {
      if (OF_UNITS.test(kind)) nodes[layer] = name;
      if (kind === "new_weights") lines[layer - 1] = name;
    }
    const {kind} = model.step();
    if (words.PHASES.update.test(kind) || words.PHASES.after.test(kind)) {  // the deltas have done their part
      layers.slice(1).forEach((l) => { nodes[l] = `a${l}`; });
    }
    if (words.PHASES.after.test(kind)) {  // of another network than the a's before: the hidden ones are not kept
      layers.slice(1).forEach((l) => { nodes[l] = l === last ? `new_a${l}` : null; });
    }
    return {nodes, lines};
  }

  const linesOn = ({kind, layer}, l) => kind === "new_activation" || (kind === "error" && layer === l - 1)
    || (/^(weighted_input|gradient|update|new_weights)$/.test(kind) && layer === l);
  const nodesOn = ({kind, layer}, l) => ((OF_UNITS.test(kind) || kind.includes("bias")) && layer === l)
    || (l === last && /loss|new_activation/.test(kind));

  function render() {
    const step = model.step(), {nodes, lines} = latest(), {values} = state.trace;
    const text = (digits) => (place) => quiz.hides(place) ? "?" : dom.number(model.value(place), digits);
    const label = (l) => (j) => words.unit(l, j)[1] || `${l === 0 ? "input" : "output"} ${j}`;
    const layer = (l) => {
      const name = nodes[l], row = name ? values[name][shown.example] : [];
      const scale = Math.max(/^(new_)?a/.test(name) ? 1 : 1e-300, ...row.map(Math.abs));
      return {name, size: sizes[l], on: nodesOn(step, l), text: text(2), value: (j) => row[j] / scale,
              label: l === 0 || l === last ? label(l) : null};
    };
    const focus = byId("graph").contains(document.activeElement) && document.activeElement.dataset.node;
    fill("graph", drawing.network({
      layers: layers.map(layer), example: shown.example,
      weights: lines.map((name, k) => ({name, matrix: values[name], on: linesOn(step, k + 1), text: text(4)})),
      target: (j) => dom.number(state.given.y[shown.example][j], 3),
      title: `The network, with the numbers of ${words.exampleInWords(shown.example)}`,
      classes: stepPanel.classesOf, open: numberPanel.open,
    }));
    if (focus) byId("graph").querySelector(`[data-node="${focus}"]`).focus({preventScroll: true});
    const cut = sizes.map((size) => [drawing.shownUnits(size).filter((j) => j !== null).length, size])
      .filter(([part, size]) => part < size).map((pair) => pair.join(" of "));
    byId("graph-short").textContent = cut.length ? `Not all of it is drawn: ${cut.join(", ")} units.` : "";
    if (state.given.X !== named) {  // an example may be called by its inputs
      named = state.given.X;
      fill("example", named.map((_, k) =>
        dom.html("option", {value: k}, dom.short(words.head(words.example(k)), 40))));
    }
    byId("example").value = shown.example;
  }

  function choose(k) {
    const count = model.setting().examples;
    shown.example = (k + count) % count;
    render();
    numberPanel.render();
    stepPanel.mark();
  }

  function start() {
    drawing.rove(byId("graph"));
    byId("example").addEventListener("change", (event) => choose(Number(event.target.value)));
    byId("example-before").addEventListener("click", () => choose(shown.example - 1));
    byId("example-after").addEventListener("click", () => choose(shown.example + 1));
  }

  return {render, start, choose};
})();
