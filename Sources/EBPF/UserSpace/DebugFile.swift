// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF

/// The file in which the symbols of a stripped program or library are: by its build id, or by its debug link, as GDB's manual says ("Debugging
/// Information in Separate Files").
enum DebugFile {
    /// Where debugging information is installed.
    private static let directory = "/usr/lib/debug"

    /// The largest file whose bytes are summed up, which takes about a second; what compilers have made since 2010 has a build id.
    private static let checkedByteCount = 256 << 20

    /// The file for a stripped one; `nil` where the machine has none that belongs to it.
    ///
    /// - Parameters:
    ///   - path: the stripped file, as it is opened.
    ///   - root: where its process sees files. By its build id, the file is looked for outside of there too.
    static func find(for file: ELFFile, at path: String, root: FileRoot) -> ELFFile? {
        let identity = try? file.buildID()
        if let identity, let place = self.path(of: identity) {
            for candidate in Set([root.path(place), place]) {
                if let found = open(candidate), (try? found.buildID()) == identity { return found }
            }
        }
        guard let link = try? file.debugLink(), !link.fileName.isEmpty, !link.fileName.contains("/") else { return nil }
        let end = path.lastIndex(of: "/")
        let beside = end.map { String(path[..<$0]) } ?? "."
        let inRoot = beside.hasPrefix(root.prefix) ? String(beside.dropFirst(root.prefix.utf8.count)) : beside
        for candidate in ["\(beside)/\(link.fileName)", "\(beside)/.debug/\(link.fileName)", root.path("\(directory)\(inRoot)/\(link.fileName)")] {
            guard candidate != path, let found = open(candidate) else { continue }
            // A build id says the same as the sum of all bytes, and at once.
            if let identity, let other = try? found.buildID() {
                if other == identity { return found }
            } else if found.bytes.count <= checkedByteCount, CRC32(of: found.bytes).value == link.checksum {
                return found
            }
        }
        return nil
    }

    /// `/usr/lib/debug/.build-id/ab/cdef….debug`
    static func path(of identity: BuildID) -> String? {
        let digits = identity.description
        return digits.utf8.count > 2 ? "\(directory)/.build-id/\(digits.prefix(2))/\(digits.dropFirst(2)).debug" : nil
    }

    private static func open(_ path: String) -> ELFFile? {
        guard FileContents.isELF(path), let bytes = try? FileContents.map(path, for: "read") else { return nil }
        return try? ELFFile(bytes)
    }
}
