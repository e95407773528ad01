"""Interruptions at a place of one's choice: a signal may be heard between any two instructions of Python."""

import itertools
import sys


def interrupted(instruction, modules, run):
    """Run until so many instructions of these modules have been executed, and interrupt there, as Ctrl-C would;
    return whether it came to that."""
    def trace(frame, event, argument):
        nonlocal reached
        if frame.f_code.co_filename not in files:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and next(instructions) == instruction:
            reached = True
            raise KeyboardInterrupt  # which ends the tracing too
        return trace

    files, instructions, reached = {module.__file__ for module in modules}, itertools.count(), False
    sys._getframe().f_trace_opcodes = True  # CPython 3.12 wants to know it before
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    except KeyboardInterrupt:
        assert reached
    finally:
        sys.settrace(before)
    return reached
