// SPDX-License-Identifier: Apache-2.0

public import BPFObject
public import Bytes
import CLinux
import Glibc

/// Whole files as bytes.
public enum FileContents {
    /// The most that is read, in bytes: far more than objects and types have, and an end for files that have none.
    static let limit = 1 << 30

    /// Reads a file.
    ///
    /// It is copied rather than mapped: another process may shorten it meanwhile, and reading a mapping behind its end is fatal.
    ///
    /// - Throws: ``EBPFError`` that names the file.
    public static func read(_ path: String) throws(EBPFError) -> ByteView {
        let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw EBPFError(system: errno, "read \(path)") }
        let file = Descriptor(number)
        var bytes: [UInt8] = []
        var information = stat()
        if fstat(file.number, &information) == 0, (1...limit).contains(Int(information.st_size)) {
            bytes.reserveCapacity(Int(information.st_size))
        }
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            let count = Glibc.read(file.number, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw EBPFError(system: errno, "read \(path)") }
            if count == 0 { return ByteView(bytes) }
            guard bytes.count + count <= limit else {
                throw EBPFError(.invalid, "read \(path)", cause: "it is larger than \(limit) bytes, which no object is")
            }
            bytes += chunk[..<count]
        }
    }
}

extension ObjectFile {
    /// Reads an object from a file.
    ///
    /// - Throws: ``EBPFError`` where the file cannot be read, or is no object that can be understood.
    public init(contentsOf path: String) throws(EBPFError) {
        let bytes = try FileContents.read(path)
        do {
            try self.init(bytes)
        } catch { throw EBPFError(error, "read object \(path)") }
    }
}
