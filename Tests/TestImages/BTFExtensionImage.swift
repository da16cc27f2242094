// SPDX-License-Identifier: Apache-2.0

package import Bytes

/// A `.BTF.ext` section that a test puts together. Strings are offsets in the strings of the BTF beside it.
package struct BTFExtensionImage {
    /// The records of one section of the object; each record is a list of words.
    package struct Block {
        package var sectionName: UInt32
        package var records: [[UInt32]]

        package init(sectionName: UInt32, _ records: [[UInt32]]) {
            self.sectionName = sectionName
            self.records = records
        }
    }

    package var order: ByteOrder
    /// `offset, type` in each record.
    package var functions: [Block] = []
    /// `offset, file name, text, line << 10 | column`.
    package var lines: [Block] = []
    /// `offset, type, access string, kind`.
    package var relocations: [Block] = []
    /// Words that newer compilers might append to every record.
    package var extraWords = 0
    /// 24 leaves out where the CO-RE records are, as compilers did before there were any.
    package var headerSize: UInt32 = 32

    package init(order: ByteOrder = .native) {
        self.order = order
    }

    package func bytes() -> [UInt8] {
        let parts = [part(functions, words: 2), part(lines, words: 4), part(relocations, words: 4)]
        var bytes: [UInt8] = []
        bytes.append(integer: UInt16(0xEB9F), order: order)
        bytes += [1, 0]
        bytes.append(integer: headerSize, order: order)
        var offset = 0
        for part in parts.prefix(headerSize >= 32 ? 3 : 2) {
            bytes.append(integer: UInt32(offset), order: order)
            bytes.append(integer: UInt32(part.count), order: order)
            offset += part.count
        }
        return bytes + parts.joined()
    }

    private func part(_ blocks: [Block], words: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(integer: UInt32((words + extraWords) * 4), order: order)
        for block in blocks {
            bytes.append(integer: block.sectionName, order: order)
            bytes.append(integer: UInt32(block.records.count), order: order)
            for word in block.records.flatMap({ $0 + Array(repeating: 0xDEAD_BEEF, count: extraWords) }) {
                bytes.append(integer: word, order: order)
            }
        }
        return bytes
    }
}
