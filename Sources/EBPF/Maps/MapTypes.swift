// SPDX-License-Identifier: Apache-2.0

public import BTF

/// The types of a map's keys and values, as its object describes them.
public struct MapTypes: Sendable {
    /// The object's types.
    public let btf: BTF
    /// The type of a key; void where it is not described.
    public let key: TypeID
    /// The type of a value; void where it is not described.
    public let value: TypeID
    /// The type of a record, of a buffer; void where it is not described, and of other kinds of maps.
    public let record: TypeID

    init(btf: BTF, key: TypeID, value: TypeID, record: TypeID = .void) {
        self.btf = btf
        self.key = key
        self.value = value
        self.record = record
    }
}
