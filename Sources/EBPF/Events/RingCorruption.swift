// SPDX-License-Identifier: Apache-2.0

/// What in the memory of a ring contradicts itself. Positions are in bytes since the ring was created.
enum RingCorruption: Error, Sendable, Hashable {
    /// Positions and records are multiples of eight.
    case unaligned(position: UInt64, side: String)
    /// A position is smaller than it was.
    case wentBack(side: String, from: UInt64, to: UInt64)
    /// More is said to wait than the ring holds, or the consumer is past the producer.
    case tooFar(consumer: UInt64, producer: UInt64, byteCount: Int)
    /// A record is longer than what there is.
    case tooLong(position: UInt64, length: UInt64, waiting: UInt64)

    /// In words, for an error.
    var cause: String {
        switch self {
        case .unaligned(let position, let side): "its content is corrupt: the \(side)'s position \(position) is no multiple of 8"
        case .wentBack(let side, let from, let to): "its content is corrupt: the \(side)'s position went back from \(from) to \(to)"
        case .tooFar(let consumer, let producer, let byteCount):
            "its content is corrupt: the consumer is at \(consumer) and the producer at \(producer), in a ring of \(byteCount) bytes"
        case .tooLong(let position, let length, let waiting):
            "its content is corrupt: the record at position \(position) has \(length) bytes, where \(waiting) are left"
        }
    }
}

extension EBPFError {
    /// A ring whose content contradicts itself.
    init(_ corruption: RingCorruption, _ operation: String) {
        self.init(
            .corrupt, operation, cause: corruption.cause,
            remedy: "something but the kernel and this reader writes to the ring: create a new one, and let one process map it")
    }
}
