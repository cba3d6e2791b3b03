"""Say plainly, before anything else is done, that the address is taken or is not this machine's."""

import socket
import sys

host, port = sys.argv[1].strip("[]"), sys.argv[2]
if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
    sys.exit(f"PORT is {port}. It must be a number between 1 and 65535.")
try:
    family, kind, protocol, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
except OSError as refusal:
    sys.exit(f"Cannot serve at {host} port {port}: {refusal.strerror}. Choose another:  PORT=8001 make run")
