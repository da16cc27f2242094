// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes

/// Keys and values as text, by the types that the object or the kernel has of them.
extension Map {
    /// A key as JSON; `nil` where its type is not known (``types()``). See ``BTF/json(of:_:limit:)``.
    public func json(key: [UInt8]) -> String? { text(key, \.key) { $0.json(of: $1, $2) } }

    /// A value of one CPU as JSON; `nil` where its type is not known.
    public func json(value: [UInt8]) -> String? { text(value, \.value) { $0.json(of: $1, $2) } }

    /// A key for people; `nil` where its type is not known. See ``BTF/text(of:_:limit:)``.
    public func text(key: [UInt8]) -> String? { text(key, \.key) { $0.text(of: $1, $2) } }

    /// A value of one CPU for people; `nil` where its type is not known.
    public func text(value: [UInt8]) -> String? { text(value, \.value) { $0.text(of: $1, $2) } }

    /// A record of a buffer as JSON: by the type that its object declares for records, as kernel halves in Swift do, or by another type of the object,
    /// such as the structure of a kernel half in C. `nil` where there is no such type, and for maps that were opened: the kernel knows none of records.
    ///
    /// - Parameter name: what the object calls a structure, a union or an alias.
    public func json(record: [UInt8], as name: String? = nil) -> String? { text(record: record, name) { $0.json(of: $1, $2) } }

    /// A record of a buffer for people; see ``json(record:as:)``.
    public func text(record: [UInt8], as name: String? = nil) -> String? { text(record: record, name) { $0.text(of: $1, $2) } }

    private func text(record: [UInt8], _ name: String?, _ print: (BTF, TypeID, ByteView) -> String) -> String? {
        guard let name else { return text(record, \.record, print) }
        guard let described, let type = described.btf.types(named: name, kinds: [.structure, .union, .alias]).first else { return nil }
        return print(described.btf, type, ByteView(record))
    }

    private func text(_ bytes: [UInt8], _ type: KeyPath<MapTypes, TypeID>, _ print: (BTF, TypeID, ByteView) -> String) -> String? {
        guard let types = try? types(), types[keyPath: type] != .void else { return nil }
        return print(types.btf, types[keyPath: type], ByteView(bytes))
    }
}
