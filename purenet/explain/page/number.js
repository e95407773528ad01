/* The panel of a number: where it comes from, down to the inputs; of one that is given, the field to change it; of a
   weight, who pushes it which way. */

const numberPanel = (() => {

  const {html, minus, fill, byId, button} = dom;
  const {symbol} = purenet;
  const {state, shown} = model;
  const MOST_TERMS = 8, MOST_ROWS = 20;  // of a sum, and of a table of examples, before the rest is put together
  let operands = new Set();  // the places that the number shown comes from
  let fieldOf = "";  // the place that the field changes: it must not be drawn anew while someone types in it

  const chosen = () => shown.path[shown.path.length - 1];
  const marked = () => ({chosen: chosen() ? symbol(chosen()) : "", operands});
  const allDigits = (value) => String(value + 0);
  const byKeyboard = (event) => event.detail === 0;

  const link = (place, text) => button(text, (event) => {
    if (event.target.closest("#number")) follow(place, byKeyboard(event));
    else open(place, byKeyboard(event));
  }, {
    class: model.edit(place) ? "place edited" : "place", title: `${symbol(place)}: ${words.meaning(place)}`,
    "data-place": symbol(place)});
  const inTable = (place, write) => link(place, quiz.hides(place) ? "?" : write(model.value(place)));
  const inFormula = (place) => link(place, inside(place));

  function inside(place) {
    const text = quiz.hides(place) ? "?" : dom.number(model.value(place), 6);
    return text.startsWith("−") ? `(${text})` : text;
  }

  /** Show where a number comes from that stands in a matrix or in the network: a new way begins. */
  const open = (place, focus) => walk([place], focus);

  function follow(place, focus) {  // one further on the way, or back to where the way has been
    const known = shown.path.findIndex((one) => symbol(one) === symbol(place));
    walk(known >= 0 ? shown.path.slice(0, known + 1) : [...shown.path, place], focus);
  }

  function walk(path, focus) {
    const place = path[path.length - 1];
    if (place && quiz.hides(place)) return void byId("answer").focus();
    shown.path = path;
    shown.whole = false;
    render();
    stepPanel.reveal(place ? [place, ...comesFrom(place)] : []);
    networkPanel.render();
    if (focus) byId("number-head").focus({preventScroll: true});
    byId("number").scrollTop = 0;
    const {top} = byId("number-head").getBoundingClientRect();
    if (place && (top < 60 || top > innerHeight - 120)) byId("number").scrollIntoView({block: "start"});
  }

  const comesFrom = (place) => model.stepOf(place) ? purenet.element(state.trace, place.name, place.at).places : [];

  /** Go one number back; return whether there was one. */
  function back() {
    if (!shown.path.length) return false;
    walk(shown.path.slice(0, -1), shown.path.length > 1);
    return true;
  }

  function render() {
    const place = chosen();
    operands = new Set(place ? comesFrom(place).map(symbol) : []);
    if (!place) {
      fill("number-head", html("p", {class: "note screen"}, "Click any number, in a matrix or in the network, or press " +
        "Enter on it. Its formula comes here, and from there you can go on, down to the inputs."));
      fieldOf = "";
      return ["crumbs", "edit", "number-body"].forEach((id) => fill(id));
    }
    const step = model.stepOf(place), value = model.value(place), was = model.before(place);
    fill("crumbs", shown.path.slice(0, -1).map((one) =>
      [button(symbol(one), (event) => follow(one, byKeyboard(event))), " › "]),
      shown.path.length > 1 ? html("b", null, symbol(place)) : null);
    fill("number-head",
      html("p", {class: "big"}, html("b", null, symbol(place)), " = ",
           html("span", {class: "full"}, quiz.hides(place) ? "?" : minus(allDigits(value)))),
      html("p", {class: "meaning"}, words.meaning(place), was === null || Object.is(was, value) ? null
        : html("span", {class: "was"}, ` — before your change: ${dom.number(was, 6)}`)));
    renderField(place, value);
    fill("number-body", step ? formula(place, step) : madeOf(place),
      !words.parameter(place.name) ? null
        : quiz.isAbout(place) ? html("p", {class: "note"}, "The rest is hidden while the quiz asks for it.")
        : contributions(place));
  }

  /** How a given number was made of what stands in the file. */
  function madeOf(place) {
    const from = model.origin(place);
    if (!from) return null;
    const {column, cell, text} = from, name = dom.short(column.name, 40);
    if (text !== undefined) {
      return html("p", null, `The file has ‘${cell}’ in this example's column ‘${name}’. This input stands for ` +
        `‘${text}’: it is ${cell === text ? "1, as that is what the file has" : "0, as the file has another"}.`);
    }
    const [value, mean, deviation] = [cell, column.mean, column.deviation].map((one) => dom.number(one, 6));
    const bracketed = mean.startsWith("−") ? `(${mean})` : mean;
    return [html("p", {class: "formula"}, `= (${value} − ${bracketed}) / ${deviation}`),
            html("p", {class: "note"}, `${value} is what the file has in this example's column ‘${name}’; ${mean} is ` +
              `the mean of the column in training, and ${deviation} its deviation.`)];
  }

  function showAll(event) {
    shown.whole = true;
    render();
    if (byKeyboard(event)) byId("number-head").focus({preventScroll: true});  // the button is gone
  }

  function formula(place, step) {
    const {before, terms, after} = purenet.element(state.trace, place.name, place.at).pieces;
    const cut = !shown.whole && terms.length > MOST_TERMS;
    const some = cut ? [...terms.slice(0, MOST_TERMS - 1), null, terms[terms.length - 1]] : terms;
    const more = () => button(`… ${terms.length - MOST_TERMS} more …`, showAll);
    const line = (text) => {
      const write = (pieces) =>
        pieces.map((piece) => typeof piece === "string" ? minus(piece) : link(piece, text(piece)));
      return html("p", {class: "formula"}, "= ", write(before), some.map((term, k) => [k ? " + " : "",
        term ? html("span", {class: term.length > 3 ? "" : "term"}, write(term)) : more()]), write(after));
    };
    return step.kind === "new_activation" || step.kind === "new_loss" ? line(symbol) : [line(symbol), line(inside)];
  }

  // ---- who pushes a weight which way

  const WAYS = {up: ["↑", "up"], down: ["↓", "down"], not: ["–", "no say"]};
  const bySize = (examples) => [...examples].sort((a, b) => Math.abs(b.push) - Math.abs(a.push));

  function contributions({name, at}) {
    const about = words.parameter(name), {kind, layer} = about, c = purenet.contributions(state.trace, layer, at);
    const here = (prefix) => ({name: prefix + about.name, at}), rate = {name: "learning_rate", at: []};
    return html("div", {class: "pushes"},
      html("h3", null, `Who pushes this ${words.MEANINGS[kind]} which way?`),
      html("p", {class: "verdict"}, minus(c.verdict)), reasons(c, about, at), table(c, about, at), balance(c, kind),
      html("dl", {class: "formula"},
        html("dt", null, "update"),
        html("dd", null, inFormula(rate), " · ", inFormula(here("d")), " = ", inFormula(here("update_"))),
        html("dt", null, "new value"),
        html("dd", null, inFormula(here("")), " − ", inFormula(here("update_")), " = ", inFormula(here("new_")))));
  }

  function reasons({examples}, about, at) {
    return html("ul", null, ["up", "down"].map((way) => {
      const wanting = bySize(examples.filter(({direction}) => direction === way));
      return wanting.length ? html("li", null,
        html("b", null, `${words.exampleInWords(wanting[0].example)} wants it ${way}`),
        wanting.length > 1 ? " most: " : ": ", words.because(wanting[0], about, at)) : null;
    }));
  }

  function table({examples, gradient}, {kind, layer, name}, at) {
    const cut = !shown.whole && examples.length > MOST_ROWS;
    const rows = cut ? bySize(examples).slice(0, MOST_ROWS) : examples;
    const others = examples.filter((one) => !rows.includes(one)), largest = Math.abs(bySize(examples)[0].push);
    const rest = others.reduce((sum, {push}) => sum + push, 0);
    const [inputs, deltas, pushes] = [examples.map(({input}) => input), examples.map(({delta}) => delta),
                                      [...examples.map(({push}) => push), gradient, rest]]
      .map((values) => dom.columnFormatter(values, shown.digits));
    const cells = ({example, push, direction: way}) => {
      const delta = {name: `delta${layer}`, at: [example, at[at.length - 1]]}, hidden = quiz.hides(delta);
      return [
        html("th", {scope: "row"}, words.head(words.example(example))),
        html("td", {class: way, title: WAYS[way][1]}, WAYS[way][0], html("span", {class: "word"}, ` ${WAYS[way][1]}`)),
        html("td", null, kind === "W"
          ? inTable({name: layer === 1 ? "X" : `a${layer - 1}`, at: [example, at[0]]}, inputs.write) : "1"),
        html("td", null, inTable(delta, deltas.write)),
        dom.barCell(hidden ? "?" : pushes.write(push), hidden ? 0 : push, largest)];
    };
    const heads = ["example", "wants it", `came in${inputs.power}`, `delta${deltas.power}`, `push${pushes.power}`];
    return [dom.scroller({class: "scroll"}, html("table", {class: "plain"},
      html("thead", null, html("tr", null, heads.map((text) => html("th", {scope: "col"}, text)))),
      html("tbody", null,
        rows.map((one) => html("tr", {class: one.example === shown.example ? "mine" : ""}, cells(one))),
        others.length ? html("tr", null, html("th", {scope: "row", colspan: 4}, `${others.length} others together`),
                             html("td", null, pushes.write(rest))) : null),
      html("tfoot", null, html("tr", null, html("th", {scope: "row", colspan: 4}, "sum of the pushes = gradient"),
                               html("td", null, inTable({name: `d${name}`, at}, pushes.write)))))),
      cut ? button(`Show all ${examples.length}`, showAll) : null];
  }

  function balance({examples, gradient, oneWay}, kind) {
    const write = (value) => dom.number(value, shown.digits);
    const sizes = examples.reduce((sum, {push}) => sum + Math.abs(push), 0);
    return html("p", {class: "note"}, `push = ${kind === "W" ? "what came in" : "1"} · delta. One below 0 takes the ` +
      `${words.MEANINGS[kind]} up, for descent subtracts.` + (oneWay ? "" : ` The sizes of the pushes add up to ` +
      `${write(sizes)}, the pushes themselves to ${write(gradient)}: the rest cancels.`));
  }

  // ---- changing what is given

  function renderField(place, value) {
    if (!model.isGiven(place)) {
      fieldOf = "";
      return fill("edit");
    }
    const known = byId("edit-field");
    if (fieldOf === symbol(place) && known) {
      if (document.activeElement !== known) restore(known, place);
      byId("edit-undo").hidden = !model.edit(place);
      return;
    }
    fieldOf = symbol(place);
    const field = html("input", {id: "edit-field", type: "text", size: 21, autocomplete: "off", value: allDigits(value),
                                 "aria-describedby": "edit-refused"});
    listen(field, place);
    const undo = button("as it was", () => {
      field.value = allDigits(model.edit(place).was);
      field.focus();
      take(field, place);
    }, {id: "edit-undo", hidden: !model.edit(place)});
    fill("edit",
      html("p", {class: "row"}, html("label", {for: "edit-field"}, "This number is given. Change it:"), field, undo),
      model.sharesOneChoice(place.name)
        ? html("p", {class: "note"}, "The targets of an example add up to 1: its others change along.") : null,
      html("p", {id: "edit-refused", class: "refused", role: "alert"}));
  }

  /** Let a field change the number in a place. What is typed counts at once; only when the typing stops is it refused,
      for many a number begins as another or as none: 0.05 as 0. */
  function listen(field, place) {
    let waiting = 0;
    const after = (milliseconds) => () => {
      clearTimeout(waiting);
      const refusal = take(field, place);
      if (refusal) waiting = setTimeout(() => dom.refuse(field, refusal), milliseconds);
    };
    field.addEventListener("input", after(700));
    field.addEventListener("change", after(0));
    field.addEventListener("blur", () => {
      if (document.activeElement === field) return;  // it is the window that has lost the focus
      clearTimeout(waiting);
      restore(field, place);
    });
  }

  /** Take what a field has as the number in a place; return why not, or "". */
  function take(field, place) {
    const {value, refused} = dom.readNumber(field.value), isNew = !refused && !Object.is(value, model.value(place));
    const refusal = refused || (isNew && model.change(place, value));
    dom.refuse(field, "");
    if (refusal) return `${minus(refusal)} Nothing was changed.`;
    if (!isNew) return "";
    trainingPanel.stop();
    page.render();
    return "";
  }

  function restore(field, place) {
    field.value = allDigits(model.value(place));
    dom.refuse(field, "");
  }

  return {render, open, back, marked, link, inTable, listen, restore};
})();
