// Measure in MicroPython: node carry.mjs NODE_MODULES FOLDER [PEER.py]; prints a line of JSON.
//
// FOLDER holds purenet_small.py, purenet_micro.py and micropeer.py; PEER.py is the peer's own file, where it is at hand.

import fs from "node:fs";
import path from "node:path";

const [modules, folder, peer] = process.argv.slice(2);
const {loadMicroPython} = await import(
  path.join(modules, "@micropython/micropython-webassembly-pyscript/micropython.mjs"));

async function start(heapsize, files) {
  const lines = [];
  const python = await loadMicroPython({heapsize, stdout: line => lines.push(line), linebuffer: true});
  for (const file of files) python.FS.writeFile("/" + path.basename(file), fs.readFileSync(file));
  python.runPython("import sys; sys.path.insert(0, '/'); import gc, micropython; gc.collect()");
  return [python, lines];
}

const live = python => {
  python.runPython("gc.collect()");
  python.runPython("live = gc.mem_alloc()");
  return python.globals.get("live");
};
const total = (python, lines) => {
  python.runPython("micropython.mem_info()");
  return +/total: (\d+)/.exec(lines.join("\n").split("GC:").pop())[1];
};

const found = {};
const subjects = ["purenet_micro", "purenet_small"].map(name => path.join(folder, name + ".py"));
for (const file of peer ? [...subjects, peer] : subjects) {
  const name = path.basename(file, ".py");
  const [python, lines] = await start(65536, [file]);
  const before = live(python), room = total(python, lines);
  python.runPython(`import ${name} as p`);
  found[name] = {import_bytes: live(python) - before, import_fits_in_64_kB: total(python, lines) === room};
  if (file === peer) continue;
  python.runPython("X = [[0,0,1],[0,1,1],[1,0,1],[1,1,1]]; y = [[0],[1],[1],[0]]; net = p.Network([3, 4, 1])");
  for (let i = 0; i < 1500; i++) python.runPython("net.fit(X, y, 1, 4.0); gc.collect()");
  python.runPython("worst = max([abs(a[0] - b[0]) for a, b in zip(net.predict(X), y)])");
  found[name].xor_worst_error = python.globals.get("worst");
  found[name].live_bytes_after_xor = live(python);
}

const files = ["purenet_small.py", "purenet_micro.py", "micropeer.py"].map(file => path.join(folder, file));
const [python] = await start(16 * 2 ** 20, peer ? [...files, peer] : files);
python.runPython(`
import purenet_micro, purenet_small, micropeer
x, y = [[(i * 3 % 7) / 7 for i in range(8)]], [[.1, .2, .3, .4]]
micro, small, peer = purenet_micro.Network([8, 16, 4]), purenet_small.Network([8, 16, 4]), micropeer.Peer([8, 16, 4])
def learn():
    for _ in range(10): peer.learn(x[0], y[0])
`);
const jobs = {purenet_micro: "micro.fit(x, y, 10, .5)", purenet_small: "small.fit(x, y, 10, .5)", micropeer: "learn()"};
if (peer) {
  python.runPython(`
import ${path.basename(peer, ".py")} as module
M = module.MicroMLP
theirs = M.Create([8, 16, 4], "Sigmoid", M.LayersFullConnect)
X, Y = [[M.NNValue.FromAnalogSignal(v) for v in row] for row in (x[0], y[0])]
def their_learn():
    for _ in range(10): theirs.Learn(X, Y)
`);
  jobs.MicroMLP = "their_learn()";
}
const times = Object.fromEntries(Object.keys(jobs).map(name => [name, []]));
for (let round = 0; round < 41; round++) {
  for (const [name, job] of Object.entries(jobs)) {
    python.runPython("gc.collect()");
    const began = process.cpuUsage();  // not the clock: other programs may have the processor in between
    python.runPython(job);
    times[name].push(process.cpuUsage(began).user / 1000 / 10);
  }
}
// Beside the times, the ratio within each round, of neighbours in time: what else the machine does slows both.
found.a_step = {};
for (const [name, list] of Object.entries(times)) {
  const ratios = list.map((time, round) => time / times.purenet_micro[round]).sort((a, b) => a - b);
  const sorted = [...list].sort((a, b) => a - b);
  found.a_step[name] = {median_ms: sorted[20], best_ms: sorted[0], median_ratio_to_micro: ratios[20],
                        middle_half_of_ratios: [ratios[10], ratios[30]]};
}
console.log(JSON.stringify(found));
