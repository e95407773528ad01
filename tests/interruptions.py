"""Interruptions at a place of one's choice: a signal may be heard between any two instructions of Python."""

import itertools
import sys


def interrupted(instruction, modules, run):
    """Run until so many instructions of these modules have been executed, and interrupt there, as Ctrl-C would;
    return whether it came to that."""
    def trace(frame, event, argument):
        if frame.f_code.co_filename not in files:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and next(instructions) == instruction:
            raise KeyboardInterrupt  # which ends the tracing too
        return trace

    files, instructions, before = {module.__file__ for module in modules}, itertools.count(), sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False
