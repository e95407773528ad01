"""Random numbers: the Mersenne Twister, so that a seed gives the published numbers on every Python.

Nothing but integer arithmetic, for interpreters that have no `random` module. The stream is the one of NumPy's legacy
`numpy.random.seed(n)`, with which the tutorial's weights were drawn.
"""

from .errors import DataError, OptionError, brief, whole

WORDS = 624
WORD_MASK = 0xFFFFFFFF


class MersenneTwister:
    """Draw random numbers from NumPy's legacy stream for a seed.

    x[k+624] = x[k+397] xor (the upper bit of x[k] and the lower 31 of x[k+1], times a matrix), tempered on the way out.

    >>> twister = MersenneTwister(1)
    >>> 2 * twister.random() - 1
    -0.165955990594852

    Raises OptionError for a seed that is no whole number from 0 to 2**32 - 1.
    Source: M. Matsumoto and T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998).
    """

    def __init__(self, seed):
        self.seed = whole("seed", seed, 0, WORD_MASK)
        word = self.seed
        self.words = [word]
        for i in range(1, WORDS):
            word = (1812433253 * (word ^ (word >> 30)) + i) & WORD_MASK
            self.words.append(word)
        self.position = WORDS

    def _twist(self):
        """Replace the 624 words by the next 624."""
        words = self.words
        for i in range(WORDS):
            mixed = (words[i] & 0x80000000) | (words[(i + 1) % WORDS] & 0x7FFFFFFF)
            word = words[(i + 397) % WORDS] ^ (mixed >> 1)
            words[i] = word ^ 0x9908B0DF if mixed & 1 else word
        self.position = 0

    def word(self):
        """Return the next whole number from 0 to 2**32 - 1.

        >>> MersenneTwister(1).word()
        1791095845
        """
        if self.position == WORDS:
            self._twist()
        word = self.words[self.position]
        self.position += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9D2C5680
        word ^= (word << 15) & 0xEFC60000
        return word ^ (word >> 18)

    def random(self):
        """Return the next float, evenly spread over 0 <= r < 1: 53 bits out of two words.

        >>> MersenneTwister(1).random()
        0.417022004702574
        """
        high = self.word() >> 5
        low = self.word() >> 6
        return (high * 67108864.0 + low) / 9007199254740992.0

    def to_document(self):
        """Return where the stream is, as plain data for a JSON file: the words, eight hexadecimal digits each."""
        return {"position": self.position, "words": "".join(["%08x" % word for word in self.words])}

    def restore(self, fields):
        """Go on from where `to_document` found the stream whose Fields these are.

        Raises DataError for a field that is missing, unknown or wrong.
        """
        position, text = fields.take("position", int), fields.take("words", str)
        fields.finish()
        if not 0 <= position <= WORDS:
            raise DataError(f"{fields.place}: the field 'position' must be from 0 to {WORDS}, found {position}")
        if len(text) != 8 * WORDS or [c for c in text if c not in "0123456789abcdef"]:
            raise DataError(f"{fields.place}: the field 'words' must be {8 * WORDS} hexadecimal digits, "
                            f"found {brief(text)}")
        self.position = position
        self.words = [int(text[8 * i:8 * i + 8], 16) for i in range(WORDS)]

    def below(self, n):
        """Return a whole number from 0 to n - 1, each as likely: draw as many bits as n - 1 has until one is below n.

        >>> twister = MersenneTwister(1)
        >>> [twister.below(6) for _ in range(8)]
        [5, 3, 4, 0, 1, 3, 5, 0]

        Raises OptionError when n is below 1.
        """
        if n < 1:
            raise OptionError(f"below: n must be at least 1, found {n!r}")
        mask = 0
        while mask < n - 1:
            mask = 2 * mask + 1
        drawn = self.word() & mask
        while drawn >= n:
            drawn = self.word() & mask
        return drawn

    def shuffle(self, items):
        """Shuffle a list in place, from its end, as NumPy's legacy shuffle does.

        >>> items = [0, 1, 2, 3, 4]
        >>> MersenneTwister(1).shuffle(items)
        >>> items
        [2, 1, 4, 0, 3]

        Source: R. Durstenfeld, "Algorithm 235: Random permutation", CACM 7 (1964).
        """
        for last in range(len(items) - 1, 0, -1):
            chosen = self.below(last + 1)
            items[last], items[chosen] = items[chosen], items[last]
