// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Objects that others wrote, below the directory that EBPF_CORPUS names.
enum Corpus {
    struct Object: Sendable, CustomTestStringConvertible {
        let path: String
        /// Its path below the directory, without the ending that all have.
        let name: String
        /// Whether it is of machines of the other byte order than this one.
        let isForeign: Bool

        var testDescription: String { name }
    }

    static let objects: [Object] = {
        guard let corpus = ProcessInfo.processInfo.environment["EBPF_CORPUS"] else { return [] }
        let ending = ".bpf.o"
        let paths = FileManager.default.enumerator(atPath: corpus)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(ending) }.sorted().map { path in
            let whole = corpus + "/" + path
            return Object(path: whole, name: String(path.dropLast(ending.count)), isForeign: isForeign(whole))
        }
    }()

    /// EI_DATA of elf(5).
    private static func isForeign(_ path: String) -> Bool {
        let identification = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: 6)
        return identification?.last == (1.bigEndian == 1 ? 1 : 2)
    }
}
