"""Learn XOR with little memory, save what was learned and load it again; tell the memory in use after each.

micropython -X heapsize=64k xor.py FOLDER NAME FILE
"""

import gc
import sys

X, XOR = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [[0], [1], [1], [0]]


def tell(what):
    gc.collect()
    print("%s %d" % (what, gc.mem_alloc()))


tell("began")
sys.path.insert(0, sys.argv[1])
library = __import__(sys.argv[2])
tell("imported")
net = library.Network([3, 4, 1])
tell("made")
for _ in range(30):
    net.fit(X, XOR, 50, 4.0)
tell("learned")
net.save(sys.argv[3])
tell("saved")
loaded = library.load(sys.argv[3])
assert loaded.weights == net.weights and loaded.predict(X) == net.predict(X)
tell("loaded")
print("done")
