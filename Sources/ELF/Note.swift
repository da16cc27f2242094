// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// One note of an ELF file (`Elf64_Nhdr`): something that a tool left in the file for others.
public struct Note: Sendable {
    /// Who defines what the note means, such as `GNU`, `stapsdt` or `CORE`.
    public let name: String
    /// What kind of note it is among those of its name.
    public let type: UInt32
    /// What the note says; a view of the file's bytes.
    public let description: ByteView
}

extension ELFFile {
    /// Every note of the file, in its order: those of its note sections, or, in a file without any, those of its note segments.
    ///
    /// - Throws: ``ELFError`` where a note does not fit in its section, or sections of notes overlap.
    public func notes() throws(ELFError) -> [Note] {
        var notes: [Note] = []
        var total = 0
        func read(_ bytes: ByteView, alignment: UInt64, from place: String) throws(ELFError) {
            total += bytes.count
            // Overlapping sections could hold as many notes as the square of the file's size.
            guard total <= self.bytes.count else { throw ELFError(.malformed, "the notes of \(place) overlap others") }
            try readNotes(bytes, alignment: alignment, of: place, into: &notes)
        }
        let sections = self.sections.filter { $0.kind == .note }
        for section in sections {
            try read(try section.contents(), alignment: section.alignment, from: "section \(section.index) ('\(section.name)')")
        }
        guard sections.isEmpty else { return notes }
        for segment in segments where segment.kind == .note {
            guard let bytes = segment.bytes else {
                throw ELFError(.truncated, "segment \(segment.index) has \(segment.fileSize) bytes of notes that are not in the file")
            }
            try read(bytes, alignment: segment.alignment, from: "segment \(segment.index)")
        }
        return notes
    }

    /// Notes are padded to four bytes whatever the gABI says of 64-bit files, but to eight where their section is aligned so.
    private func readNotes(
        _ bytes: ByteView, alignment: UInt64, of place: String, into notes: inout [Note]
    ) throws(ELFError) {
        let mask = alignment == 8 ? 7 : 3
        var start = 0
        while bytes.count - start >= 12 {
            guard let nameSize = bytes.integer(UInt32.self, at: start, order: byteOrder),
                let descriptionSize = bytes.integer(UInt32.self, at: start + 4, order: byteOrder),
                let type = bytes.integer(UInt32.self, at: start + 8, order: byteOrder)
            else { break }
            let descriptionStart = (start + 12 + Int(nameSize) + mask) & ~mask
            guard let name = bytes.slice(at: start + 12, count: Int(nameSize)),
                let description = bytes.slice(at: descriptionSize == 0 ? 0 : descriptionStart, count: Int(descriptionSize))
            else {
                throw ELFError(.malformed, "the note at \(start) of \(place) is longer than the \(bytes.count) bytes there")
            }
            // The terminating NUL is counted in the size, though some leave it away.
            notes.append(Note(name: name.string(at: 0) ?? text(of: name), type: type, description: description))
            start = (descriptionStart + Int(descriptionSize) + mask) & ~mask
        }
    }

    private func text(of bytes: ByteView) -> String {
        String(decoding: bytes.array(), as: UTF8.self)
    }
}

/// The number by which a file and the files made from it, such as its debugging information, are known to belong together.
public struct BuildID: Sendable, Hashable, CustomStringConvertible {
    /// Usually the 20 bytes of a SHA-1.
    public let bytes: [UInt8]

    /// A build id from its bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// In hexadecimal, as `readelf -n` prints it and as the names under `/usr/lib/debug/.build-id` have it.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension ELFFile {
    /// The file's build id (`NT_GNU_BUILD_ID`); `nil` where it has none.
    ///
    /// - Throws: ``ELFError`` where the notes cannot be read.
    public func buildID() throws(ELFError) -> BuildID? {
        try notes().first { $0.name == "GNU" && $0.type == 3 }.map { BuildID($0.description.array()) }
    }
}
