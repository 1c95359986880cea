"""One window a person and data folder: a second start hands its message to the first, and ends.

Knows nothing about what a message means or how a window is raised.

A lock file says who is first, so that two starts at the same moment never both are; the lock of a crashed
process is void, and so is the socket it left behind. A message is its length (four bytes, the highest first)
and its bytes; the answer is one byte.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_TIMEOUT_MS = 2000
"""How long the first instance may take to answer; one that does not is not worth waiting for."""

RETRY_S = 0.02
"""Pause between attempts to reach an instance that is just starting."""

LONGEST_MESSAGE = 1 << 20
"""Bytes of a message at most."""

_LENGTH_BYTES = 4
_TAKEN = b"\x06"


class SingleInstance(QObject):
    """The claim to be the only instance of a name.

    Args:
        name: as `instance_name` makes it; instances of other names do not meet.
        parent: owner.
    """

    called = Signal(bytes)
    """Another instance was started and left this message."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        folder = _socket_folder()
        # Named pipes of Windows are no files.
        self._address = name if sys.platform == "win32" else str(folder / name)
        self._lock = QLockFile(str(folder / f"{name}.lock"))
        # Held as long as the program runs: age says nothing, only whether its process lives.
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._take_connections)
        self._heard: dict[QLocalSocket, bytes] = {}

    def hand_over(self, message: bytes) -> bool:
        """Give a message to the instance that runs already.

        Args:
            message: at most `LONGEST_MESSAGE` bytes; what is longer is no message.

        Returns:
            Whether there is one that took it; if not, `listen` and be that instance.
        """
        patience = QElapsedTimer()
        patience.start()
        while not self._lock.tryLock(0):
            if self._lock.error() is not QLockFile.LockError.LockFailedError:
                return False
            if self._deliver(message):
                return True
            if patience.hasExpired(ANSWER_TIMEOUT_MS):
                return False
            time.sleep(RETRY_S)
        return False

    def listen(self) -> bool:
        """Be the instance that others call; a socket left behind by a crash is replaced.

        Returns:
            Whether others can call; without that this instance works all the same.
        """
        if not (self._lock.isLocked() or self._lock.tryLock(0)):
            return False
        QLocalServer.removeServer(self._address)
        return self._server.listen(self._address)

    def close(self) -> None:
        """Let the next start be the first."""
        self._server.close()
        self._lock.unlock()

    def _deliver(self, message: bytes) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        if not socket.waitForConnected(ANSWER_TIMEOUT_MS):
            return False
        socket.write(len(message).to_bytes(_LENGTH_BYTES, "big") + message)
        answered = socket.waitForReadyRead(ANSWER_TIMEOUT_MS) and socket.read(1).data() == _TAKEN
        socket.abort()
        return answered

    @Slot()
    def _take_connections(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._heard[socket] = b""
            socket.readyRead.connect(self._take_bytes)
            socket.disconnected.connect(self._drop)
            self._read(socket)

    @Slot()
    def _take_bytes(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._read(socket)

    @Slot()
    def _drop(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._heard.pop(socket, None)
            socket.deleteLater()

    def _read(self, socket: QLocalSocket) -> None:
        if socket not in self._heard:
            return
        heard = self._heard[socket] = self._heard[socket] + bytes(socket.readAll().data())
        if len(heard) < _LENGTH_BYTES:
            return
        length = int.from_bytes(heard[:_LENGTH_BYTES], "big")
        if length > LONGEST_MESSAGE:
            socket.abort()
        elif len(heard) >= _LENGTH_BYTES + length:
            del self._heard[socket]
            socket.write(_TAKEN)
            socket.flush()
            socket.disconnectFromServer()
            self.called.emit(heard[_LENGTH_BYTES : _LENGTH_BYTES + length])


def instance_name(data_folder: Path) -> str:
    """The name of the one instance of this person on this data folder."""
    user = getpass.getuser() if sys.platform == "win32" else str(os.getuid())
    identity = "\0".join((user, str(data_folder.resolve())))
    return f"vitrine-{hashlib.sha256(identity.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def _socket_folder() -> Path:
    """The person's own folder for such things where there is one: no stranger can take a name in it."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if runtime.is_absolute() and os.access(runtime, os.W_OK):
        return runtime
    return Path(tempfile.gettempdir())
