/* The pictures: the network with the numbers that flow through it, the loss across training, and the shapes of a
   product. */

const drawing = (() => {

  const {svg, html, short} = dom;
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
    const height = most * GAP + 34, left = SIDE, right = WIDTH - SIDE;
    const x = (l) => left + (right - left) * l / (layers.length - 1);
    const y = (l, slot) => 8 + GAP * (most - units[l].length) / 2 + GAP * (slot + 0.5);
    const picture = svg("svg", {viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": title,
                                class: "graph", "data-arrows": true});
    weights.forEach(({name, matrix, text, on}, index) => {
      const largest = matrix.reduce((most, row) => row.reduce((m, w) => Math.max(m, Math.abs(w)), most), 1e-300);
      const group = svg("g", {class: on ? "edges on" : "edges"});
      units[index].forEach((i, from) => units[index + 1].forEach((j, to) => {
        if (i === null || j === null) return;
        const w = matrix[i][j], part = Math.abs(w) / largest, place = {name, at: [i, j]};
        const ends = {x1: x(index) + RADIUS, y1: y(index, from), x2: x(index + 1) - RADIUS, y2: y(index + 1, to)};
        const edge = svg("g", {class: `edge ${classes(place)}`, click: () => open(place, false)}, svg("line", {...ends, class: "hit"}),
                         svg("line", {...ends, class: w < 0 ? "below" : "above", "stroke-width": (0.6 + 4.4 * part).toFixed(2),
                                      "stroke-opacity": (0.3 + 0.7 * part).toFixed(2)}));
        edge.addEventListener("pointerenter", () => edge.append(svg("title", null, `${purenet.symbol(place)} = ${text(place)}`)), {once: true});
        group.append(edge);
      }));
      picture.append(group);
    });
    const nodes = [];
    layers.forEach(({name, value, text, label, on, size}, l) => {
      nodes.push([]);
      units[l].forEach((j, slot) => {
        if (j === null) {
          picture.append(svg("text", {x: x(l), y: y(l, slot) + 4, class: "left-out"}, `⋮ ${size - units[l].length + 1} more`));
          return;
        }
        const place = name && {name: name, at: [example, j]}, shade = name ? value(j) : 0;
        const words = `${label ? label(j) + ", " : ""}${place ? `${purenet.symbol(place)} = ${text(place)}` : "not yet computed"}`;
        const node = svg("g", {class: `node${on ? " on" : ""} ${place ? classes(place) : "empty"}`, tabindex: -1,
                               role: "button", "aria-label": words, "data-node": `${l} ${j}`});
        node.append(svg("title", null, words), svg("circle", {cx: x(l), cy: y(l, slot), r: RADIUS, class: "paper"}),
                    svg("circle", {cx: x(l), cy: y(l, slot), r: RADIUS, class: shade < 0 ? "below" : "above",
                                   "fill-opacity": (0.45 * Math.min(1, Math.abs(shade))).toFixed(2)}),
                    svg("text", {x: x(l), y: y(l, slot) + 4, class: place && text(place).length > 5 ? "long" : ""}, place ? text(place) : "·"));
        if (place) node.addEventListener("click", () => open(place, false));
        node.open = () => place && open(place, true);
        node.at = [l, nodes[l].length];
        nodes[l].push(node);
        if (l === 0) {
          picture.append(svg("text", {x: left - RADIUS - 6, y: y(l, slot) + 4, class: "label first"}, short(label(j), 9),
                             svg("title", null, label(j))));
        }
        if (l === layers.length - 1) {
          picture.append(svg("text", {x: right + RADIUS + 5, y: y(l, slot) - 3, class: "label"}, short(label(j), 9),
                             svg("title", null, label(j))),
                         svg("text", {x: right + RADIUS + 5, y: y(l, slot) + 12, class: "label target"}, `y = ${target(j)}`));
        }
        picture.append(node);
      });
      picture.append(svg("text", {x: x(l), y: height - 6, class: on ? "caption on" : "caption"}, name || ""));
    });
    rove(picture, nodes);
    return picture;
  }

  const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

  function rove(picture, nodes) {  // one stop for Tab, and from there by the arrow keys
    let active = nodes[0][0];
    active.setAttribute("tabindex", 0);
    picture.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") active.open();
      else if (event.key in MOVES) {
        const [l, slot] = active.at, [right, down] = MOVES[event.key];
        const layer = nodes[Math.max(0, Math.min(nodes.length - 1, l + right))];
        active.setAttribute("tabindex", -1);
        active = layer[Math.max(0, Math.min(layer.length - 1, slot + down))];
        active.setAttribute("tabindex", 0);
        active.focus();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /** The loss at each snapshot, null where it is not known yet; `at` is the one that is shown. */
  function curve({losses, epochs, at, pick}) {
    const [width, height, left, right, top, bottom] = [360, 130, 64, 12, 12, 22];
    const known = losses.filter((loss) => loss !== null), largest = Math.max(...known, 0), least = Math.min(...known);
    const logarithmic = least > 0 && largest / least > 30, scale = logarithmic ? Math.log10 : (value) => value;
    const [high, low] = [scale(largest || 1), logarithmic ? scale(least) : 0];
    const x = (k) => left + (width - left - right) * (losses.length > 1 ? k / (losses.length - 1) : 0.5);
    const y = (loss) => top + (height - top - bottom) * (high > low ? (high - scale(loss)) / (high - low) : 0.5);
    const last = losses.length - 1, middle = Math.round(last / 2);
    const points = losses.map((loss, k) => loss === null ? null : `${x(k).toFixed(1)},${y(loss).toFixed(1)}`);
    const shown = losses[at];
    const picture = svg("svg", {viewBox: `0 0 ${width} ${height}`, class: "curve", role: "img",
                                "aria-label": `Loss across training${logarithmic ? ", on a logarithmic scale" : ""}`},
      svg("line", {x1: left, y1: height - bottom, x2: width - right, y2: height - bottom, class: "axis"}),
      svg("line", {x1: left, y1: top, x2: left, y2: height - bottom, class: "axis"}),
      svg("text", {x: left - 10, y: top + 4, class: "tick end"}, dom.number(largest, 3)),
      svg("text", {x: left - 10, y: height - bottom + 3, class: "tick end"}, dom.number(logarithmic ? least : 0, 3)),
      svg("text", {x: left - 10, y: (height - bottom + top) / 2 + 4, class: "tick end"}, logarithmic ? "loss, log" : "loss"),
      [...new Set([0, ...(last > 3 ? [middle] : []), last])].map((k) => svg(
        "text", {x: x(k), y: height - 6, class: `tick ${last === 0 || k === middle && k !== last ? "" : k === 0 ? "start" : "end"}`},
        k === 0 ? `epoch ${epochs[k]}` : String(epochs[k]))),
      svg("polyline", {points: points.filter(Boolean).join(" "), class: "line"}),
      shown === null || shown === undefined ? null : svg("circle", {cx: x(at), cy: y(shown), r: 5, class: "here"}));
    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect(), part = ((event.clientX - box.left) * width / box.width - left) / (width - left - right);
      pick(Math.max(0, Math.min(last, Math.round(part * last))));
    });
    return picture;
  }

  /** A product in shapes, of factors {name, shape, turned}: as it is, without the transpose, and in the other order. */
  function shapes([left, right], wanted) {
    const plain = (factor) => ({...factor, turned: false});
    const text = ([rows, columns]) => `(${rows}, ${columns})`;
    const line = (a, b, right = false) => {
      const [[rows, inner], [other, columns]] = [a, b].map(({shape, turned}) => turned ? [shape[1], shape[0]] : shape);
      const fits = inner === other, gives = text([rows, columns]), mark = (size) => html("b", {class: fits ? "fits" : "fails"}, String(size));
      const verdict = !fits ? `does not fit: ${inner} is not ${other}`
        : right ? `fits, and gives ${gives}`
        : gives === text(wanted) ? `fits too, and even gives ${gives}: beware, its sums pair the wrong things`
        : `happens to fit, but gives ${gives}, not ${text(wanted)}`;
      return html("tr", {class: right ? "right" : "wrong"},
        html("th", {scope: "row"}, [a, b].map(({name, turned}) => name + (turned ? "ᵀ" : "")).join(" · ")),
        html("td", null, `(${rows}, `, mark(inner), ") · (", mark(other), `, ${columns})`),
        html("td", null, `${right ? "✓" : "✗"} ${verdict}`));
    };
    return html("table", {class: "plain shapes"}, html("tbody", null,
      line(left, right, true), line(plain(left), plain(right)), line(right, left)));
  }

  return {network, curve, shapes, shownUnits};
})();
