# Whether another program listens at ADDRESS PORT: prints "taken" where one does; nothing where none does, or where it cannot be told.
# For Python 2.6 and 3.
import errno, socket, sys
probe = socket.socket()
probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server: what merely lingers is in nobody's way
try:
    probe.bind((sys.argv[1], int(sys.argv[2])))
except EnvironmentError as error:
    if error.errno == errno.EADDRINUSE: print("taken")
