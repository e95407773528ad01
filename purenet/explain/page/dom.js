/* Making elements, and numbers as they are read and shown. Every text becomes a text node, never markup: a column that
   is called <script> stays text. */

const dom = (() => {

  const maker = (create) => (tag, attributes, ...children) => {
    const node = create(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (typeof value === "function") node.addEventListener(name, value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return node;
  };
  const html = maker((tag) => document.createElement(tag));
  const svg = maker((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));

  const byId = (id) => document.getElementById(id);
  const fill = (id, ...children) =>
    byId(id).replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  const button = (text, click, attributes = {}) => html("button", {type: "button", click, ...attributes}, text);

  /** A cell of a table with a number, and its size as a bar below it. */
  function barCell(content, value, largest) {
    const bar = html("span", {class: value < 0 ? "bar up" : "bar down"});
    bar.style.width = `${largest ? 90 * Math.abs(value) / largest : 0}%`;
    return html("td", {class: "barred"}, content, bar);
  }

  const ends = new ResizeObserver((entries) => {
    for (const {target} of entries) {
      if (target.isConnected) showEnds(target.closest(".scrolls"));
      else ends.unobserve(target);  // it has left the page
    }
  });

  function showEnds(box) {
    const {scrollLeft, scrollWidth, clientWidth, scrollHeight, clientHeight} = box, beyond = scrollWidth - clientWidth;
    const head = box.querySelector("tbody th");
    box.style.setProperty("--head", `${head ? head.offsetWidth : 0}px`);
    box.classList.toggle("more-left", scrollLeft > 1);
    box.classList.toggle("more-right", beyond - scrollLeft > 1);
    if (box.tell) box.tell(beyond > 1 || scrollHeight - clientHeight > 1);
  }

  /** A box that scrolls. Where it goes on, its edge fades, so that no number that is cut there reads as another; `tell`
      is called with whether there is more than can be seen. */
  function scroller(attributes, content, tell = null) {
    const box = html("div", attributes, content);
    box.classList.add("scrolls");
    box.tell = tell;
    box.addEventListener("scroll", () => showEnds(box));
    for (const one of [box, content.closest("table") || content.querySelector("table")]) ends.observe(one);
    return box;
  }

  /** Say beside a field why what was typed is refused; "" when it is not. */
  function refuse(field, sentence) {
    if (!field.isConnected) return;
    byId(field.getAttribute("aria-describedby")).textContent = sentence;
    if (sentence) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  /** A text with the minus signs as minus signs; the hyphens of words stay what they are. */
  const minus = (text) =>
    text.replace(/(^|[\s(=^]|\de)-(?=[\w.(])/g, "$1−").replaceAll(" - ", " − ");
  const number = (value, digits) => minus(purenet.number(value, digits));

  /** How to write the numbers of one matrix, so that their points stand below each other: a function of a number, with
      how many letters that takes at most. A number that would lose nearly all its digits that way is written by itself. */
  function formatter(values, digits) {
    const writing = (letters, write) => Object.assign(write, {letters});
    let largest = 0, whole = true;
    for (const value of values) {
      largest = Math.max(largest, Math.abs(value));
      whole = whole && Number.isInteger(value);
    }
    if (whole && largest < 1e6) return writing(1 + String(largest).length, (value) => minus(String(value + 0)));
    let decimals = digits - 1 - Math.floor(Math.log10(largest));
    if (decimals < 0 || decimals > digits + 3) return writing(digits + 7, (value) => number(value, digits));
    let needed = 0;  // of 5.1 and 3.25 it is two, however many digits are asked for
    for (const value of values) {
      if (needed >= decimals) break;
      const [, fraction] = /^-?\d+(?:\.(\d+))?$/.exec(String(value)) || [null, "-".repeat(decimals)];
      needed = Math.max(needed, (fraction || "").length);
    }
    decimals = Math.min(decimals, needed);
    const least = 10 ** (1 - decimals);
    return writing(Math.max(8, 2 + Math.trunc(largest).toString().length + decimals), (value) =>
      Number.isInteger(value) ? minus(String(value + 0))
        : Math.abs(value) < least ? number(value, 2) : minus(value.toFixed(decimals)));
  }

  /** The same for a column of a table, where room is dear: of small or very large numbers, how many times a power of ten
      they are. `power` is what belongs above the column, `write` the function of a number. */
  function columnFormatter(values, digits) {
    const largest = Math.max(...values.map(Math.abs)), exponent = largest ? Math.floor(Math.log10(largest)) : 0;
    if (digits - exponent < 8 && exponent < 6) return {power: "", write: formatter(values, digits)};
    const scaled = (value) => {
      const [mantissa, k] = value.toExponential().split("e");
      return Number(`${mantissa}e${k - exponent}`);
    };
    const write = formatter(values.map(scaled), digits);
    return {power: ` · 10${superscript(exponent)}`, write: (value) => write(scaled(value))};
  }

  const superscript = (n) => [...String(n)].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("");

  /** Read what someone typed: {value} or {refused: a sentence}. */
  function readNumber(text) {
    const typed = text.trim().replaceAll("−", "-");
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(typed)) {
      const value = Number(typed);
      return Number.isFinite(value) ? {value: value + 0} : {refused: "That is beyond what a float can hold."};
    }
    if (typed === "") return {refused: "Expected a number such as 0.25, found nothing."};
    if (/^[+-]?\d*,\d+$/.test(typed)) return {refused: `Write a point, not a comma: ${typed.replace(",", ".")}`};
    return {refused: `Expected a number such as 0.25, found ‘${short(typed, 30)}’.`};
  }

  /** A text without its middle if it is too long: names that begin alike often differ at their ends. */
  function short(text, most) {
    const letters = [...text], start = Math.floor((most - 1) / 2);
    if (letters.length <= most) return text;
    return `${letters.slice(0, start).join("")}…${letters.slice(start + 1 - most).join("")}`;
  }

  return {html, svg, byId, fill, button, barCell, scroller, refuse, minus, number, formatter, columnFormatter,
          readNumber, short};
})();
