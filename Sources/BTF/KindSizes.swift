// SPDX-License-Identifier: Apache-2.0

import Bytes

/// How large the types of each kind are, as the file itself says (from Linux 7.1 on): how a reader skips kinds that are newer than it.
///
/// One `struct btf_layout` a kind, in the order of their numbers: one byte for the size of what follows a type once, one for that of an entry,
/// two that are not used yet.
struct KindSizes: Sendable {
    private let bytes: ByteView

    init(_ bytes: ByteView) { self.bytes = bytes }

    /// What this reader knows.
    static let known: KindSizes = {
        let bytes = BTFKind.allCases.flatMap { kind -> [UInt8] in
            guard kind != .void else { return [0, 0, 0, 0] }
            let once = BTFKind.size(kind.rawValue, count: 0)
            return [UInt8(once - 12), UInt8(BTFKind.size(kind.rawValue, count: 1) - once), 0, 0]
        }
        return KindSizes(ByteView(bytes))
    }()

    /// The bytes of a type of this kind; `nil` where the file does not say, or says what is no number of whole words, as libbpf's
    /// `btf_type_size_unknown` has it.
    func size(_ number: UInt8, count: Int) -> Int? {
        let place = 4 * Int(number)
        // Kind 0 is void, which stands in no table.
        guard number > 0, place + 4 <= bytes.count, let once = bytes[place], let each = bytes[place + 1], once % 4 == 0, each % 4 == 0 else {
            return nil
        }
        return 12 + Int(once) + Int(each) * count
    }

    /// All of it, to be written again.
    func array() -> [UInt8] { bytes.array() }
}
