/* The quiz: one number of the step is hidden, and the reader works it out. */

const quiz = (() => {

  const {html, minus, fill, byId, button} = dom;
  const {symbol} = purenet;
  const {state, shown} = model;
  const HINTS = ["Hint: the formula", "Hint: the numbers", "Show the answer"];
  let asked = null;  // {place, hints, open, says}, or {} at a step with nothing to ask; null when there is no quiz
  const tally = {right: 0, helped: 0, told: 0};

  const isOpen = () => asked !== null && asked.open === true;
  const hides = (place) => isOpen() && symbol(place) === symbol(asked.place);
  const canAsk = ({kind}) => !["given", "new_activation", "new_loss"].includes(kind);

  /** Whether a number is about the weight or bias that is asked for, so that its story would tell the answer. */
  function isAbout({name, at}) {
    const [own, other] = isOpen() ? [words.parameter(name), words.parameter(asked.place.name)] : [];
    return Boolean(own && other) && own.name === other.name && at.join() === asked.place.at.join();
  }

  /** Ask for a number of the step that is shown, if there is a quiz. */
  function ask() {
    if (!asked) return;
    const step = model.step();
    asked = canAsk(step) ? {place: pick(step), hints: 0, open: true, says: ""} : {};
    if (!asked.open) return;
    shown.path = [];
    if (words.rowsAreExamples(step.name)) shown.example = asked.place.at[0];
  }

  function pick({name, shape}) {  // by chance, and rather not a 0
    const any = () => ({name, at: shape.map((size) => Math.floor(Math.random() * size))});
    let place = any();
    for (let tries = 0; tries < 20 && model.value(place) === 0; tries++) place = any();
    return place;
  }

  function toggle() {
    asked = asked ? null : {};
    byId("ask").setAttribute("aria-pressed", String(asked !== null));
    if (asked && !canAsk(model.step())) shown.step = 1;
    askAndShow();
  }

  function askAndShow() {
    ask();
    page.render();
    if (isOpen()) byId("answer").focus();
  }

  function next() {
    const steps = model.steps();
    do shown.step = (shown.step + 1) % steps.length; while (!canAsk(model.step()));
    askAndShow();
  }

  /** What a formula comes to that has its numbers put in. */
  function calculate(text) {
    const tokens = text.match(/\d[\d.]*(?:e[+-]?\d+)?|[a-z]+|\S/g);
    const take = (token) => tokens[0] === token && tokens.shift() === token;
    const FUNCTIONS = {e: Math.exp, log: Math.log, tanh: Math.tanh, max: (z) => Math.max(0, z)};

    function sum() {
      let value = product();
      for (;;) {
        if (take("+")) value += product();
        else if (take("-")) value -= product();
        else return take("if") ? choice(value) : value;
      }
    }

    function choice(positive) {  // 1 if z > 0 else 0
      const z = sum(), [, zero, , other] = tokens.splice(0, 4);
      return z > Number(zero) ? positive : Number(other);
    }

    function product() {
      let value = factor();
      for (;;) {
        if (take("·")) value *= factor();
        else if (take("/")) value /= factor();
        else return value;
      }
    }

    function factor() {
      const token = tokens.shift();
      if (token === "-") return -factor();
      if (token in FUNCTIONS) {
        take("^");
        return FUNCTIONS[token](factor());
      }
      let value = Number(token);
      if (token === "(") {
        value = sum();
        if (take(",")) value = sum();  // of max(0, z) the z
        take(")");
      }
      return take("²") ? value * value : value;
    }

    return sum();
  }

  /** What someone gets who puts in the numbers as the matrices show them, with their few digits. */
  function fromShown({name, at}) {
    const {before, terms, after} = purenet.element(state.trace, name, at).pieces;
    const join = (pieces) => pieces.map((p) => typeof p === "string" ? p : `(${stepPanel.asShown(p)})`).join("");
    return calculate(join(before) + terms.map(join).join(" + ") + join(after));
  }

  /** Whether an answer is near enough: to 1 % of the number, or, of a sum, to 0.1 % of its largest term. What comes of
      the digits that are shown is right, too, and so is what lies between. */
  function isRight(answer) {
    const value = model.value(asked.place), {name, at} = asked.place, shown = fromShown(asked.place);
    const {terms} = purenet.element(state.trace, name, at).pieces;
    const size = (term) => term.filter((piece) => typeof piece === "object")
      .reduce((product, place) => product * Math.abs(model.value(place)), 1);
    const largest = terms.length > 1 ? Math.max(...terms.map(size)) : 0;
    const near = (to) => Math.max(0.01 * Math.abs(to), 0.001 * largest);
    const [least, most] = [value, Number.isFinite(shown) ? shown : value].sort((a, b) => a - b);
    return answer >= least - near(least) && answer <= most + near(most);
  }

  function check() {
    const field = byId("answer"), value = model.value(asked.place);
    const {value: answer, refused} = dom.readNumber(field.value);
    dom.refuse(field, refused || "");
    asked.says = byId("quiz-says").textContent = "";
    if (refused) return;
    if (isRight(answer)) {
      tally[asked.hints ? "helped" : "right"]++;
      return close(Math.abs(answer - value) <= 0.01 * Math.abs(value) ? "Right:"
        : "Right, as far as the digits shown go. With all digits:");
    }
    asked.says = isRight(-answer) ? "The size is right, but not the sign."
      : Math.abs(answer - value) <= 0.1 * Math.abs(value) ? "Close, but not to within 1 %."
      : "Not yet. Try again, or take a hint.";
    byId("quiz-says").textContent = asked.says;
  }

  function hint() {
    asked.hints++;
    if (asked.hints < HINTS.length) return render();
    tally.told++;
    close("The answer:");
  }

  function close(verdict) {  // what is said stays true of the numbers that were asked for, whatever changes later
    const {name, at} = asked.place, {numbers, value} = purenet.element(state.trace, name, at);
    Object.assign(asked, {open: false, says: `${verdict} ${symbol(asked.place)} = ${dom.number(value, 6)}.`, numbers,
                          of: state.trace});
    page.render();
    byId("quiz-next").focus();
  }

  function render() {
    if (!asked) return fill("quiz");
    const score = `${words.plural(tally.right, "number")} right without help, ${tally.helped} with hints, ` +
      `${tally.told} shown.`;
    const onward = button("Next question", next, {id: "quiz-next"});
    if (!asked.place) {
      return fill("quiz", html("p", null, "Nothing to work out at this step."), onward,
                  html("p", {class: "note"}, score));
    }
    const line = (text) => html("p", {class: "formula"}, minus(text));
    const says = html("p", {id: "quiz-says", role: "status"}, asked.says);
    if (!asked.open) {
      return fill("quiz", says, line(`= ${asked.numbers}`),
        asked.of === state.trace ? null : html("p", {class: "note"}, "That was before the numbers were changed."),
        html("div", {class: "row"}, onward, button("Another one here", askAndShow)), html("p", {class: "note"}, score));
    }
    const name = symbol(asked.place), element = purenet.element(state.trace, asked.place.name, asked.place.at);
    const old = byId("answer"), focus = document.activeElement && document.activeElement.id;
    const field = html("input", {id: "answer", type: "text", size: 10, autocomplete: "off", "data-place": name,
                                 value: old && old.dataset.place === name ? old.value : "",
                                 "aria-describedby": "answer-refused", keydown: enter});
    fill("quiz",
      html("label", {for: "answer"}, "What is ", html("b", null, name), "? ",
           html("span", {class: "meaning"}, `(${words.meaning(asked.place)})`)),
      html("div", {class: "row"}, field, button("Check", check, {id: "check"}),
           button(HINTS[asked.hints], hint, {id: "hint"})),
      html("p", {id: "answer-refused", class: "refused", role: "alert"}), says,
      asked.hints > 0 ? line(`${name} = ${element.symbols}`) : null,
      asked.hints > 1 ? line(`= ${element.numbers}`) : null,
      html("p", {class: "note"}, `An answer counts when it is right to within 1 %, or as right as the digits ` +
           `shown allow. ${score}`));
    if (["answer", "hint", "check"].includes(focus)) byId(focus).focus();
  }

  function enter(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();  // or it would press the button that takes the focus, too
    check();
  }

  /** For the console: what the question comes to, with the digits shown. */
  const expected = () => fromShown(asked.place);

  return {render, ask, toggle, isOpen, hides, isAbout, expected};
})();
