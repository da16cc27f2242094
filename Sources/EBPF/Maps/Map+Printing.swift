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

    private func text(_ bytes: [UInt8], _ type: KeyPath<MapTypes, TypeID>, _ print: (BTF, TypeID, ByteView) -> String) -> String? {
        guard let types = try? types(), types[keyPath: type] != .void else { return nil }
        return print(types.btf, types[keyPath: type], ByteView(bytes))
    }
}
