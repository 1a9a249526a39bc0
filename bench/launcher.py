"""Run one command and write down what it took; run by `bench.meter` as a script of its own.

A process's peak memory begins with that of the process that started it (Linux copies it at exec). The bench
itself is large, so commands are started by this small process, which imports next to nothing.
"""

import json
import os
import sys
import time


def main(report: str, command: list[str]) -> int:
    """Run `command`; write seconds, CPU seconds and peak bytes, children included, to the file `report`."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - began
    unit = 1 if sys.platform == "darwin" else 1024
    taken = {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * unit}
    with open(report, "w") as file:
        json.dump(taken, file)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]) != 0)
