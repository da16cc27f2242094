// SPDX-License-Identifier: Apache-2.0

/// What a sequence of records hands out: a record, or what happened to others.
public enum StreamEvent<Record: Sendable>: Sendable {
    /// A record.
    case record(Record)
    /// So many records have found no room since this was said last. They were lost before or among the records that came just before.
    case lost(UInt64)
    /// A record that is shorter than the type, and so none of it: both halves declare it differently.
    case short(byteCount: Int)
}

extension StreamEvent: Equatable where Record: Equatable {}
