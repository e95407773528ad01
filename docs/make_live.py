"""Write docs/live.html: python3 docs/make_live.py

The page trains the tutorial's network in a browser. What computes is the exported JavaScript, as it is; the page works
from disk, for it holds everything. (A browser opens no module from disk, but runs one that stands in the page.)
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "live.html"
X, Y = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]]
STEPS = 2000

TEMPLATE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A network that learns in this page</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: 1em 0; }
td, th { padding: 0.2em 0.8em; text-align: right; border-bottom: 1px solid #ccc; }
td.bar { width: 12em; padding: 0; }
td.bar div { background: #36c; height: 1.2em; }
svg { width: 100%; height: 8em; background: #f4f4f4; }
polyline { fill: none; stroke: #36c; stroke-width: 2; vector-effect: non-scaling-stroke; }
button { font: inherit; margin-right: 0.5em; }
</style>
</head>
<body>
<h1>A network that learns in this page</h1>
<p>Three inputs, four hidden units, one output. It learns exclusive or of the first two inputs: the output should be 1
where exactly one of them is. No server is asked; everything is in this file, and what computes was written by
<code>purenet export --to javascript --train</code>.</p>
<p><button id="one">one step</button><button id="run">run</button><button id="again">start again</button>
steps: <b id="steps">0</b>, loss: <b id="loss">?</b></p>
<table>
<thead><tr><th>inputs</th><th>target</th><th>output</th><th></th></tr></thead>
<tbody id="examples"></tbody>
</table>
<svg viewBox="0 0 1 1" preserveAspectRatio="none"><polyline id="curve" points=""></polyline></svg>
<p>The curve is the loss; it ends after STEPS steps. <span id="same">Python's weights after STEPS steps are in this
page: run to see whether yours are the same.</span></p>
<script type="module">
MODULE
// ---------------------------------------------------------------- from here on, the page

const X = INPUTS, Y = TARGETS_OF_ALL, last = STEPS;
const expected = EXPECTED;  // Python's weights after so many steps
const start = [...parameters], losses = [];
const element = (id) => document.getElementById(id);
let running = false;

function show() {
    element("steps").textContent = losses.length;
    element("loss").textContent = losses.length ? losses[losses.length - 1].toFixed(9) : "?";
    element("examples").innerHTML = X.map((x, i) => {
        const [output] = predict(x);
        return `<tr><td>${x.join(" ")}</td><td>${Y[i]}</td><td>${output.toFixed(6)}</td>`
            + `<td class="bar"><div style="width: ${100 * output}%"></div></td></tr>`;
    }).join("");
    element("curve").setAttribute("points", losses.map((loss, i) => `${i / last},${1 - loss / losses[0]}`).join(" "));
    element("run").textContent = running ? "pause" : "run";
    if (losses.length === last) {
        const same = parameters.every((weight, i) => Object.is(weight, expected[i]));
        element("same").textContent = same
            ? `After ${last} steps every bit of every weight is the same as in Python.`
            : `After ${last} steps the weights are not those of Python: please tell us, with the name of your browser.`;
    }
}

function learn(steps) {
    for (let i = 0; i < steps && losses.length < last; i++) losses.push(step(X, Y, 1.0));
    running = running && losses.length < last;
    show();
    if (running) requestAnimationFrame(() => running && learn(10));
}

element("one").onclick = () => { running = false; learn(1); };
element("run").onclick = () => { running = !running; learn(running ? 10 : 0); };
element("again").onclick = () => {
    start.forEach((weight, i) => { parameters[i] = weight; });
    losses.length = 0;
    running = false;
    show();
};
show();
</script>
</body>
</html>
"""


def text():
    """Return the page."""
    from purenet import Network, export

    network = Network([3, 4, 1], bias=False, reduction="sum", seed=1, exp="portable")
    module = export(network, "javascript", train=True)
    network.fit(X, Y, epochs=STEPS, learning_rate=1.0)
    weights = [weight for matrix in network.weights for row in matrix for weight in row]
    words = {"MODULE": module[:module.rindex("export {")].rstrip(), "INPUTS": repr(X), "TARGETS_OF_ALL": repr(Y),
             "EXPECTED": repr(weights), "STEPS": str(STEPS)}
    page = TEMPLATE
    for word, value in words.items():
        page = page.replace(word, value)
    return page


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(text(), encoding="utf-8")
