/* The pictures: the network with the numbers that flow through it, the loss across training, and the shapes of a
   product. */

const drawing = (() => {

  const {svg, html, short} = dom;
  const {symbol} = purenet;
  const MOST_UNITS = 9, WIDTH = 330, SIDE = 78, GAP = 44, RADIUS = 19;

  /** Which units of a layer are drawn: of many the first ones and the last, with null for those left out. */
  function shownUnits(size) {
    const first = size > MOST_UNITS ? MOST_UNITS - 2 : size, units = Array.from({length: first}, (_, j) => j);
    return size > MOST_UNITS ? [...units, null, size - 1] : units;
  }

  /** The network. `layers` has for each layer, the inputs first: name, of the matrix whose numbers stand in the nodes,
      or null; size; value(j), from -1 to 1, for the shade; text(place); label(j) or null; on. `weights` has for each
      layer from 1: name, matrix, text(place), on. target(j) is the text of a target. */
  function network({layers, example, weights, target, title, classes, open}) {
    const units = layers.map(({size}) => shownUnits(size)), most = Math.max(...units.map((list) => list.length));
    const height = most * GAP + 34, right = WIDTH - SIDE, last = layers.length - 1;
    const x = (l) => SIDE + (right - SIDE) * l / last;
    const y = (l, slot) => 8 + GAP * ((most - units[l].length) / 2 + slot + 0.5);
    const word = (at, text, attributes) => svg("text", {x: at[0], y: at[1] + 4, ...attributes}, text);
    const name = (at, j, label, kind) =>
      svg("g", null, svg("title", null, label(j)), word(at, short(label(j), 8), {class: `label ${kind}`}));

    function line(place, w, part, ends, text) {
      const edge = svg("g", {class: `edge ${classes(place)}`, click: () => open(place, false)},
        svg("line", {...ends, class: "hit"}),
        svg("line", {...ends, class: w < 0 ? "below" : "above", "stroke-width": (0.6 + 4.4 * part).toFixed(2),
                     "stroke-opacity": (0.3 + 0.7 * part).toFixed(2)}));
      const tell = () => edge.append(svg("title", null, `${symbol(place)} = ${text(place)}`));
      edge.addEventListener("pointerenter", tell, {once: true});  // there are many, and few are ever asked
      return edge;
    }

    function lines({name, matrix, text, on}, index) {
      const largest = matrix.reduce((most, row) => row.reduce((m, w) => Math.max(m, Math.abs(w)), most), 1e-300);
      const group = svg("g", {class: on ? "edges on" : "edges"});
      units[index].forEach((i, from) => units[index + 1].forEach((j, to) => {
        if (i === null || j === null) return;
        const ends = {x1: x(index) + RADIUS, y1: y(index, from), x2: x(index + 1) - RADIUS, y2: y(index + 1, to)};
        group.append(line({name, at: [i, j]}, matrix[i][j], Math.abs(matrix[i][j]) / largest, ends, text));
      }));
      return group;
    }

    function node({name, value, text, label, on}, l, j, [cx, cy]) {
      const place = name && {name, at: [example, j]}, shade = place ? value(j) : 0, number = place ? text(place) : "·";
      const what = place ? `${symbol(place)} = ${number}` : "no number at this step";
      const told = label ? `${label(j)}, ${what}` : what;
      const circle = {cx, cy, r: RADIUS}, opacity = (0.45 * Math.min(1, Math.abs(shade))).toFixed(2);
      const one = svg("g", {class: `node${on ? " on" : ""} ${place ? classes(place) : "empty"}`, tabindex: -1,
                            role: "button", "aria-label": told, "data-node": `${l} ${j}`},
        svg("title", null, told), svg("circle", {...circle, class: "paper"}),
        svg("circle", {...circle, class: shade < 0 ? "below" : "above", "fill-opacity": opacity}),
        word([cx, cy], number, number.length > 5 && {
          class: "long", ...(number.length > 6 && {textLength: 1.8 * RADIUS, lengthAdjust: "spacingAndGlyphs"})}));
      one.open = (byKeyboard) => place && open(place, byKeyboard);
      one.addEventListener("click", () => one.open(false));
      return one;
    }

    const picture = svg("svg", {viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": title, class: "graph",
                                "data-arrows": true}, weights.map(lines));
    const nodes = layers.map((layer, l) => {
      picture.append(word([x(l), height - 10], layer.name || "", {class: layer.on ? "caption on" : "caption"}));
      return units[l].flatMap((j, slot) => {
        const at = [x(l), y(l, slot)], [cx, cy] = at;
        if (j === null) {
          picture.append(word(at, `⋮ ${layer.size - units[l].length + 1} more`, {class: "left-out"}));
          return [];
        }
        const one = node(layer, l, j, at);
        picture.append(one);
        if (l === 0) picture.append(name([cx - RADIUS - 6, cy], j, layer.label, "first"));
        if (l === last) {
          picture.append(name([cx + RADIUS + 5, cy - 7], j, layer.label, ""),
                         word([cx + RADIUS + 5, cy + 8], `y = ${target(j)}`, {class: "label target"}));
        }
        return [one];
      });
    });
    nodes[0][0].setAttribute("tabindex", 0);
    picture.nodes = nodes;
    return picture;
  }

  const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

  /** Make the network in a box one stop for Tab, and from there to be gone through by the arrow keys. It is the box that
      listens: a picture that does is a stop by itself. */
  function rove(box) {
    const within = (list, k) => Math.max(0, Math.min(list.length - 1, k));
    const isNode = ({target}) => target.matches(".node");
    box.addEventListener("focusin", (event) => {
      if (!isNode(event)) return;
      box.querySelector("[tabindex='0']").setAttribute("tabindex", -1);
      event.target.setAttribute("tabindex", 0);
    });
    box.addEventListener("keydown", (event) => {
      if (!isNode(event)) return;
      const {nodes} = box.firstChild, l = nodes.findIndex((layer) => layer.includes(event.target));
      if (event.key === "Enter" || event.key === " ") event.target.open(true);
      else if (event.key in MOVES) {
        const [right, down] = MOVES[event.key], layer = nodes[within(nodes, l + right)];
        layer[within(layer, nodes[l].indexOf(event.target) + down)].focus();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /** The loss at each snapshot, null where it is not known yet; `at` is the one that is shown. */
  function curve({losses, epochs, at, pick}) {
    const [width, height, left, right, top, bottom] = [360, 130, 64, 348, 12, 108];
    const known = losses.filter((loss) => loss !== null), largest = Math.max(...known), least = Math.min(...known);
    const logarithmic = least > 0 && largest / least > 30, scale = logarithmic ? Math.log10 : (value) => value;
    const high = scale(largest || 1), low = logarithmic ? scale(least) : 0, last = losses.length - 1;
    // Snapshots that stand closer at the beginning, where most happens, have more room there by the square root.
    const span = epochs[last] - epochs[0], rooted = last > 1 && epochs[1] - epochs[0] < span / last / 4;
    const part = (epoch) => rooted ? Math.sqrt((epoch - epochs[0]) / span) : (epoch - epochs[0]) / span;
    const x = (k) => last ? left + (right - left) * part(epochs[k]) : (left + right) / 2;
    const y = (loss) => top + (bottom - top) * (high - scale(loss)) / (high - low);
    const middle = `${dom.number(epochs[0] + span / (rooted ? 4 : 2), 6)}${rooted ? " (root scale)" : ""}`;
    const axis = (x1, y1, x2, y2) => svg("line", {x1, y1, x2, y2, class: "axis"});
    const tick = (at, text, side) => svg("text", {x: at[0], y: at[1], class: `tick ${side}`}, text);
    const point = (k) => losses[k] === null ? [] : [`${x(k).toFixed(1)},${y(losses[k]).toFixed(1)}`];
    const picture = svg("svg", {
      viewBox: `0 0 ${width} ${height}`, class: "curve", role: "img",
      "aria-label": `Loss across training${logarithmic ? ", on a logarithmic scale" : ""}` +
        `${rooted ? "; the epochs on a scale of square roots" : ""}`},
      axis(left, bottom, right, bottom), axis(left, top, left, bottom),
      tick([left - 10, top + 4], dom.number(largest, 3), "end"),
      tick([left - 10, (top + bottom) / 2 + 4], logarithmic ? "loss, log" : "loss", "end"),
      tick([left - 10, bottom + 3], dom.number(logarithmic ? least : 0, 3), "end"),
      tick([last ? left : x(0), height - 6], `epoch ${epochs[0]}`, last ? "start" : ""),
      last > 3 ? tick([(left + right) / 2, height - 6], middle, "") : null,
      last > 0 ? tick([x(last), height - 6], epochs[last], "end") : null,
      svg("polyline", {points: losses.flatMap((_, k) => point(k)).join(" "), class: "line"}),
      losses[at] === null ? null : svg("circle", {cx: x(at), cy: y(losses[at]), r: 5, class: "here"}));
    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect(), there = (event.clientX - box.left) * width / box.width;
      const distance = epochs.map((_, k) => Math.abs(x(k) - there));
      pick(distance.indexOf(Math.min(...distance)));
    });
    return picture;
  }

  /** A product in shapes, of factors {name, shape, turned}: as it is, without the transpose, and in the other order. */
  function shapes([left, right], wanted) {
    const plain = (factor) => ({...factor, turned: false});
    const text = ([rows, columns]) => `(${rows}, ${columns})`;
    const line = (a, b, correct) => {
      const [[rows, inner], [other, columns]] = [a, b].map(({shape, turned}) => turned ? [shape[1], shape[0]] : shape);
      const fits = inner === other, gives = text([rows, columns]);
      const mark = (size) => html("b", {class: fits ? "fits" : "fails"}, String(size));
      const verdict = !fits ? `does not fit: ${inner} is not ${other}`
        : correct ? `fits, and gives ${gives}`
        : gives === text(wanted) ? `fits too, and even gives ${gives}: beware, its sums pair the wrong things`
        : `happens to fit, but gives ${gives}, not ${text(wanted)}`;
      return html("tr", {class: correct ? "right" : "wrong"},
        html("th", {scope: "row"}, [a, b].map(({name, turned}) => name + (turned ? "ᵀ" : "")).join(" · ")),
        html("td", null, `(${rows}, `, mark(inner), ") · (", mark(other), `, ${columns})`),
        html("td", null, `${correct ? "✓" : "✗"} ${verdict}`));
    };
    return html("table", {class: "plain shapes"}, html("tbody", null,
      line(left, right, true), line(plain(left), plain(right), false), line(right, left, false)));
  }

  return {network, rove, curve, shapes, shownUnits};
})();
