"""One training step with every intermediate: as data, as text, as pictures and as a page to take apart.

Read in this order: `trace` (the step as data), `formulas` (how each number came about), `contributions` (who pushed a
weight which way), `words` (the conventions and the transposes, told), `scale` (from a file's numbers to the inputs),
`pictures` (a room of its own).
"""
