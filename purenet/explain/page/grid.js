/* A matrix as a table whose numbers can be reached by the arrow keys. It is one stop for Tab; within it the arrows go
   from number to number. Of a large matrix only the part in sight is in the page, and it scrolls. */

const grid = (() => {

  const {html} = dom;
  const SCALE = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;  // of the reader's choice
  const ROW = 28 * SCALE;  // pixels, of a large matrix; style.css says the same
  const PAPER = 660 * SCALE;  // the width that a matrix can have there
  const MOST_LETTERS = 16, MOST_IN_LARGE = 11;  // of a name above a column or beside a row
  const MOST_ROWS = 8, MOST_CELLS = 260;  // what is shown at once, and what is drawn at once

  const clamp = (value, least, most) => Math.max(least, Math.min(most, value));

  /** A view has: label, rows, columns, place(r, c), text(place), the most letters of a text, classes(place), rowHead(r)
      and columnHead(c), each a pair [index, name] or null, open(place, byKeyboard), and tell(sentence), to say beside
      the matrix that not all of it can be seen. The answer has the element; draw(), to be called once it stands in the
      page; mark(), for when classes or texts change; reveal(r, c), and go(r, c), which takes the focus there; and
      fitPaper(), after which it is fit for nothing but paper. */
  function grid(view) {
    const named = (pair) => Boolean(pair && pair[1]);
    const HEAD = SCALE * (named(view.rowHead(0)) ? 124 : 52);
    const COLUMN = SCALE * Math.max(named(view.columnHead(0)) ? 116 : 84, 10.2 * view.letters + 13);
    const large = view.rows * view.columns > MOST_CELLS || view.rows > 30;
    const table = html("table", {role: "grid", "aria-label": view.label, "aria-rowcount": view.rows + 1,
                                 "aria-colcount": view.columns + 1, "data-arrows": true, click, keydown, focusin});
    const space = html("div", {class: "space"}, table);
    const box = dom.scroller({class: large ? "window large" : "window", scroll: () => large && draw()}, space,
                             (cut) => onPaper || view.tell(cut ? "scroll for the rest" : ""));
    let active = [0, 0], sought = active, onPaper = null, drawn = null, cells = new Map();

    if (large) {
      box.style.setProperty("--head", `${HEAD}px`);
      box.style.width = `${HEAD + view.columns * COLUMN + (view.rows > MOST_ROWS ? 20 : 2)}px`;
      space.style.width = `${HEAD + view.columns * COLUMN}px`;
      space.style.height = `${(view.rows + 1) * ROW}px`;
      box.style.height = `${(Math.min(view.rows, MOST_ROWS) + 1) * ROW + 14}px`;  // and the scroll bar
    }

    function visible() {
      if (onPaper) return onPaper;
      if (!large) return [0, view.rows, 0, view.columns];
      // To ask a box that was just put in the page for its width would have the whole page laid out, once for each.
      const most = Math.ceil(Math.min(innerWidth, 900) / COLUMN);
      if (!drawn) return [0, Math.min(view.rows, MOST_ROWS + 2), 0, Math.min(view.columns, most)];
      const width = Math.ceil(box.clientWidth / COLUMN) + 1;
      const r = clamp(Math.floor(box.scrollTop / ROW), 0, Math.max(0, view.rows - MOST_ROWS));
      const c = clamp(Math.floor(box.scrollLeft / COLUMN), 0, Math.max(0, view.columns - 1));
      return [r, Math.min(view.rows, r + MOST_ROWS + 2), c, Math.min(view.columns, c + width)];
    }

    const head = ([index, name], scope, k) => html(
      "th", {scope, title: name, [scope === "col" ? "aria-colindex" : "aria-rowindex"]: k + 2},
      words.head([index, dom.short(name, large ? MOST_IN_LARGE : MOST_LETTERS)]));

    function draw() {
      const part = visible();
      if (drawn && part.every((value, i) => value === drawn[i])) return;
      drawn = part;
      const [r0, r1, c0, c1] = part, focused = table.contains(document.activeElement), rows = [];
      const heads = [];
      cells = new Map();
      for (let c = c0; c < c1 && view.columnHead(c); c++) heads.push(head(view.columnHead(c), "col", c));
      for (let r = r0; r < r1; r++) {
        const row = html("tr", {"aria-rowindex": r + 2}), pair = view.rowHead(r);
        if (pair) row.append(head(pair, "row", r));
        for (let c = c0; c < c1; c++) {
          const place = view.place(r, c), cell = html("td", {role: "gridcell", tabindex: -1, "aria-colindex": c + 2,
                                                             "data-place": purenet.symbol(place)});
          cell.at = [r, c];
          cell.place = place;
          cells.set(`${r} ${c}`, cell);
          row.append(cell);
        }
        rows.push(row);
      }
      const corner = heads.length && view.rowHead(0) ? html("td", {class: "corner"}) : null;
      table.replaceChildren(...(heads.length ? [html("thead", null, html("tr", null, corner, heads))] : []),
                            html("tbody", null, rows));
      if (large) {
        table.style.top = `${r0 * ROW}px`;
        table.style.left = `${c0 * COLUMN}px`;
        table.style.width = `${HEAD + (c1 - c0) * COLUMN}px`;
        table.style.setProperty("--column", `${COLUMN / SCALE / 16}rem`);  // on paper, too, where letters are smaller
      }
      mark();
      if (focused) (cells.get(active.join(" ")) || box).focus({preventScroll: true});
    }

    function mark() {
      const stop = cells.get(active.join(" ")) || cells.values().next().value;
      for (const cell of cells.values()) {
        cell.textContent = view.text(cell.place);
        cell.className = view.classes(cell.place);
        cell.tabIndex = cell === stop ? 0 : -1;
      }
    }

    function reveal(r, c) {
      sought = [r, c];
      if (!large) return revealCell(cells.get(`${r} ${c}`));
      if (r * ROW < box.scrollTop || (r + 1) * ROW > box.scrollTop + MOST_ROWS * ROW) {
        box.scrollTop = clamp(r - 4, 0, view.rows) * ROW;
      }
      const wide = Math.max(1, Math.floor((box.clientWidth - HEAD) / COLUMN));
      if (c * COLUMN < box.scrollLeft || (c + 1) * COLUMN > box.scrollLeft + wide * COLUMN) {
        box.scrollLeft = clamp(c - Math.floor(wide / 2), 0, view.columns) * COLUMN;
      }
      draw();
    }

    function revealCell(cell) {
      const {width} = cell.closest("tr").firstChild.getBoundingClientRect(), head = view.rowHead(0) ? width : 0;
      const left = cell.getBoundingClientRect().left - box.getBoundingClientRect().left - head;
      const room = box.clientWidth - head, top = cell.offsetTop - box.scrollTop;
      if (left < 0 || left + cell.offsetWidth > room) box.scrollLeft += left - (room - cell.offsetWidth) / 2;
      if (top < cell.offsetHeight || top + cell.offsetHeight > box.clientHeight) {
        box.scrollTop = cell.offsetTop - box.clientHeight / 2;
      }
    }

    /** Draw only what there is room for on paper, around the number that was sought last. */
    function fitPaper() {
      const row = table.querySelector("tbody tr"), beside = view.rowHead(0) ? row.firstChild.offsetWidth : 0;
      const width = Math.max(...[...row.querySelectorAll("[role=gridcell]")].map((cell) => cell.offsetWidth));
      const lines = [["rows", view.rows, large ? MOST_ROWS : view.rows, sought[0]],
                     ["columns", view.columns, Math.max(1, Math.floor((PAPER - beside) / width)), sought[1]]];
      const missing = [];
      onPaper = lines.flatMap(([what, size, room, k]) => {
        const first = clamp(k - Math.floor(room / 2), 0, Math.max(0, size - room)), end = Math.min(size, first + room);
        if (end - first < size) missing.push(`${what} ${first} to ${end - 1} of ${size}`);
        return [first, end];
      });
      view.tell(missing.length ? `${missing.join(", ")}; the rest is on the screen` : "");
      draw();
    }

    function go(r, c) {
      active = [clamp(r, 0, view.rows - 1), clamp(c, 0, view.columns - 1)];
      reveal(...active);
      mark();
      cells.get(active.join(" ")).focus();
    }

    const LEAPS = {
      ArrowLeft: ([r, c]) => [r, c - 1], ArrowRight: ([r, c]) => [r, c + 1],
      ArrowUp: ([r, c]) => [r - 1, c], ArrowDown: ([r, c]) => [r + 1, c],
      Home: ([r]) => [r, 0], End: ([r]) => [r, view.columns - 1],
      PageUp: ([r, c]) => [r - 10, c], PageDown: ([r, c]) => [r + 10, c],
    };

    function keydown(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key in LEAPS) go(...LEAPS[event.key](active));
      else if (event.key === "Enter" || event.key === " ") view.open(view.place(...active), true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    function cellOf(event) {
      const cell = event.target.closest("td");
      return cell && cell.at ? cell : null;
    }

    function click(event) {
      const cell = cellOf(event);
      if (cell) view.open(cell.place, false);
    }

    function focusin(event) {
      const cell = cellOf(event);
      if (!cell || cell.at.join() === active.join()) return;
      const before = cells.get(active.join(" "));
      if (before) before.tabIndex = -1;
      active = cell.at;
      cell.tabIndex = 0;
    }

    return {element: box, large, draw, mark, reveal, go, fitPaper};
  }

  return grid;
})();
