"""A link that misbehaves: a TCP relay in a thread, with a delay each way, black hole, refusal and reset."""
import collections
import contextlib
import selectors
import socket
import threading
import time


class Link:
    """Relays 127.0.0.1:port to (host, far_port)."""

    def __init__(self, host, far_port=22, delay=0.0):
        self.delay = delay          # seconds, each way
        self.black_hole = False     # bytes vanish into a queue, nobody is told
        self.refuse = False         # new connections are turned away
        self.bytes = 0              # relayed, both ways
        self._target = (host, far_port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._pairs = set()
        self._lock = threading.Lock()
        self._open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def reset(self):
        """Ends every connection with a TCP reset."""
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    end.close()

    def close(self):
        self._open = False
        self._server.close()
        self.reset()

    def _accept(self):
        while self._open:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self.refuse:
                near.close()
                continue
            try:
                far = socket.create_connection(self._target, timeout=5)
            except OSError:
                near.close()
                continue
            for end in (near, far):
                end.settimeout(None)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.add((near, far))
            threading.Thread(target=self._relay, args=(near, far), daemon=True).start()

    def _relay(self, near, far):
        """One thread a connection: reads both ends, and sends what is due."""
        waiting = {near: collections.deque(), far: collections.deque()}  # by receiver: (when due, bytes)
        partner = {near: far, far: near}
        selector = selectors.DefaultSelector()
        try:
            for end in (near, far):
                end.setblocking(False)
                selector.register(end, selectors.EVENT_READ)
            while True:
                now = time.monotonic()
                due = min((queue[0][0] for queue in waiting.values() if queue), default=now + 0.05)
                for key, _ in selector.select(max(0.0, min(0.05, due - now))):
                    piece = key.fileobj.recv(1 << 16)
                    if not piece:
                        return
                    self.bytes += len(piece)
                    waiting[partner[key.fileobj]].append((time.monotonic() + self.delay, piece))
                if self.black_hole:
                    continue
                now = time.monotonic()
                for end, queue in waiting.items():
                    while queue and queue[0][0] <= now:
                        _, piece = queue.popleft()
                        end.setblocking(True)
                        end.sendall(piece)
                        end.setblocking(False)
        except (OSError, ValueError):
            pass
        finally:
            with self._lock:
                self._pairs.discard((near, far))
            for end in (near, far):
                with contextlib.suppress(OSError):
                    end.close()
            selector.close()
