"""terminal.py ANSWER COMMAND…: runs the command in a terminal of its own and types the answer when it is asked [y/N]."""
import os
import pty
import sys

answer, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
said, is_answered = b"", False
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:  # EIO: the command has closed its side
        break
    if not piece:
        break
    said += piece
    if not is_answered and b"[y/N]" in said:
        os.write(terminal, answer.encode() + b"\n")
        is_answered = True
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
