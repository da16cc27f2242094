// SPDX-License-Identifier: Apache-2.0

import Bytes
import Foundation
import Testing

@Suite struct GzipTests {
    private static let text = Array("CONFIG_HZ=250\nCONFIG_HZ_250=y\n".utf8)
    /// Six hundred bytes of seventeen letters.
    private static let letters: [UInt8] = (0..<600).map { (index: Int) -> UInt8 in
        let letter: Int = (index * index * 7 + index / 3) % 17
        return UInt8(97 + letter)
    }
    // Written by zlib 1.3: a block that is stored, one with the fixed codes, and two with codes of their own, of which the last repeats nothing.
    private static let stored = "H4sIAAAAAAAAAwEeAOH/Q09ORklHX0haPTI1MApDT05GSUdfSFpfMjUwPXkK+/dGyR4AAAA="
    private static let fixed = "H4sIAAAAAAAAA3P293PzdI/3iLI1MjXgcobx4oE820ouAPv3RskeAAAA"
    private static let dynamic = "H4sIAAAAAAAAA+3LuREAMQgDwFrFYORHmKH/5Eq4Brz5YuqKHWsTu7ozLgw5VJUsj2EyzrDT7khfOsQrr/yVD4zD8epYAgAA"
    private static let literal =
        "H4sIAAAAAAAAAwXBwRHAMAgDsFnNEUxSA8f+n0pItbhxH/Fmt6JhqKOZ4ngckzHDvnVH+dVHpFrcuI94s1vRMNTRTHE8jsmYYd+6o/zqI1ItbtxHvNmtaBjqaKY4HsdkzLBv3VF+9RGpFjfu"
        + "I97sVjQMdTRTHI9jMmbYt+4ov/qIVIsb9xFvdisahjqaKY7HMRkz7Ft3lF99RKrFjfuIN7sVDUMdzRTH45iMGfatO8qvPiLV4sZ9xJvdioahjmaK43FMxgz71h3lVx+RanHjPuLNbkXDUEcz"
        + "xfE4JmOGfeuO8quPSLW4cR/xZreiYaijmeJ4HJMxw751R/nVR6Ra3LiPeLNb0TDU0UxxPI7JmGHfuqP86iNSLW7cR7zZrWgY6mimOB7HZMywb91RfvURqRY37iPe7FY0DHU0UxyPYzJm/IzD"
        + "8epYAgAA"
    /// With an extra field, a name, a comment, and a checksum of the header.
    private static let header = "H4sIHgECAwQCAwUAZXh0cmFjb25maWcAYSBjb21tZW50AOg7c/b3c/N0j/eIsjUyNeByhvHigTzbSi4A+/dGyR4AAAA="
    private static let empty = "H4sIAAAAAAAAAwMAAAAAAAAAAAA="

    private func bytes(_ base64: String) throws -> [UInt8] { try #require(Base64.decode(base64.utf8)) }

    private func decompress(_ bytes: [UInt8], limit: Int = 1 << 20) throws(CompressionError) -> [UInt8] {
        try Gzip.decompress(ByteView(bytes), limit: limit)
    }

    private func code(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> CompressionError.Code {
        try #require(throws: CompressionError.self) { try decompress(bytes, limit: limit) }.code
    }

    @Test(arguments: [(stored, text), (fixed, text), (dynamic, letters), (literal, letters), (header, text), (empty, [])])
    func everyKindOfBlockIsRead(_ file: String, _ content: [UInt8]) throws {
        #expect(try decompress(bytes(file)) == content)
    }

    @Test func membersStandOneBehindTheOther() throws {
        let file = try bytes(Self.fixed) + bytes(Self.empty) + bytes(Self.literal)
        #expect(try decompress(file) == Self.text + Self.letters)
        // What one repeats is never of the one before it: a distance of one where nothing has been written.
        let astray: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x03, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(try code(astray) == .malformed)
        #expect(try code(bytes(Self.fixed) + astray) == .malformed)
    }

    @Test func nothingElseStandsBehindThem() throws {
        #expect(try code(bytes(Self.fixed) + [0]) == .malformed || code(bytes(Self.fixed) + [0]) == .truncated)
        #expect(try code(bytes(Self.fixed) + [1, 2, 3]) == .malformed)
    }

    @Test func otherFilesAreToldApart() throws {
        #expect(try code(Array("CONFIG_HZ=250\n".utf8)) == .notCompressed)
        #expect(try code([0x1F, 0x9D, 0x90]) == .notCompressed)
        #expect(try code([]) == .truncated)
    }

    @Test func noMoreIsTakenThanTheCallerWants() throws {
        for file in [Self.stored, Self.fixed] {
            #expect(try decompress(bytes(file), limit: 30) == Self.text)
            for limit in 0..<30 { #expect(try code(bytes(file), limit: limit) == .tooLarge) }
        }
        for limit in 0..<600 { #expect(try code(bytes(Self.dynamic), limit: limit) == .tooLarge) }
    }

    @Test(arguments: [stored, fixed, dynamic, header, empty])
    func aFileThatEndsEarlyIsRefusedWhereverItEnds(_ file: String) throws {
        let bytes = try bytes(file)
        for count in 0..<bytes.count { #expect(try code(Array(bytes[..<count])) == .truncated, "\(count) bytes") }
    }

    @Test(arguments: [stored, fixed, dynamic, header, empty])
    func aChangedBitIsNeverTakenForTheContent(_ file: String) throws {
        let bytes = try bytes(file)
        let content = try decompress(bytes)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            // The time, the system, the name and suchlike say nothing about the content.
            if let result = try? decompress(damaged, limit: 4096) { #expect(result == content, "bit \(bit)") }
        }
    }

    /// A member whose block has these bits, the first the lowest of its byte.
    private func code(ofBits bits: String) throws -> CompressionError.Code {
        let bits = bits.filter { $0 != " " }.map { $0 == "1" ? UInt8(1) : 0 }
        var block = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
        for (index, bit) in bits.enumerated() { block[index / 8] |= bit << UInt8(index % 8) }
        // Long enough for what a wrong block claims.
        return try code([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + block + [UInt8](repeating: 0, count: 600))
    }

    @Test func blocksThatCannotBeAreRefused() throws {
        #expect(try code(ofBits: "1 11") == .malformed, "a kind that does not exist")
        #expect(try code(ofBits: "1 00 00000 1111111111111111 1111111111111111") == .malformed, "a length that is not the inverse of its inverse")
        #expect(try code(ofBits: "1 10 01110 10000") == .malformed, "286 literals are the most")
        #expect(try code(ofBits: "1 01 11000110") == .malformed, "symbol 286 of the fixed codes stands for nothing")
        #expect(try code(ofBits: "1 01 0000001 11110") == .malformed, "and so does distance 30")
        let head = "1 10 00000 00000"
        // Lengths of the words for lengths come in the order 16, 17, 18, 0, 8, ...
        #expect(try code(ofBits: head + " 0000 100 100 100 000") == .malformed, "three words of one bit")
        #expect(try code(ofBits: head + " 0000 100 000 000 000") == .malformed, "the first length repeats the one before")
        #expect(try code(ofBits: head + " 0000 000 000 010 010") == .malformed, "words without a meaning")
        #expect(try code(ofBits: head + " 0000 000 000 100 100 1 1111111 1 1111111") == .malformed, "more lengths than words")
        #expect(try code(ofBits: head + " 0000 000 000 100 100 1 1111111 1 1010101 0 0") == .malformed, "no word for the end")
        #expect(try code(ofBits: head + " 0000 000 000 000 000") == .malformed, "no word at all")
    }

    @Test func manyRepetitionsAreBoundedByTheLimitNotByTheFile() throws {
        // A byte, then its repetition 258 times for each 13 bits of the file.
        let zeros = try #require(
            Base64.decode(
                "H4sIAAAAAAAAA+3BMQEAAADCoPVPbQ0PoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIBXA32VEdSghgEA"
                    .utf8))
        #expect(try decompress(zeros).count == 100_000)
        #expect(try code(zeros, limit: 16384) == .tooLarge)
    }

    @Test func whatGzipWritesIsWhatItWasGiven() throws {
        guard access("/usr/bin/gzip", X_OK) == 0 || access("/bin/gzip", X_OK) == 0 else {
            print("not run, because there is no gzip")
            return
        }
        let directory = FileManager.default.temporaryDirectory.appending(path: "swift-ebpf-tests.\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: directory) }
        var random: UInt64 = 7
        func next() -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return random >> 33
        }
        let noise = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: next()) }
        var lines: [UInt8] = []
        for index in 0..<4000 {
            let (kind, value) = (["NET", "USB", "SND", "HID"][Int(next() % 4)], next() % 3 == 0 ? "m" : "y")
            lines += Array("CONFIG_\(kind)_\(index % 700)=\(value)\n".utf8)
        }
        for (name, content) in [("noise", noise), ("lines", lines), ("zeros", [UInt8](repeating: 0, count: 200_000)), ("none", [])] {
            let path = directory.appending(path: name)
            try Data(content).write(to: path)
            for level in ["-1", "-6", "-9"] {
                let stream = try #require(popen("gzip \(level) -c \(path.path)", "r"))
                var file: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 65536)
                while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { file += chunk[..<count] }
                #expect(pclose(stream) == 0)
                #expect(try decompress(file) == content, "\(name) \(level)")
            }
        }
    }
}
