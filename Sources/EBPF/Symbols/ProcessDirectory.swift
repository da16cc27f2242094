// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A process's directory of `/proc` and the directory that it sees as `/`, both held by descriptors: they stay those of this process when its number
/// is reused, and its files can still be opened when it has ended.
final class ProcessDirectory: Sendable {
    /// The directory of `/proc`, as this process opens it.
    let path: String
    /// Where the process sees files.
    let root: FileRoot
    /// The process's number as it sees it itself, in its innermost namespace of processes.
    let ownNumber: Int32
    /// The user whose files the process's own are.
    let owner: UInt32
    private let directory: Descriptor
    private let rootDirectory: Descriptor?

    /// - Throws: ``EBPFError`` where there is no such process.
    init(of process: Int32, for operation: String) throws(EBPFError) {
        let number = linux_openat(AT_FDCWD, "/proc/\(process)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else {
            guard errno == ENOENT else { throw EBPFError(system: errno, operation) }
            throw EBPFError(
                .invalid, operation, cause: "there is no process \(process)", remedy: "check the number; the process may have ended", errno: errno)
        }
        directory = Descriptor(number)
        // Descriptors are those of the thread where that has its own.
        path = "/proc/thread-self/fd/\(number)"
        let seen = FileRoot(of: process)
        let rootNumber = seen.prefix.isEmpty ? -1 : linux_openat(number, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        root = rootNumber >= 0 ? FileRoot(prefix: "/proc/thread-self/fd/\(rootNumber)") : seen
        rootDirectory = rootNumber >= 0 ? Descriptor(rootNumber) : nil
        var information = stat()
        owner = fstat(number, &information) == 0 ? information.st_uid : 0
        ownNumber = SmallFile.read("status", in: number).flatMap { Self.innermostNumber(in: $0) } ?? process
    }

    /// The last number of the line `NSpid:` of `/proc/PID/status`, Linux 4.1.
    static func innermostNumber(in status: String) -> Int32? {
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("NSpid:") }) else { return nil }
        return line.split(whereSeparator: { $0 == "\t" || $0 == " " }).last.flatMap { Int32($0) }
    }
}
