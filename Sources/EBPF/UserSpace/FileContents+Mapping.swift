// SPDX-License-Identifier: Apache-2.0

import Bytes
import CLinux
import Glibc

extension FileContents {
    /// Maps a file, so that of a large program only what is looked at is read.
    ///
    /// Programs and libraries are replaced by renaming while they run, and seldom shortened; where one is shortened nevertheless, reading behind
    /// its end is fatal, as it is for the processes that run it.
    ///
    /// - Throws: ``EBPFError`` that names the file.
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
        // Shared, because into a private mapping the kernel writes all probes of the file, as into those that run: that takes time, and changes the bytes.
        guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, file.number, 0), start != MAP_FAILED else {
            throw EBPFError(system: errno, "\(operation): map \(path)")
        }
        return ByteView(adopting: UnsafeRawBufferPointer(start: start, count: size)) { memory in
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
