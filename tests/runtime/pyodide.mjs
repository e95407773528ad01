// Run checks.py in Pyodide (CPython in WebAssembly) under Node.
//
// node pyodide.mjs NODE_MODULES CHECKS FOLDER NAME [long | relay FILES LEG]

import path from "node:path";

const [modules, checks, folder, name, what, files, leg] = process.argv.slice(2);
const {loadPyodide} = await import(path.join(modules, "pyodide/pyodide.mjs"));
const python = await loadPyodide({indexURL: path.join(modules, "pyodide/"), stdout: line => console.log(line)});
python.mountNodeFS("/checks", path.dirname(checks));
python.mountNodeFS("/subject", folder);
python.runPython(`import sys; sys.dont_write_bytecode = True; sys.path[:0] = ["/checks", "/subject"]`);
if (what === "relay") {
  python.mountNodeFS("/files", files);
  python.runPython(`
import checks
path = lambda name: "/files/" + name
checks.run_leg("${name}", ${leg}, path, path, print)`);
} else {
  python.runPython(`import checks; checks.run_all("${name}", print, long_run=${what === "long" ? "True" : "False"})`);
}
