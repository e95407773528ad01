// Backprop in JavaScript, to be judged by the reader in docs/test-vectors.md, which stands before it.
const {exp, max, tanh} = Math;
const dot = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((sum, a, i) => sum + a * B[i][j], 0)));
const transpose = (A) => A[0].map((_, j) => A.map((row) => row[j]));
const softmax = (row) => {
  const e = row.map((z) => exp(z - max(...row))), total = e.reduce((sum, value) => sum + value, 0);
  return e.map((value) => value / total);
};
const each = (f) => (rows) => rows.map((row) => row.map(f));
const value = {sigmoid: each((z) => 1 / (1 + exp(-z))), tanh: each(tanh), relu: each((z) => max(0, z)),
               identity: each((z) => z), softmax: (rows) => rows.map(softmax)};
const slope = {sigmoid: (a) => a * (1 - a), tanh: (a) => 1 - a * a, relu: (a) => Number(a > 0), identity: () => 1};

function gradients({activation, output, loss, reduction, weights, biases}, X, y) {
  const found = {}, activations = [X], last = weights.length;
  const name = (layer) => layer === last ? output : activation;
  weights.forEach((W, l) => {
    const z = dot(activations[l], W).map((row) => row.map((sum, j) => sum + (biases ? biases[l][j] : 0)));
    activations.push(value[name(l + 1)](z));
  });
  const factor = (loss === "mean_squared_error" ? 2 / y[0].length : 1) / (reduction === "mean" ? X.length : 1);
  let error = activations[last].map((row, n) => row.map((a, j) => (a - y[n][j]) * factor));
  for (let l = last; l > 0; l--) {
    const a = activations[l];
    let delta = error;
    if (name(l) === "softmax" && !loss.includes("cross"))
      delta = a.map((row, n) => {
        const common = row.reduce((sum, value, j) => sum + value * error[n][j], 0);
        return row.map((value, j) => value * (error[n][j] - common));
      });
    else if (l < last || !loss.includes("cross"))
      delta = a.map((row, n) => row.map((value, j) => error[n][j] * slope[name(l)](value)));
    found[`dW${l}`] = dot(transpose(activations[l - 1]), delta);
    if (biases) found[`db${l}`] = transpose(delta).map((column) => column.reduce((sum, value) => sum + value, 0));
    error = dot(delta, transpose(weights[l - 1]));
  }
  return found;
}
console.log(JSON.stringify(wrong("vectors.json", gradients)));
