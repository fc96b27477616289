"""Stored bytes as an open file: archives and media are read at any place without fetching the whole."""

import io

from myschool.files.gateways import CHUNK, store


class StoredBytes(io.RawIOBase):
    """The bytes of a key, to be read and sought in; a block at a time is fetched and remembered."""

    def __init__(self, key: str, size: int) -> None:
        self.key, self.size = key, size
        self.place = 0
        self.block_start, self.block = 0, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        if origin + offset < 0:
            raise ValueError("before the beginning")
        self.place = origin + offset
        return self.place

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        wanted = self.size - self.place if size < 0 else min(size, self.size - self.place)
        pieces = []
        while wanted > 0:
            piece = self._here()[:wanted]
            if not piece:
                break
            pieces.append(piece)
            self.place += len(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # what io calls it with
        """The next bytes, into somebody's buffer."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def _here(self) -> bytes:
        """The rest of the block at the place."""
        if not self.block_start <= self.place < self.block_start + len(self.block):
            self.block_start = self.place
            length = min(4 * CHUNK, self.size - self.place)
            self.block = b"".join(store().read(self.key, self.place, length))
        return self.block[self.place - self.block_start :]
