"""Passes bytes on between port 5432 of every address it has and the socket of a server that is named to it."""

import socket
import sys
import threading


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    while block := source.recv(65_536):
        target.sendall(block)


listening = socket.create_server(("0.0.0.0", 5432))  # noqa: S104  in a network of its own
print("up", flush=True)
while True:
    client, _address = listening.accept()
    server = socket.socket(socket.AF_UNIX)
    server.connect(sys.argv[1])
    for ends in ((client, server), (server, client)):
        threading.Thread(target=_pass_on, args=ends, daemon=True).start()
