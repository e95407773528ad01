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

  /** Whether an answer is near enough: to 1 % of the number, or, of a sum, to 0.1 % of its largest term. */
  function isRight(answer) {
    const value = model.value(asked.place), {name, at} = asked.place;
    const {terms} = purenet.element(state.trace, name, at).pieces;
    const size = (term) => term.filter((piece) => typeof piece === "object")
      .reduce((product, place) => product * Math.abs(model.value(place)), 1);
    const largest = terms.length > 1 ? Math.max(...terms.map(size)) : 0;
    return Math.abs(answer - value) <= Math.max(0.01 * Math.abs(value), 0.001 * largest);
  }

  function check() {
    const field = byId("answer"), value = model.value(asked.place);
    const {value: answer, refused} = dom.readNumber(field.value);
    dom.refuse(field, refused || "");
    if (refused) return;
    if (isRight(answer)) {
      tally[asked.hints ? "helped" : "right"]++;
      return close(`Right: ${symbol(asked.place)} = ${dom.number(value, 6)}.`);
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
    close(`The answer: ${symbol(asked.place)} = ${dom.number(model.value(asked.place), 6)}.`);
  }

  function close(sentence) {
    Object.assign(asked, {open: false, says: sentence});
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
    const name = symbol(asked.place), element = purenet.element(state.trace, asked.place.name, asked.place.at);
    const line = (text) => html("p", {class: "formula"}, minus(text));
    const says = html("p", {id: "quiz-says", role: "status"}, asked.says);
    if (!asked.open) {
      return fill("quiz", says, line(`= ${element.numbers}`),
        html("div", {class: "row"}, onward, button("Another one here", askAndShow)), html("p", {class: "note"}, score));
    }
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
      html("p", {class: "note"}, `An answer counts when it is right to within 1 %. ${score}`));
    if (["answer", "hint", "check"].includes(focus)) byId(focus).focus();
  }

  function enter(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();  // or it would press the button that takes the focus, too
    check();
  }

  return {render, ask, toggle, isOpen, hides, isAbout};
})();
