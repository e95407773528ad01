/* The panel of the step: its formula with the matrices put in, and what there is to say about it. */

const stepPanel = (() => {

  const {html, minus, fill, byId} = dom;
  const {state, shown, setting, step: current} = model;
  const last = model.spec.network.sizes.length - 1;
  const MOST_STORIES = 12;  // of the predictions that are shown at once
  let grids = [], shownStep = "";  // the matrices in sight, and the step that they are of
  let others = [], onScreen = [];  // on paper: the matrices of the other steps, and how far those here were scrolled

  function classesOf(place) {
    const key = purenet.symbol(place), {chosen, operands} = numberPanel.marked(), classes = [];
    if (chosen === key) classes.push("chosen");
    if (operands.has(key)) classes.push("operand");
    if (model.edit(place)) classes.push("edited");
    if (quiz.hides(place)) classes.push("hidden");
    const ofExample = words.rowsAreExamples(place.name) && place.at[0] === shown.example;
    if (ofExample && setting().examples > 1) classes.push("mine");
    return classes.join(" ");
  }

  const LISTS = {  // how a list stands as a matrix: as a column of examples, or as a row of units
    losses: {rows: (n) => n, columns: () => 1, at: (r) => [r], find: ([i]) => [i, 0]},
    biases: {rows: () => 1, columns: (n) => n, at: (r, c) => [c], find: ([j]) => [0, j]},
  };

  const formatOf = (name) => dom.formatter([state.trace.values[name]].flat(Infinity), shown.digits);

  /** A number to the digits with which it stands in its matrix. */
  const asShown = (place) => dom.readNumber(formatOf(place.name)(model.value(place))).value;

  /** A matrix of the trace with its name, shape and labels; `turned`: transposed. It is added to `into`. */
  function matrix(name, into, turned = false) {
    const values = state.trace.values[name], shape = purenet.shape(values), parameter = words.parameter(name);
    const list = shape.length === 1 ? name === "losses" ? LISTS.losses : LISTS.biases : null;
    const [rows, columns] = list ? [list.rows(shape[0]), list.columns(shape[0])] : shape.length ? shape : [1, 1];
    const place = (r, c) => ({name, at: list ? list.at(r, c) : shape.length ? [r, c] : []});
    const rowHead = (r) => words.rowsAreExamples(name) ? words.example(r)
      : parameter && parameter.kind === "W" ? words.unit(parameter.layer - 1, r) : null;
    const columnHead = (c) => shape.length && name !== "losses" ? words.unit(words.layerOf(name), c) : null;
    const format = formatOf(name);
    const size = turned ? [columns, rows] : [rows, columns];
    const text = shape.length === 2 ? `(${size.join(", ")})` : shape.length === 1 ? `(${shape[0]})` : "";
    const rest = html("span");
    const one = grid({
      label: `${name}${turned ? " transposed" : ""}${text ? `, ${size.join(" by ")}` : ""}`,
      rows: size[0], columns: size[1],
      place: turned ? (r, c) => place(c, r) : place,
      rowHead: turned ? columnHead : rowHead, columnHead: turned ? rowHead : columnHead,
      text: (p) => quiz.hides(p) ? "?" : format(model.value(p)), letters: format.letters,
      classes: classesOf, open: numberPanel.open,
      tell: (sentence) => { rest.textContent = sentence && ` · ${sentence}`; },
    });
    const find = list ? list.find : shape.length ? ([i, j]) => turned ? [j, i] : [i, j] : () => [0, 0];
    one.find = (p) => p.name === name ? find(p.at) : null;
    into.push(one);
    return html("figure", {class: "matrix"},
      html("figcaption", null, html("b", null, name, turned ? html("sup", {class: "turned"}, "T") : null), " ",
           html("span", {class: "shape"}, text, rest)),
      one.element);
  }

  const invitation = (step) => html("span", {class: "screen"}, words.invitation(step));

  const COMPARED = {new_activation: [["before:", `a${last}`], ["wanted:", "y"]], new_loss: [["before:", "loss"]]};

  /** The formula of a step with the matrices put in, and its result. */
  function equation(step, into) {
    if (step.kind === "given") {
      const names = Object.keys(state.trace.values).filter((name) => model.isGiven({name}));
      return html("div", {class: "equation given"}, names.map((name) => matrix(name, into)));
    }
    const isWordy = (text) => /[a-z]/.test(text);
    const sign = (text) => html("span", {class: isWordy(text) ? "sign words" : "sign"}, minus(text.trim()));
    const factor = (text, name, {turned = false, result = false} = {}) => {  // a sign stays with the matrix after it
      const figure = matrix(name, into, turned);
      return html("div", {class: isWordy(text) ? "factor wordy" : "factor"}, text.trim() ? sign(text) : null,
                  result ? html("div", {class: "result"}, figure) : figure);
    };
    const factors = [];
    let text = "";
    for (const piece of step.formula.split(/([A-Za-z_]\w*ᵀ?)/)) {
      const name = piece.replace("ᵀ", "");
      if (step.operands.includes(name)) {
        factors.push(factor(text, name, {turned: name !== piece}));
        text = "";
      } else text += piece;
    }
    if (factors.length && text.trim()) {  // what closes the formula stays with the matrix before it
      const {classList} = factors[factors.length - 1];
      factors[factors.length - 1].append(sign(text));
      classList.toggle("wordy", isWordy(text) || classList.contains("wordy"));
      text = "";
    }
    factors.push(factor(`${text} =`, step.name, {result: true}));
    const compared = (COMPARED[step.kind] || []).map(([what, name]) => factor(what, name));
    return html("div", {class: "equation"}, factors, compared);
  }

  /** How X was made of the columns of a file. */
  function encoding({columns}) {
    const cells = ({kind, mean, deviation, texts}) => kind === "text"
      ? html("td", {colspan: 2, class: "left"}, texts.map((text) => `‘${dom.short(text, 20)}’`).join(", "), ": 1 or 0")
      : [mean, deviation].map((value) => html("td", null, dom.number(value, 6)));
    const heads = ["column", "mean", "deviation"].map((text) => html("th", {scope: "col"}, text));
    return html("div", {class: "card"}, html("h3", null, "From the file to the network"),
      html("p", null, words.encoding()),
      dom.scroller({class: "scroll"}, html("table", {class: "plain columns"},
        html("thead", null, html("tr", null, heads)),
        html("tbody", null, columns.map((column) =>
          html("tr", null, html("th", {scope: "row"}, dom.short(column.name, 40)), cells(column)))))));
  }

  function transpose(step) {
    const told = purenet.transposes(setting()).find(({name}) => name === step.name);
    if (!told) return null;
    const factors = step.formula.split(" · ").map((text) => {
      const name = text.replace("ᵀ", "");
      return {name, shape: purenet.shape(state.trace.values[name]), turned: text !== name};
    });
    return html("div", {class: "card"}, html("h3", null, "Why the transpose? The shapes tell"),
      dom.scroller({class: "scroll"}, drawing.shapes(factors, step.shape)),
      html("p", null, minus(told.text)), html("p", null, words.transpose(step)));
  }

  function confidence(step) {
    if (step.layer !== last || (step.kind !== "delta" && step.kind !== "slope") || quiz.isOpen()) return null;
    const stories = purenet.confidence(state.trace), rows = shown.whole ? stories : stories.slice(0, MOST_STORIES);
    const withSlope = stories[0].slope !== null, several = model.spec.network.sizes[last] > 1;
    const largest = Math.max(...stories.map(({delta}) => Math.abs(delta)));
    const columns = Object.entries({
      prediction: `a${last}`, target: "y",
      ...(withSlope ? {error: `error${last}`, slope: `slope${last}`, "error · slope = delta": `delta${last}`}
        : {delta: `delta${last}`})})
      .map(([head, name]) => ({head, name, ...dom.columnFormatter(
        stories.map(({example, output}) => model.value({name, at: [example, output]})), shown.digits)}));
    const heads = ["example", ...(several ? ["output"] : []), ...columns.map(({head, power}) => head + power)];
    const number = ({name, write}, {example, output}) => numberPanel.inTable({name, at: [example, output]}, write);
    const cells = (one) => [
      html("th", {scope: "row"}, words.head(words.example(one.example))),
      several ? html("td", null, words.head(words.unit(last, one.output))) : null,
      columns.slice(0, -1).map((column) => html("td", null, number(column, one))),
      dom.barCell(number(columns[columns.length - 1], one), one.delta, largest)];
    return html("div", {class: "card"}, html("h3", null, "Who is sure, and who is not"),
      html("p", null, withSlope
        ? "The predictions that are least sure come first: their slope is steep, so their error counts most. One " +
          "that is sure keeps its weights, right or wrong."
        : "The loss is made for these outputs, so every error counts in full, sure or not. The largest comes first."),
      dom.scroller({class: "scroll"}, html("table", {class: "plain"},
        html("thead", null, html("tr", null, heads.map((text) => html("th", {scope: "col"}, text)))),
        html("tbody", null, rows.map((one) =>
          html("tr", {class: one.example === shown.example ? "mine" : ""}, cells(one)))))),
      rows.length < stories.length ? dom.button(`Show all ${stories.length}`, showAll) : null);
  }

  function showAll() {
    shown.whole = true;
    render();
    byId("step").focus({preventScroll: true});  // the button is gone
  }

  function render() {
    const step = current(), count = model.steps().length - 1, at = shown.step;
    byId("where").textContent = at ? `step ${at} of ${count} · ${step.title}` : `start · then ${count} steps`;
    byId("step-title").textContent = words.title(step);
    fill("sentence", words.sentence(step), invitation(step));
    renderEquation(step);
    const legend = words.legend(step);
    fill("more", legend ? html("p", {class: "legend"}, legend) : null,
         step.note ? html("p", {class: "note"}, minus(step.note)) : null,
         step.kind === "given" && model.spec.encoding ? encoding(model.spec.encoding) : null,
         transpose(step), confidence(step));
    const slider = byId("slider");
    slider.max = count;
    slider.value = at;
    slider.setAttribute("aria-valuetext", `${at}: ${step.name}, ${step.title}`);
    byId("previous").setAttribute("aria-disabled", at === 0);
    byId("next").setAttribute("aria-disabled", at === count);
    for (const phase of byId("phases").children) phase.classList.toggle("on", phase.kinds.test(step.kind));
  }

  function renderEquation(step) {  // of the same step as before: the scrolling and the focus stay
    const old = step.name === shownStep ? grids : [], focus = document.activeElement;
    const held = old.findIndex(({element}) => element.contains(focus));
    const scrolled = old.map(({element}) => [element.scrollLeft, element.scrollTop]);
    shownStep = step.name;
    grids = [];
    fill("equation", equation(step, grids));
    grids.forEach((one) => one.draw());
    scrolled.forEach(([left, top], k) => { if (left || top) grids[k].element.scrollTo(left, top); });
    if (held >= 0 && focus.at) grids[held].go(...focus.at);
  }

  /** Scroll the first of these places that a matrix has into its sight, and mark all anew. */
  function reveal(places) {
    mark();  // first, for the number that is chosen is bold, and its column wider
    for (const one of grids) {
      const at = places.map(one.find).find((found) => found);
      if (at) one.reveal(...at);
    }
  }

  const mark = () => grids.forEach((one) => one.mark());

  /** Be ready for paper: the step that is shown and, when all are printed, the others. */
  function toPaper() {
    onScreen = grids.map(({element}) => [element.scrollLeft, element.scrollTop]);
    for (const one of [...grids, ...others]) one.fitPaper();
  }

  function toScreen() {
    document.body.classList.remove("prints-all");
    fill("all-steps");
    others = [];
    render();
    grids.forEach(({element}, k) => element.scrollTo(...onScreen[k]));
  }

  function printAll() {
    fill("all-steps", model.steps().map((step) => html("article", null, html("h2", null, words.title(step)),
      html("p", null, words.sentence(step)), equation(step, others))));
    document.body.classList.add("prints-all");
    others.forEach((one) => one.draw());
    print();
  }

  return {render, reveal, mark, asShown, classesOf, printAll, toPaper, toScreen};
})();
