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

  /** Say beside a field why what was typed is refused; "" when it is not. */
  function refuse(field, sentence) {
    byId(field.getAttribute("aria-describedby")).textContent = sentence;
    if (sentence) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  /** A text with the minus signs as minus signs; the hyphens of words stay what they are. */
  const minus = (text) =>
    text.replace(/(^|[\s(=^]|\de)-(?=[\w.(])/g, "$1−").replaceAll(" - ", " − ");
  const number = (value, digits) => minus(purenet.number(value, digits));

  /** How to write the numbers of one matrix, so that their points stand below each other: a function of a number.
      A number that would lose nearly all its digits that way is written by itself. */
  function formatter(values, digits) {
    let largest = 0, whole = true;
    for (const value of values) {
      largest = Math.max(largest, Math.abs(value));
      whole = whole && Number.isInteger(value);
    }
    if (whole && largest < 1e6) return (value) => minus(String(value + 0));
    let decimals = digits - 1 - Math.floor(Math.log10(largest));
    if (decimals < 0 || decimals > digits + 3) return (value) => number(value, digits);
    let needed = 0;  // of 5.1 and 3.25 it is two, however many digits are asked for
    for (const value of values) {
      if (needed >= decimals) break;
      const [, fraction] = /^-?\d+(?:\.(\d+))?$/.exec(String(value)) || [null, "-".repeat(decimals)];
      needed = Math.max(needed, (fraction || "").length);
    }
    decimals = Math.min(decimals, needed);
    const least = 10 ** (1 - decimals);
    return (value) => value === 0 ? "0" : Math.abs(value) < least ? number(value, 2) : minus(value.toFixed(decimals));
  }

  /** Read what someone typed: {value} or {refused: a sentence}. */
  function readNumber(text) {
    const typed = text.trim().replaceAll("−", "-");
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(typed)) {
      const value = Number(typed);
      return Number.isFinite(value) ? {value} : {refused: "That is beyond what a float can hold."};
    }
    if (typed === "") return {refused: "Expected a number such as 0.25, found nothing."};
    if (/^[+-]?\d*,\d+$/.test(typed)) return {refused: `Write a point, not a comma: ${typed.replace(",", ".")}`};
    return {refused: `Expected a number such as 0.25, found ‘${short(typed, 30)}’.`};
  }

  const short = (text, most) => [...text].length > most ? [...text].slice(0, most - 1).join("") + "…" : text;

  return {html, svg, byId, fill, button, barCell, refuse, minus, number, formatter, readNumber, short};
})();
