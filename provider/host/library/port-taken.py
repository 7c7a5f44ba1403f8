# Whether another program listens at ADDRESS PORT: prints "taken" where one does; nothing where none does, or where it cannot be told.
import errno, socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server: what merely lingers is in nobody's way
    try:
        probe.bind((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        if error.errno == errno.EADDRINUSE: print("taken")
