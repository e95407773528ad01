"""The network itself, unchanged on any Python. It imports nothing but `math`; `json`, `os`, `struct` and `difflib` only
when a file or the hint of an error message needs them.

Read it in this order: matrix, activation, loss, backprop, optimizer, lists, training, network, differences; then
arithmetic, rng, reading, storage, engines, parallel, errors.
"""
