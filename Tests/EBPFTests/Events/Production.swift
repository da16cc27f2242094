// SPDX-License-Identifier: Apache-2.0

import EBPF
import Testing

/// The kernel half `Produced.bpf.c`, which sends records when it is run, and the check of each.
struct Production: Sendable {
    static let largest = 4096

    struct Pattern: BitwiseCopyable {
        var sequence: UInt64 = 0
        var size: UInt64 = 0
        var words: InlineArray<512, UInt64> = .init { UInt64($0) &* 0x2545_F491_4F6C_DD1D }
    }

    let object: LoadedObject
    private let program: Program

    init(byteCount: UInt32 = 64 * 1024) throws {
        var file = try Produced.object()
        file.maps[try file.mapIndex("records")].maxEntries = byteCount
        object = try file.load()
        program = try object.program("produce")
        try object.map("pattern").update(UInt32(0), to: Pattern())
    }

    /// Sends records; answers how many found room.
    ///
    /// - Parameters:
    ///   - largest: no record's payload is as long: a power of two.
    ///   - wakeAt: how many bytes must wait to wake the reader; 0 for the kernel's way.
    @discardableResult
    func send(_ count: Int, seed: UInt64 = 1, largest: Int = largest, wakeAt: Int = 0, discards: Bool = true) throws -> Int {
        var context: [UInt8] = []
        for part: UInt64 in [seed, UInt64(count), UInt64(largest), UInt64(wakeAt), discards ? 1 : 0, 0] {
            withUnsafeBytes(of: part) { context.append(contentsOf: $0) }
        }
        let outcome = try program.run(TestRun(context: context))
        return Int(outcome.context.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 40, as: UInt64.self) })
    }

    /// The sequence number of a record of which every byte is right, else `nil`.
    static func sequence(of record: RawSpan) -> UInt64? {
        guard record.byteCount >= 16 else { return nil }
        let sequence = record.unsafeLoadUnaligned(as: UInt64.self)
        let size = Int(truncatingIfNeeded: record.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self))
        guard record.byteCount == 16 + size else { return nil }
        for word in 0..<(size + 7) / 8 {
            let expected = word % 8 == 0 ? sequence &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(word) : UInt64(word) &* 0x2545_F491_4F6C_DD1D
            let count = min(8, size - word * 8)
            let mask = count == 8 ? UInt64.max : (1 << UInt64(count * 8)) - 1
            var found: UInt64 = 0
            for byte in 0..<count { found |= UInt64(record.unsafeLoad(fromByteOffset: 16 + word * 8 + byte, as: UInt8.self)) << UInt64(byte * 8) }
            guard found == expected & mask else { return nil }
        }
        return sequence
    }
}
