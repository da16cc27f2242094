// SPDX-License-Identifier: Apache-2.0

import Bytes
import CLinux
import Glibc

extension FileContents {
    /// Maps a file, so that of a large program only what is looked at is read; a file that others than root and this process's user may write is copied.
    ///
    /// Reading a mapping behind its end is fatal, so that whoever may shorten a file could end the process that maps it. Programs and libraries of root are
    /// replaced by renaming while they run; where root shortens one nevertheless, that is fatal here as it is for the processes that run it.
    ///
    /// - Throws: ``EBPFError`` that names the file; with ``EBPFError/Code/invalid`` where it would have to be copied and is larger than 1 GiB.
    static func map(_ path: String, for operation: String) throws(EBPFError) -> ByteView {
        // What another process put there may be a pipe or a terminal.
        let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else { throw EBPFError(system: errno, "\(operation): open \(path)") }
        let file = Descriptor(number)
        var information = stat()
        guard fstat(file.number, &information) == 0 else { throw EBPFError(system: errno, "\(operation): open \(path)") }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw EBPFError(.noSuchBinary, operation, cause: "\(path) is no regular file")
        }
        let size = Int(information.st_size)
        guard size > 0 else { return ByteView([]) }
        guard isOfTrustedOwner(information) else { return try copy(file.number, byteCount: size, path, for: operation) }
        // Shared, because into a private mapping the kernel writes all probes of the file, as into those that run: that takes time, and changes the bytes.
        guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, file.number, 0), start != MAP_FAILED else {
            throw EBPFError(system: errno, "\(operation): map \(path)")
        }
        return ByteView(adopting: UnsafeRawBufferPointer(start: start, count: size)) { memory in
            munmap(UnsafeMutableRawPointer(mutating: memory.baseAddress), memory.count)
        }
    }

    /// Whether root and this process's user alone may shorten a file.
    private static func isOfTrustedOwner(_ information: stat) -> Bool {
        (information.st_uid == 0 || information.st_uid == geteuid()) && information.st_mode & (S_IWGRP | S_IWOTH) == 0
    }

    /// Reads a file into memory of this process; where it is shortened meanwhile, it ends there. Holes take no memory.
    private static func copy(_ file: Int32, byteCount: Int, _ path: String, for operation: String) throws(EBPFError) -> ByteView {
        guard byteCount <= limit else {
            throw EBPFError(
                .invalid, operation,
                cause:
                    "\(path) has \(byteCount) bytes and may be shortened by its owner, so that it would have to be copied, of which \(limit) bytes are the limit",
                remedy: "have root own it, or strip its debugging information (DWARF)")
        }
        guard let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), start != MAP_FAILED else {
            throw EBPFError(system: errno, "\(operation): read \(path)")
        }
        var offset = 0
        while offset < byteCount {
            // SEEK_DATA is 3. What it does not know is read, and holes are zero as the memory is.
            let data = lseek(file, offset, 3)
            if data < 0, errno == ENXIO { break }
            offset = min(max(offset, data), byteCount)
            let count = pread(file, start + offset, min(byteCount - offset, 1 << 20), offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let error = errno
                munmap(start, byteCount)
                throw EBPFError(system: error, "\(operation): read \(path)")
            }
            if count == 0 { break }
            offset += count
        }
        return ByteView(adopting: UnsafeRawBufferPointer(start: start, count: byteCount)) { memory in
            munmap(UnsafeMutableRawPointer(mutating: memory.baseAddress), memory.count)
        }
    }

    /// Whether a file begins as ELF files do.
    static func isELF(_ path: String) -> Bool {
        let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { return false }
        let file = Descriptor(number)
        var bytes: [UInt8] = [0, 0, 0, 0]
        return Glibc.read(file.number, &bytes, 4) == 4 && bytes == [0x7F, 0x45, 0x4C, 0x46]
    }
}
