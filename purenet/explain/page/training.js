/* The panel of training: the snapshots to scrub through, the loss curve, and training on from here. */

const trainingPanel = (() => {

  const {fill, byId, button} = dom;
  const {state, snapshot, run} = model;
  const RATE = {name: "learning_rate", at: []}, LOSS = {name: "loss", at: []};
  let job = null, filling = 0;  // the training that goes on; the wait for the rest of the losses

  function renderCurve() {
    const losses = model.lossesSoFar();
    fill("curve", drawing.curve({losses, epochs: run().map(({epochs}) => epochs), at: state.at, pick: goTo}));
    clearTimeout(filling);
    if (losses.includes(null)) filling = setTimeout(renderCurve, 0);
  }

  function render() {
    renderCurve();
    renderLoss();
    const slider = byId("snapshot"), field = byId("rate"), count = run().length;
    slider.max = count - 1;
    slider.value = state.at;
    slider.disabled = count < 2;
    const runs = state.runs.here.length ? {file: "As given", here: "Trained here"} : {};
    fill("runs", Object.entries(runs).map(([name, text]) =>
      button(text, () => switchTo(name), {"aria-pressed": String(state.run === name)})));
    field.classList.toggle("edited", Boolean(model.edit(RATE)));
    if (document.activeElement !== field) numberPanel.restore(field, RATE);
  }

  function renderLoss() {  // also when nothing but the quiz has changed
    const hidden = quiz.hides(LOSS), loss = hidden ? "?" : dom.number(model.value(LOSS), 6), count = run().length;
    const says = `After ${words.plural(snapshot().epochs, "epoch")}: loss ${loss}`;
    byId("curve").hidden = hidden;
    byId("snapshot").setAttribute("aria-valuetext", says);
    byId("snapshot-says").textContent = `${says}${count > 1 ? ` (snapshot ${state.at + 1} of ${count})` : ""}.` +
      (model.learnedFromOthers() ? " These weights were learned before the data were changed; to learn from the " +
        "changed data, take steps." : "");
  }

  function show(changes) {
    stop();
    say(dom.minus(model.commit(changes)));
    page.render();
  }

  function goTo(k) {
    const at = Math.max(0, Math.min(run().length - 1, k));
    if (at !== state.at) show({at});
  }

  const switchTo = (name) =>
    show({run: name, at: Math.min(name === "here" ? Infinity : state.at, state.runs[name].length - 1)});

  const say = (sentence) => { byId("training-says").textContent = sentence; };

  /** Train from the snapshot that is shown, in slices of time; up to ten new snapshots are added. */
  function train(epochs) {
    stop();
    const start = snapshot(), spec = model.specNow(), {given} = state, added = [];
    const every = Math.max(1, Math.floor(epochs / 10));
    let parameters = start, done = 0;
    const keep = () => added.push({...parameters, epochs: start.epochs + done, edits: new Map(), given});
    const finish = (sentence) => {
      job = null;
      byId("stop").hidden = true;
      if (done % every) keep();
      sentence += adopt(start, added);
      page.render();
      say(sentence);
    };
    job = () => {
      const began = performance.now();
      try {
        while (done < epochs && performance.now() - began < 25) {
          parameters = purenet.train(spec, parameters, 1).parameters;
          done++;
          if (done % every === 0) keep();
        }
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return finish(`Training diverged after ${words.plural(done, "step")}: try a smaller learning rate.`);
      }
      if (done === epochs) return finish(`Trained ${words.plural(done, "step")}.`);
      byId("stop").hidden = false;
      byId("stop").onclick = () => finish(`Trained ${words.plural(done, "step")}.`);
      say(`${done} of ${epochs} steps …`);
      const mine = job;
      setTimeout(() => { if (job === mine) job(); }, 0);
    };
    job();
  }

  function adopt(start, added) {  // put new snapshots after the one they came from, and show the last; say what it did
    const known = state.run === "here" ? run().slice(0, state.at + 1) : [start], before = state.trace.values.loss;
    for (; added.length; added.pop()) {  // weights may be finite still, and their loss no longer
      const here = [...known, ...added];
      if (!model.commit({runs: {...state.runs, here}, run: "here", at: here.length - 1})) {
        return ` The loss went from ${dom.number(before, 4)} to ${dom.number(state.trace.values.loss, 4)}.`;
      }
    }
    return "";
  }

  function stop() {  // drop what is under way: what it started from is no longer what is shown
    if (job) say("Training was stopped, as something else was chosen.");
    job = null;
    byId("stop").hidden = true;
  }

  function start() {
    byId("snapshot").addEventListener("input", (event) => goTo(Number(event.target.value)));
    numberPanel.listen(byId("rate"), RATE);
    for (const one of document.querySelectorAll(".train")) {
      one.addEventListener("click", () => train(Number(one.dataset.epochs)));
    }
  }

  return {render, renderLoss, start, goTo, stop, say};
})();
