// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A network device, of the network namespace of the thread that uses it.
public struct NetworkInterface: Sendable, Hashable, CustomStringConvertible {
    /// The kernel's number.
    public let index: UInt32
    /// The name, where it was found by its name or has one.
    public let name: String?

    /// A device by its number, which need not be there.
    public init(index: UInt32) {
        self.index = index
        name = Self.name(ofIndex: index)
    }

    /// The device with a name.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchTarget``, with the names of those that there are.
    public init(_ name: String) throws(EBPFError) {
        let index = if_nametoindex(name)
        guard index != 0 else {
            let others = Self.names
            throw EBPFError(
                .noSuchTarget, "find network device '\(name)'",
                cause: "this network namespace has no device of that name\(others.isEmpty ? "" : "; it has \(others.joined(separator: ", "))")",
                remedy: "'ip link' lists them; others may be in another network namespace", errno: ENODEV)
        }
        self.index = index
        self.name = name
    }

    /// The name or, where there is none, the number.
    public var description: String { name ?? "\(index)" }

    /// The name of a device; `nil` where there is none with that number.
    static func name(ofIndex index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard if_indextoname(index, &name) != nil else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The names of all devices of the namespace.
    private static var names: [String] {
        guard let list = if_nameindex() else { return [] }
        defer { if_freenameindex(list) }
        var names: [String] = []
        var place = list
        while let name = place.pointee.if_name {
            names.append(String(cString: name))
            place += 1
        }
        return names
    }
}
