// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The functions that a compiler made at run time, as it lists them in `/tmp/perf-PID.map` (the kernel's tools/perf/Documentation/jit-interface.txt).
///
/// A line is `START SIZE NAME`, both in hexadecimal; names may hold spaces. Lines of another form are left out. Where a function was put in the
/// place of another, the later line counts.
struct PerfMap: Sendable {
    private struct Entry {
        let start: UInt64, end: UInt64
        let nameStart: Int, nameLength: Int
    }

    private var entries: [Entry] = []
    private var names: [UInt8] = []

    /// How many bytes of a file are read: far more than compilers write.
    static let limit = 64 << 20
    /// How many functions that begin later, but ended before an address, are stepped over; they lie in others only by mistake.
    private static let patience = 16

    var count: Int { entries.count }

    /// Reads the whole lines of a text, behind those that were read before. Answers how many bytes they have.
    mutating func append(_ text: RawSpan) -> Int {
        var start = 0
        for place in 0..<text.byteCount where text.byte(at: place) == UInt8(ascii: "\n") {
            take(text.extracting(start..<place))
            start = place + 1
        }
        // Of functions that begin at one address, the latest stands last.
        entries.sort { ($0.start, $0.nameStart) < ($1.start, $1.nameStart) }
        return start
    }

    private mutating func take(_ line: RawSpan) {
        var place = 0
        guard let start = Self.number(line, &place), let size = Self.number(line, &place), size > 0, place < line.byteCount else { return }
        let (end, overflow) = start.addingReportingOverflow(size)
        guard !overflow else { return }
        entries.append(Entry(start: start, end: end, nameStart: names.count, nameLength: line.byteCount - place))
        line.extracting(place...).withUnsafeBytes { names.append(contentsOf: $0) }
    }

    /// A number of at most sixteen digits and the space behind it.
    private static func number(_ line: RawSpan, _ place: inout Int) -> UInt64? {
        if place + 1 < line.byteCount, line.byte(at: place) == UInt8(ascii: "0"), line.byte(at: place + 1) | 0x20 == UInt8(ascii: "x") { place += 2 }
        var number: UInt64 = 0
        let start = place
        while place < line.byteCount, let digit = hexadecimalDigit(line.byte(at: place)) {
            guard place - start < 16 else { return nil }
            number = number << 4 | digit
            place += 1
        }
        guard place > start, place < line.byteCount, line.byte(at: place) == UInt8(ascii: " ") else { return nil }
        place += 1
        return number
    }

    /// The function that holds an address, and how far behind its beginning that is.
    func function(at address: UInt64) -> (name: String, offset: UInt64)? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].start <= address { low = middle + 1 } else { high = middle }
        }
        for place in stride(from: low - 1, through: max(0, low - Self.patience), by: -1) where address < entries[place].end {
            let entry = entries[place]
            return (String(decoding: names[entry.nameStart..<entry.nameStart + entry.nameLength], as: UTF8.self), address - entry.start)
        }
        return nil
    }
}

/// The file of a ``PerfMap``, which grows while its process runs.
struct PerfMapFile {
    /// As the process sees it.
    let path: String
    private(set) var map = PerfMap()
    private let openedPath: String
    private let owner: UInt32
    private var inode: UInt64 = 0
    private var used = 0

    init(of process: ProcessDirectory) {
        path = "/tmp/perf-\(process.ownNumber).map"
        openedPath = process.root.path(path)
        owner = process.owner
    }

    /// Reads what was written since the last time; whether there was anything.
    ///
    /// Only a regular file of the process's user or of root counts: others could claim what they like.
    mutating func refresh() -> Bool {
        let number = linux_openat(AT_FDCWD, openedPath, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
        guard number >= 0 else { return false }
        let file = Descriptor(number)
        var information = stat()
        guard fstat(file.number, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
            information.st_uid == owner || information.st_uid == 0
        else { return false }
        let size = min(Int(information.st_size), PerfMap.limit)
        if UInt64(information.st_ino) != inode || size < used { (map, used) = (PerfMap(), 0) }
        inode = UInt64(information.st_ino)
        guard size > used else { return false }
        var bytes = [UInt8](repeating: 0, count: size - used)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { bytes in
                pread(file.number, bytes.baseAddress.map { $0 + filled }, bytes.count - filled, used + filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            filled += count
        }
        let taken = map.append(bytes.span.bytes.extracting(..<filled))
        used += taken
        return taken > 0
    }
}
