/* The page as a whole: what happens when someone goes through the steps, and the keys that do it. */

const page = (() => {

  const {html, minus, fill, byId, button} = dom;
  const {spec, state, shown} = model;

  function render() {
    renderChanges();
    renderStep();
    trainingPanel.render();
    const conventions = purenet.conventions(model.setting(), state.given.learning_rate);
    fill("conventions-list", [...conventions, words.encoding()].filter(Boolean)
      .map((sentence) => html("li", null, minus(sentence))));
  }

  function renderStep() {  // what goes with the step, and not only with the numbers
    numberPanel.render();
    stepPanel.render();
    quiz.render();
    networkPanel.render();
    trainingPanel.renderLoss();
  }

  function renderChanges() {
    const edits = model.edits();
    if (!edits.length && state.run === "file") return fill("changed");
    const one = ({place, was, snapshot}, k) => [
      k ? ", " : "", snapshot === null || model.run().length < 2 ? "" : `at snapshot ${snapshot + 1} `,
      button(purenet.symbol(place), (event) => {
        if (snapshot !== null) trainingPanel.goTo(snapshot);
        numberPanel.open(place, event.detail === 0);
      }, {class: "place", "data-place": purenet.symbol(place)}), ` was ${dom.number(was, 4)}`];
    fill("changed", html("div", null, html("strong", null, edits.length ? "Changed: " : "Trained in this page."),
                         edits.map(one), edits.length ? "." : ""),
         button("Reset everything", reset, {id: "reset"}));
  }

  function reset() {
    trainingPanel.stop();
    trainingPanel.say("");
    model.reset();
    render();
    byId("slider").focus({preventScroll: true});
  }

  function goTo(k) {
    const to = Math.max(0, Math.min(model.steps().length - 1, k));
    if (to === shown.step) return;
    Object.assign(shown, {step: to, whole: false});
    quiz.ask();
    renderStep();
  }

  function renderPhases() {
    const kinds = model.steps().map(({kind}) => kind);
    fill("phases", Object.entries(words.PHASES).map(([name, phase]) => {
      const one = button(name, () => goTo(kinds.findIndex((kind) => phase.test(kind))), {tabindex: -1});
      one.kinds = phase;
      one.style.flexGrow = kinds.filter((kind) => phase.test(kind)).length;
      return one;
    }));
  }

  const root = document.documentElement;
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const nameTheme = () => { byId("theme").textContent = isDark() ? "Light" : "Dark"; };

  function toggleTheme() {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  }

  function help() {
    byId("helper").showModal();
    byId("helper-title").focus();  // an autofocus there would also apply while the page loads, before anyone asked
  }

  const KEYS = {
    ArrowLeft: () => goTo(shown.step - 1), ArrowRight: () => goTo(shown.step + 1),
    e: () => networkPanel.choose(shown.example + 1), q: quiz.toggle, t: toggleTheme, "?": help,
    ",": () => trainingPanel.goTo(state.at - 1), ".": () => trainingPanel.goTo(state.at + 1),
  };
  const FIELDS = "input[type=text], select", WITH_ARROWS = "input, [data-arrows], .window, .scroll";

  function keydown(event) {
    const target = event.target instanceof Element ? event.target : document.body, {key} = event;
    if (event.ctrlKey || event.altKey || event.metaKey || byId("helper").open) return;
    if (key === "Escape") return escape(target);
    if (!(key in KEYS) || target.closest(key.startsWith("Arrow") ? `${FIELDS}, ${WITH_ARROWS}` : FIELDS)) return;
    event.preventDefault();
    KEYS[key]();
  }

  function escape(target) {
    const cameBack = target.closest("#number") && numberPanel.back() && shown.path.length === 0;
    if (cameBack || target.closest("[data-arrows]")) byId("slider").focus({preventScroll: true});
  }

  function start() {
    document.title = byId("title").textContent = spec.title;
    byId("about").textContent = words.network(model.setting());
    const on = (id, event, action) => byId(id).addEventListener(event, action);
    on("previous", "click", () => goTo(shown.step - 1));
    on("next", "click", () => goTo(shown.step + 1));
    on("slider", "input", (event) => goTo(Number(event.target.value)));
    on("digits", "change", (event) => {
      shown.digits = Number(event.target.value);
      render();
    });
    on("ask", "click", quiz.toggle);
    on("theme", "click", toggleTheme);
    on("help", "click", help);
    on("print", "click", () => print());
    on("print-all", "click", stepPanel.printAll);
    addEventListener("beforeprint", stepPanel.toPaper);
    addEventListener("afterprint", stepPanel.toScreen);
    document.addEventListener("keydown", keydown);
    networkPanel.start();
    trainingPanel.start();
    renderPhases();
    nameTheme();
    render();
  }

  start();
  /** For the console: what is shown, as data. */
  const data = () => ({trace: state.trace, spec: model.specNow(), snapshot: model.snapshot()});
  return {render, data};
})();
