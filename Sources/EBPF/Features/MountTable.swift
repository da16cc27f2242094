// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Where file systems are mounted, as this process sees it (`/proc/self/mountinfo`, proc_pid_mountinfo(5)).
struct MountTable {
    private var mounts: [(fileSystem: String, place: String)] = []

    /// Reads the table; an empty one where it cannot be read.
    static func read() -> MountTable {
        guard let bytes = try? FileContents.read("/proc/self/mountinfo") else { return MountTable("") }
        return MountTable(String(decoding: bytes.array(), as: UTF8.self))
    }

    /// Lines of fields with spaces between them: the fifth is the place, and the kind of the file system stands behind a `-`.
    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 5, let separator = fields.dropFirst(6).firstIndex(of: "-"), fields.indices.contains(separator + 1) else { continue }
            mounts.append((String(fields[separator + 1]), Self.unescaped(fields[4])))
        }
    }

    /// Where file systems of a kind are mounted, each place once.
    func places(of fileSystem: String) -> [String] {
        var places: [String] = []
        for mount in mounts where mount.fileSystem == fileSystem && !places.contains(mount.place) { places.append(mount.place) }
        return places
    }

    /// Spaces and the like stand as a backslash and three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(field).utf8
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, let value = UInt8(String(Substring(digits)), radix: 8) {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
