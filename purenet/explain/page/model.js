/* What the page is about: the numbers in force and what was changed of them, and which part of it all is shown. Here is
   no element of the page, and no sum but those that engine.js does. */

const model = (() => {

  const {symbol, lookUp} = purenet;
  const spec = JSON.parse(document.getElementById("spec").textContent);
  const original = {X: spec.X, y: spec.y, learning_rate: spec.learning_rate};
  const fromFile = spec.snapshots.map((snapshot) => ({...snapshot, edits: new Map(), given: original}));

  const state = {
    given: original, edits: new Map(),  // of X, y and learning_rate: symbol -> {place, was}
    runs: {file: fromFile, here: []}, run: "file", at: 0,  // a snapshot has its own edits, and what it has learned from
    trace: null, base: null,  // of the numbers in force; and of the file's, to compare with
  };
  const shown = {step: 0, example: 0, digits: 4, whole: false, path: []};  // the numbers clicked, one from the other

  const run = () => state.runs[state.run];
  const snapshot = () => run()[state.at];
  const specNow = () => ({...spec, ...state.given});
  const setting = () => state.trace.setting;
  const value = (place) => lookUp(state.trace.values, place);
  const GIVEN = {name: "given", kind: "given", layer: null, title: "what is given", formula: "", operands: []};
  const steps = () => [GIVEN, ...state.trace.steps];
  const step = () => steps()[shown.step];
  const stepOf = (place) => state.trace.steps.find(({name}) => name === place.name);

  /** All that was changed, {place, was, snapshot}: null, or the number of the snapshot that a weight belongs to. */
  const edits = () => [...[...state.edits.values()].map((edit) => ({...edit, snapshot: null})),
                       ...run().flatMap(({edits}, k) => [...edits.values()].map((edit) => ({...edit, snapshot: k})))];
  const edit = (place) => state.edits.get(symbol(place)) || snapshot().edits.get(symbol(place));
  const isGiven = ({name}) => name in original || /^[Wb]\d+$/.test(name);
  const whereIn = ({name, at}) =>  // W2[0][1] is weights[1][0][1]
    ({name: name[0] === "W" ? "weights" : "biases", at: [Number(name.slice(1)) - 1, ...at]});

  const replaced = (value, at, number) =>
    at.length === 0 ? number : value.map((part, i) => i === at[0] ? replaced(part, at.slice(1), number) : part);

  /** Put a number in the place of another and compute everything anew; return why not, or "" when it is done. */
  function change(place, number) {
    const {name, at} = place, next = {...state};
    if (name === "learning_rate" && !(number > 0)) return "The learning rate must be above 0.";
    if (name === "y" && setting().madeFor && !(number >= 0 && number <= 1)) {
      return `${spec.network.loss} needs targets from 0 to 1.`;
    }
    if (name in original) {
      next.given = {...state.given};
      next.edits = new Map(state.edits);
      for (const [where, to] of sharesOneChoice(name) ? shareOut(at, number) : [[at, number]]) {
        note(next.edits, {name, at: where}, lookUp(next.given, {name, at: where}), to);
        next.given[name] = replaced(next.given[name], where, to);
      }
    } else {
      const where = whereIn(place), changed = {...snapshot(), edits: new Map(snapshot().edits)};
      note(changed.edits, place, lookUp(snapshot(), where), number);
      changed[where.name] = replaced(changed[where.name], where.at, number);
      next.runs = {...state.runs, [state.run]: replaced(run(), [state.at], changed)};
    }
    return commit(next);
  }

  function note(edits, place, before, after) {  // remember what the file has, and forget what is as in the file again
    const key = symbol(place), was = edits.has(key) ? edits.get(key).was : before;
    if (Object.is(was, after)) edits.delete(key);
    else edits.set(key, {place, was});
  }

  const sharesOneChoice = (name) => name === "y" && spec.network.loss === "cross_entropy";

  function shareOut([i, j], number) {  // the targets of an example go on adding up to 1
    const row = state.given.y[i], rest = 1 - number;
    const others = row.reduce((sum, y, k) => k === j ? sum : sum + y, 0);
    return row.map((y, k) => [[i, k], k === j ? number : others > 0 ? y * rest / others : rest / (row.length - 1)]);
  }

  /** Make changes of the state, or none at all: return why not, or "" when it is done. */
  function commit(changes) {
    const next = {...state, ...changes};
    try {
      next.trace = purenet.trace({...spec, ...next.given}, next.runs[next.run][next.at]);
    } catch (error) {
      if (error instanceof RangeError) return `${error.message[0].toUpperCase()}${error.message.slice(1)}.`;
      throw error;
    }
    Object.assign(state, next, {base: null});
    return "";
  }

  const origins = spec.encoding ? spec.encoding.columns.flatMap((column, c) =>
    column.kind === "text" ? column.texts.map((text) => ({column, c, text})) : [{column, c}]) : [];

  /** What an input or a target was made of, {column, cell, text}: the cell of the file and its column, and of a column
      of texts the one that the input stands for. Null if nothing is known of that, or it is changed. */
  function origin(place) {
    const {name, at: [i, j]} = place, from = origins[name === "X" ? j : name === "y" ? spec.network.sizes[0] + j : -1];
    return from && !edit(place) ? {...from, cell: spec.encoding.cells[i][from.c]} : null;
  }

  const scalesTargets = origins.length > spec.network.sizes[0];

  const equal = (a, b) => a === b || (Array.isArray(a) && a.every((part, i) => equal(part, b[i])));

  /** Whether the weights that are shown were learned from other examples than those that are shown. */
  function learnedFromOthers() {
    const {epochs, given} = snapshot();
    return epochs > 0 && !(equal(given.X, state.given.X) && equal(given.y, state.given.y));
  }

  const reset = () => commit({given: original, edits: new Map(), runs: {file: fromFile, here: []}, run: "file",
                              at: state.run === "file" ? state.at : 0});

  /** The number that the file has in a place, or null while nothing is changed. */
  function before(place) {
    if (!edits().length) return null;
    if (!state.base) {
      const parameters = {weights: snapshot().weights, biases: snapshot().biases};
      for (const {place: changed, was} of snapshot().edits.values()) {
        const where = whereIn(changed);
        parameters[where.name] = replaced(parameters[where.name], where.at, was);
      }
      state.base = purenet.trace({...spec, ...original}, parameters);
    }
    return lookUp(state.base.values, place);
  }

  let losses = new WeakMap(), lossesFor = null;  // of the snapshots, and the given numbers that they were computed for

  /** The loss of every snapshot of the run, null where it is not known yet; some more with every call. */
  function lossesSoFar() {
    if (lossesFor !== state.given) [losses, lossesFor] = [new WeakMap(), state.given];
    losses.set(snapshot(), state.trace.values.loss);
    const began = performance.now(), unmoved = {...specNow(), learning_rate: 0};
    for (const one of run()) {
      if (!losses.has(one)) losses.set(one, purenet.train(unmoved, one, 1).losses[0]);
      if (performance.now() - began > 8) break;  // milliseconds, so that the page stays quick
    }
    return run().map((one) => losses.has(one) ? losses.get(one) : null);
  }

  commit({});
  return {spec, state, shown, run, snapshot, specNow, setting, value, steps, step, stepOf, edits, edit, isGiven,
          sharesOneChoice, change, commit, reset, learnedFromOthers, origin, scalesTargets, before, lossesSoFar};
})();
