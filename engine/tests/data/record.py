#!/usr/bin/env python3
"""Records what a command writes to a terminal of 24 lines and 100 columns: record.py FILE COMMAND...

The terminal is a pseudo terminal, so that newlines arrive as carriage return and newline, as they do on a screen.
"""
import fcntl
import os
import pty
import struct
import sys
import termios

LINES, COLUMNS = 24, 100


def main() -> None:
    target, command = sys.argv[1], sys.argv[2:]
    process, terminal = pty.fork()
    if process == 0:
        size = struct.pack("HHHH", LINES, COLUMNS, 0, 0)
        fcntl.ioctl(1, termios.TIOCSWINSZ, size)
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", COLORTERM="truecolor")
        os.environ.pop("LINES", None)
        os.environ.pop("COLUMNS", None)
        os.execvp(command[0], command)
    with open(target, "wb") as out:
        while True:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            out.write(piece)
    os.waitpid(process, 0)


main()
