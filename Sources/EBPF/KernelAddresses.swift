// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Where the symbols of the running kernel lie, as `/proc/kallsyms` says.
enum KernelAddresses {
    private static let path = "/proc/kallsyms"

    /// The addresses of these symbols; those that the kernel does not have are missing. The first of several of one name counts.
    ///
    /// - Throws: ``EBPFError`` where the file cannot be read, or hides addresses from this process.
    static func of(_ names: Set<String>) throws(EBPFError) -> [String: UInt64] {
        let operation = "look for addresses of the kernel (\(path))"
        let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw EBPFError(system: errno, operation) }
        let file = Descriptor(number)
        let wanted = Dictionary(grouping: names.map { Array($0.utf8) }) { $0.count }
        var found: [String: UInt64] = [:]
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 128 * 1024)
        while found.count < names.count {
            let count = read(file.number, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw EBPFError(system: errno, operation) }
            if count == 0 { break }
            pending += chunk[..<count]
            let end = (pending.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
            for line in pending[..<end].split(separator: UInt8(ascii: "\n")) { take(line, wanted, &found) }
            pending.removeFirst(end)
        }
        guard found.isEmpty || found.values.contains(where: { $0 != 0 }) else {
            throw EBPFError(
                .permission, operation, cause: "the kernel shows this process no addresses",
                remedy: "run with CAP_SYSLOG, or set the sysctl kernel.kptr_restrict to 0 or 1")
        }
        return found
    }

    /// Reads a line `ffffffff81000000 T name`, which may go on with a tabulator and the name of a module.
    private static func take(_ line: ArraySlice<UInt8>, _ wanted: [Int: [[UInt8]]], _ found: inout [String: UInt64]) {
        // Sixteen digits, a space, a letter, a space.
        guard line.count > 19 else { return }
        let name = line.dropFirst(19).prefix { $0 != UInt8(ascii: "\t") }
        guard let match = wanted[name.count]?.first(where: { $0.elementsEqual(name) }) else { return }
        let key = String(decoding: match, as: UTF8.self)
        guard found[key] == nil, let address = UInt64(String(decoding: line.prefix(16), as: UTF8.self), radix: 16) else { return }
        found[key] = address
    }
}
