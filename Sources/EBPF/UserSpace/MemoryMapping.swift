// SPDX-License-Identifier: Apache-2.0

import Bytes

/// One range of a process's memory, as a line of `/proc/PID/maps` says (proc_pid_maps(5)).
struct MemoryMapping: Sendable, Hashable {
    let start: UInt64
    /// The address behind the last.
    let end: UInt64
    let isExecutable: Bool
    /// Where in the file it begins, in bytes.
    let offset: UInt64
    /// The number of the device that the file lies on: the major one in the upper half, the minor one in the lower.
    let device: UInt64
    /// The file's number; 0 where there is no file.
    let inode: UInt64
    /// The file as the process sees it, or what the kernel calls the memory, such as `[heap]`; empty where it has no name.
    let path: String
    /// Whether the file has no name anymore.
    let isDeleted: Bool

    /// Whether there is a file, as far as the name says.
    var hasFile: Bool { inode != 0 && path.hasPrefix("/") }

    /// The name under `/proc/PID/map_files`, by which a privileged process opens the file even where it was deleted.
    var fileName: String { String(start, radix: 16) + "-" + String(end, radix: 16) }

    func contains(_ address: UInt64) -> Bool { address >= start && address < end }

    /// Reads a line; `nil` where it is none.
    init?(_ line: Substring) {
        // Five fields, and the name, which may hold spaces.
        let fields = line.split(separator: " ", maxSplits: 5)
        guard fields.count >= 5, let dash = fields[0].firstIndex(of: "-"), let start = UInt64(fields[0][..<dash], radix: 16),
            let end = UInt64(fields[0][fields[0].index(after: dash)...], radix: 16), start < end, let offset = UInt64(fields[2], radix: 16),
            let inode = UInt64(fields[4])
        else { return nil }
        self.start = start
        self.end = end
        isExecutable = fields[1].contains("x")
        self.offset = offset
        let numbers = fields[3].split(separator: ":").map { UInt64($0, radix: 16) ?? 0 }
        device = numbers.count == 2 ? numbers[0] << 32 | numbers[1] & 0xFFFF_FFFF : 0
        self.inode = inode
        let name = fields.count == 6 ? fields[5].drop { $0 == " " } : ""
        let mark = " (deleted)"
        isDeleted = inode != 0 && name.hasSuffix(mark)
        path = String(isDeleted ? name.dropLast(mark.count) : name)
    }

    /// The mappings of a process by their addresses.
    ///
    /// - Parameter directory: the process's directory of `/proc`, where that is held by a descriptor.
    /// - Throws: ``EBPFError`` where there is no such process, or it may not be looked at.
    static func all(of process: Int32, in directory: String? = nil, for operation: String) throws(EBPFError) -> [MemoryMapping] {
        let bytes: ByteView
        do {
            bytes = try FileContents.read("\(directory ?? "/proc/\(process)")/maps")
        } catch {
            throw EBPFError(
                error.code == .system ? .system : error.code, operation,
                cause: "the memory of process \(process) cannot be looked at: \(error.cause)",
                remedy: "check that the process runs; those of other users take CAP_SYS_PTRACE", errno: error.errno)
        }
        return parse(String(decoding: bytes.array(), as: UTF8.self))
    }

    static func parse(_ text: String) -> [MemoryMapping] {
        text.split(separator: "\n").compactMap { MemoryMapping($0) }
    }
}
