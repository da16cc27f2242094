// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// The dynamic linker's list of the shared libraries that `ldconfig` found: `/etc/ld.so.cache`.
///
/// The layout is that of glibc's `sysdeps/generic/dl-cache.h`, in the form that begins with `glibc-ld.so.cache1.1`: alone, as `ldconfig` writes it
/// since glibc 2.32, or behind a list in the older form, which is passed over.
public struct LibraryCache: Sendable {
    /// One library.
    public struct Entry: Sendable, Hashable {
        /// The name by which others need it, such as `libc.so.6`.
        public let name: String
        /// Where it is.
        public let path: String
        /// For which C library and machine it is; 0x303 is that of glibc on x86-64.
        public let flags: UInt32
        /// Which processors it is for, where it is not for all of the machine's (`glibc-hwcaps`); else 0.
        public let capabilities: UInt64
    }

    /// The libraries in the list's order, which is not that of the names' letters.
    public let entries: [Entry]

    private static let headerSize = 48
    private static let entrySize = 24

    /// Reads a list; `nil` where the bytes are none, or contradict themselves.
    ///
    /// - Parameter order: the order of the machine's integers.
    public init?(_ bytes: ByteView, order: ByteOrder) {
        guard let start = Self.start(of: bytes, order: order), let cache = bytes.suffix(from: start),
            let count = cache.integer(UInt32.self, at: 20, order: order), cache.count >= Self.headerSize,
            Int(count) <= (cache.count - Self.headerSize) / Self.entrySize
        else { return nil }
        var strings = StringTable(cache, of: "libraries", count: 2 * Int(count))
        var entries: [Entry] = []
        entries.reserveCapacity(Int(count))
        for index in 0..<Int(count) {
            let place = Self.headerSize + index * Self.entrySize
            guard let flags = cache.integer(UInt32.self, at: place, order: order),
                let name = cache.integer(UInt32.self, at: place + 4, order: order),
                let path = cache.integer(UInt32.self, at: place + 8, order: order),
                let capabilities = cache.integer(UInt64.self, at: place + 16, order: order),
                let name = try? strings.string(at: Int(name)), let path = try? strings.string(at: Int(path))
            else { return nil }
            if !name.isEmpty, path.hasPrefix("/") { entries.append(Entry(name: name, path: path, flags: flags, capabilities: capabilities)) }
        }
        self.entries = entries
    }

    /// The libraries with a name, those for all processors of the machine first.
    ///
    /// - Parameters:
    ///   - matches: whether a library's name is meant.
    ///   - machine: for which machine; libraries of others with the same processor, such as 32-bit ones, are left out.
    public func entries(for machine: ELFFile.Machine, where matches: (String) -> Bool) -> [Entry] {
        let wanted = Self.flag(of: machine)
        let found = entries.filter { entry in (wanted == nil || entry.flags & 0xFF00 == wanted) && matches(entry.name) }
        return found.filter { $0.capabilities == 0 } + found.filter { $0.capabilities != 0 }
    }

    /// Where the list begins: all offsets in it count from there.
    private static func start(of bytes: ByteView, order: ByteOrder) -> Int? {
        let magic = Array("glibc-ld.so.cache1.1".utf8)
        if bytes.beginsWith(magic, at: 0) { return 0 }
        // The older form has twelve bytes for each library behind sixteen.
        guard bytes.beginsWith(Array("ld.so-1.7.0".utf8), at: 0), let count = bytes.integer(UInt32.self, at: 12, order: order) else { return nil }
        let start = (16 + Int(count) * 12 + 7) & ~7
        return bytes.beginsWith(magic, at: start) ? start : nil
    }

    /// `FLAG_*` of `sysdeps/generic/ldconfig.h`.
    private static func flag(of machine: ELFFile.Machine) -> UInt32? {
        switch machine {
        case .x86_64: 0x0300
        case .s390: 0x0400
        case .powerPC64: 0x0500
        case .arm64: 0x0A00
        default: nil
        }
    }
}
