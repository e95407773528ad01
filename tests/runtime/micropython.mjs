// Run checks.py in MicroPython (WebAssembly) under Node.
//
// node micropython.mjs NODE_MODULES CHECKS FOLDER NAME [long | relay FILES LEG]
//
// FOLDER holds NAME, a module or a package. Memory is not given back within one call of runPython, so every check is a
// call of its own, and the long run is cut into chunks.

import fs from "node:fs";
import path from "node:path";

const [modules, checks, folder, name, what, files, leg] = process.argv.slice(2);
const entry = path.join(modules, "@micropython/micropython-webassembly-pyscript/micropython.mjs");
const {loadMicroPython} = await import(entry);
const python = await loadMicroPython({heapsize: 8 * 2 ** 20, stdout: line => console.log(line), linebuffer: true});

function copy(from, to) {
  if (fs.statSync(from).isDirectory()) {
    python.FS.mkdir(to);
    for (const file of fs.readdirSync(from)) if (file !== "__pycache__") copy(path.join(from, file), `${to}/${file}`);
  } else if (from.endsWith(".py")) python.FS.writeFile(to, fs.readFileSync(from));
}

function run(source) {
  try {
    python.runPython(source);
  } catch (error) {
    console.log(`FAILED ${source}: ${error.message}`);
    process.exit(1);
  }
}

copy(checks, "/checks.py");
const file = fs.existsSync(path.join(folder, name)) ? name : `${name}.py`;
copy(path.join(folder, file), `/${file}`);
run(`import sys, gc; sys.path.insert(0, "/"); import checks`);
if (what === "relay") relay();
else check();

function check() {
  run(`p = checks.library("${name}"); failed = 0`);
  run("left = checks.checks_for(p)[:]; full = len(left) > 1; more = True");
  while (python.globals.get("more")) {
    run("failed += not checks.run_one(p, left.pop(0), print); more = bool(left); gc.collect()");
  }
  if (what === "long" && python.globals.get("full")) {
    run("training = checks.LongRun(p); more = True");
    while (python.globals.get("more")) run("more = training.go_on(50); gc.collect()");
    run("failed += not checks.run_one(training, checks.LongRun.check, print)");
  }
  run('print("failed" if failed else "done")');
}

function relay() {  // the files go in, and out again
  python.FS.mkdir("/files");
  for (const file of fs.readdirSync(files)) python.FS.writeFile(`/files/${file}`, fs.readFileSync(path.join(files, file)));
  run(`path = lambda name: "/files/" + name\nchecks.run_leg("${name}", ${leg}, path, path, print)`);
  for (const file of python.FS.readdir("/files")) {
    if (file.endsWith(".json")) fs.writeFileSync(path.join(files, file), python.FS.readFile(`/files/${file}`));
  }
}
