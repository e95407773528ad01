/* Backprop in C, to be judged by the reader in docs/test-vectors.md, which stands before it. */
#include <stdlib.h>
#include <string.h>

static double value(const char *name, double z) {
    return !strcmp(name, "sigmoid") ? 1 / (1 + exp(-z)) : !strcmp(name, "tanh") ? tanh(z)
         : !strcmp(name, "relu") ? (z > 0 ? z : 0) : z;
}

static double slope(const char *name, double a) {
    return !strcmp(name, "sigmoid") ? a * (1 - a) : !strcmp(name, "tanh") ? 1 - a * a
         : !strcmp(name, "relu") ? a > 0 : 1;
}

static const matrix *named(const vector *v, char letter, const char *rest, int layer) {
    char name[16];
    snprintf(name, sizeof name, layer ? "%c%s%d" : "%c%s", letter, rest, layer);
    for (int k = 0; k < v->count; k++) if (!strcmp(v->m[k].name, name)) return &v->m[k];
    fprintf(stderr, "%s has no %s\n", v->name, name);
    exit(2);
}

static int judge(const vector *v) {  /* backprop; return how many components of the gradient are wrong */
    static double a[5][64], delta[64], error[64], found[64];
    int count = 0, cross = strstr(v->loss, "cross") != NULL, n = v->examples;
    const matrix *X = named(v, 'X', "", 0), *y = named(v, 'y', "", 0);
    memcpy(a[0], X->values[0], sizeof a[0]);
    for (int l = 1; l <= v->layers; l++) {
        const matrix *W = named(v, 'W', "", l), *b = v->biases ? named(v, 'b', "", l) : NULL;
        const char *name = l == v->layers ? v->output : v->activation;
        for (int i = 0; i < n; i++) {
            double *row = &a[l][i * W->columns], largest = -INFINITY, total = 0;
            for (int j = 0; j < W->columns; j++) {
                double z = b ? b->values[0][j] : 0;
                for (int k = 0; k < W->rows; k++) z += a[l - 1][i * W->rows + k] * W->values[0][k * W->columns + j];
                row[j] = value(name, z);
                if (z > largest) largest = z;
            }
            if (strcmp(name, "softmax")) continue;
            for (int j = 0; j < W->columns; j++) total += row[j] = exp(row[j] - largest);
            for (int j = 0; j < W->columns; j++) row[j] /= total;
        }
    }
    double factor = strcmp(v->loss, "mean_squared_error") ? 1 : 2.0 / y->columns;
    if (!strcmp(v->reduction, "mean")) factor /= n;
    for (int k = 0; k < n * y->columns; k++) error[k] = (a[v->layers][k] - y->values[0][k]) * factor;
    for (int l = v->layers; l > 0; l--) {
        const matrix *W = named(v, 'W', "", l);
        const char *name = l == v->layers ? v->output : v->activation;
        for (int i = 0; i < n; i++) {
            double common = 0;
            for (int j = 0; j < W->columns; j++) common += error[i * W->columns + j] * a[l][i * W->columns + j];
            for (int k = i * W->columns; k < (i + 1) * W->columns; k++)
                delta[k] = l == v->layers && cross ? error[k]
                         : strcmp(name, "softmax") ? error[k] * slope(name, a[l][k]) : a[l][k] * (error[k] - common);
        }
        memset(found, 0, sizeof found);
        for (int k = 0; k < W->rows; k++) for (int j = 0; j < W->columns; j++) for (int i = 0; i < n; i++)
            found[k * W->columns + j] += a[l - 1][i * W->rows + k] * delta[i * W->columns + j];
        count += wrong(named(v, 'd', "W", l), found);
        memset(found, 0, sizeof found);
        for (int i = 0; i < n; i++) for (int j = 0; j < W->columns; j++) found[j] += delta[i * W->columns + j];
        if (v->biases) count += wrong(named(v, 'd', "b", l), found);
        memset(error, 0, sizeof error);
        for (int i = 0; i < n; i++) for (int k = 0; k < W->rows; k++) for (int j = 0; j < W->columns; j++)
            error[i * W->rows + k] += delta[i * W->columns + j] * W->values[0][k * W->columns + j];
    }
    return count;
}

int main(void) {
    static vector v;
    int version, cases = 0, count = 0;
    FILE *file = fopen("vectors.txt", "r");
    if (!file || fscanf(file, "purenet vectors %d", &version) != 1 || version != 1) return 2;
    while (read_vector(file, &v)) { cases++; count += judge(&v); }
    printf("%d %d\n", cases, count);
    return 0;
}
