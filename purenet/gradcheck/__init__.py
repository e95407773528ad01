"""The second opinion on a gradient: references from the loss alone, and judgement by computed rounding errors.

Nothing here looks at `core.backprop`: an oracle that shares the code under test is no oracle.
"""
